import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { TextField as TextFieldView } from '../protocol';
import { RichPart } from '../rich/RichPart';
import { ColorPicker } from './ColorPicker';
import { type FieldProps, Frame, useInput } from './frame';

const INPUT_TYPES: { [format: string]: string } = { email: 'email', url: 'url', password: 'password' };
const EXAMPLES: { [format: string]: string } = { duration: 'P1DT2H30M', color: '#3b55d9' };
const MONOSPACED = ['markdown', 'uuid'];

export function TextField({ field, draft, path, id, onDraft }: FieldProps<TextFieldView>): VNode {
  const format = field.format ?? '';
  const lines = useRef<HTMLTextAreaElement>(null);
  const several = useRef(field.multiline);
  const attributes = {
    placeholder: EXAMPLES[format],
    ...useInput(field, path, id),
    class: MONOSPACED.includes(format) ? 'hitl-input hitl-mono' : 'hitl-input',
    value: typeof draft === 'string' ? draft : '',
    autocomplete: format === 'password' ? 'new-password' : 'off',
  };
  // An input would take the ends of its lines away. One that has none left stays as it is while somebody types.
  several.current ||= attributes.value.includes('\n');
  const input = (
    <input
      {...attributes}
      // Preact's types want each type of input on a branch of its own.
      type={(INPUT_TYPES[format] ?? 'text') as 'text'}
      onInput={(event) => onDraft(event.currentTarget.value)}
    />
  );
  return (
    <Frame field={field} path={path} id={id} text={format === 'password' ? '' : attributes.value}>
      {several.current ? (
        <textarea
          {...attributes}
          ref={lines}
          rows={field.compare === undefined ? 4 : 8}
          onInput={(event) => onDraft(event.currentTarget.value)}
        />
      ) : format === 'color' ? (
        <ColorPicker label={field.label} color={attributes.value} disabled={attributes.disabled} onColor={onDraft}>
          {input}
        </ColorPicker>
      ) : (
        input
      )}
      {field.compare !== undefined && (
        <RichPart
          name="compare"
          props={{
            before: field.compare,
            after: attributes.value,
            disabled: attributes.disabled,
            onReset: () => {
              onDraft(field.compare ?? '');
              // The button that was pressed is gone with the changes.
              lines.current?.focus();
            },
          }}
        />
      )}
      {format === 'markdown' && <span class="hitl-range">Markdown</span>}
    </Frame>
  );
}

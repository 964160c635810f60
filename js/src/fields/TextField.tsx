import type { VNode } from 'preact';
import type { TextField as TextFieldView } from '../protocol';
import { type FieldProps, Frame, useInput } from './frame';

const INPUT_TYPES: { [format: string]: string } = { email: 'email', url: 'url', password: 'password' };
const EXAMPLES: { [format: string]: string } = { duration: 'P1DT2H30M', color: '#3b55d9' };

export function TextField({ field, draft, path, id, onDraft }: FieldProps<TextFieldView>): VNode {
  const value = typeof draft === 'string' ? draft : '';
  const attributes = {
    placeholder: EXAMPLES[field.format ?? ''],
    ...useInput(field, path, id),
    class: field.format === 'markdown' || field.format === 'uuid' ? 'hitl-input hitl-mono' : 'hitl-input',
    value,
    autocomplete: field.format === 'password' ? 'new-password' : 'off',
  };
  return (
    <Frame field={field} path={path} id={id}>
      {field.multiline ? (
        <>
          <textarea {...attributes} rows={4} onInput={(event) => onDraft(event.currentTarget.value)} />
          {field.format === 'markdown' && <span class="hitl-range">Markdown</span>}
        </>
      ) : (
        <div class={field.format === 'color' ? 'hitl-color' : ''}>
          {field.format === 'color' && (
            // Beside the text, which can be empty or copied: this is but another way to write it.
            <input
              type="color"
              aria-label={`Pick ${field.label}`}
              disabled={attributes.disabled}
              value={/^#[\da-f]{6}$/i.test(value) ? value.toLowerCase() : '#000000'}
              onInput={(event) => onDraft(event.currentTarget.value)}
            />
          )}
          <input
            {...attributes}
            // Preact's types want each type of input on a branch of its own.
            type={(INPUT_TYPES[field.format ?? ''] ?? 'text') as 'text'}
            onInput={(event) => onDraft(event.currentTarget.value)}
          />
        </div>
      )}
    </Frame>
  );
}

import type { VNode } from 'preact';
import type { TextField as TextFieldView } from '../protocol';
import { type FieldProps, Frame, useInput } from './frame';

const INPUT_TYPES = { email: 'email', url: 'url', password: 'password' } as const;

export function TextField({ field, draft, path, id, onDraft }: FieldProps<TextFieldView>): VNode {
  const attributes = {
    ...useInput(field, path, id),
    class: 'hitl-input',
    value: typeof draft === 'string' ? draft : '',
    autocomplete: field.format === 'password' ? 'new-password' : 'off',
  };
  return (
    <Frame field={field} path={path} id={id}>
      {field.multiline ? (
        <textarea {...attributes} rows={4} onInput={(event) => onDraft(event.currentTarget.value)} />
      ) : (
        <input
          {...attributes}
          // Preact's types want each type of input on a branch of its own.
          type={(field.format === null ? 'text' : INPUT_TYPES[field.format]) as 'text'}
          onInput={(event) => onDraft(event.currentTarget.value)}
        />
      )}
    </Frame>
  );
}

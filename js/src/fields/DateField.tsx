import type { VNode } from 'preact';
import type { DateField as DateFieldView, DateTimeField, TimeField } from '../protocol';
import { type FieldProps, Frame, useInput } from './frame';
import { INCOMPLETE } from './reply';

const INPUT_TYPES = { date: 'date', datetime: 'datetime-local', time: 'time' } as const;

/** A day, a time of day, or both: the browser's own inputs. */
export function DateField({
  field,
  draft,
  path,
  id,
  onDraft,
}: FieldProps<DateFieldView | DateTimeField | TimeField>): VNode {
  const text = typeof draft === 'string' ? draft : '';
  const bounds = field.type === 'date' ? { min: field.minimum ?? undefined, max: field.maximum ?? undefined } : {};
  const input = useInput(field, path, id);
  const read = ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
    const now = currentTarget.validity.badInput ? INCOMPLETE : currentTarget.value;
    if (now !== text) onDraft(now);
  };
  return (
    <Frame field={field} path={path} id={id}>
      <input
        {...input}
        {...bounds}
        class="hitl-input hitl-date"
        type={INPUT_TYPES[field.type]}
        // A default with seconds shows them; without this the browser calls it invalid.
        step={/\d\d:\d\d:\d\d/.test(text) ? 1 : undefined}
        // While only a part is filled in the input's value is "": to write anything back would wipe that part.
        value={text === INCOMPLETE ? undefined : text}
        onInput={read}
        // Chromium fires no input event while only a part is there (seen in 156).
        onKeyUp={read}
        onBlur={(event) => {
          read(event);
          input.onBlur();
        }}
      />
    </Frame>
  );
}

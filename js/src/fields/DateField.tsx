import type { VNode } from 'preact';
import type { DateField as DateFieldView, DateTimeField, TimeField } from '../protocol';
import { type FieldProps, Frame, useInput } from './frame';
import { INCOMPLETE } from './reply';
import { offsetOf, toLocalInput } from './time';

const INPUT_TYPES = { date: 'date', datetime: 'datetime-local', time: 'time' } as const;

type Moment = DateFieldView | DateTimeField | TimeField;

/** A day, a time of day, or both: the browser's own inputs. */
export function DateField({ field, draft, path, id, onDraft }: FieldProps<Moment>): VNode {
  const text = typeof draft === 'string' ? draft : '';
  const range = rangeOf(field);
  const input = useInput(field, path, id);
  const read = ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
    const now = currentTarget.validity.badInput ? INCOMPLETE : currentTarget.value;
    if (now !== text) onDraft(now);
  };
  return (
    <Frame field={field} path={path} id={id}>
      <div class="hitl-number">
        <input
          {...input}
          min={asInput(field, field.minimum ?? field.exclusive_minimum)}
          max={asInput(field, field.maximum ?? field.exclusive_maximum)}
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
        {range !== '' && <span class="hitl-range">{range}</span>}
      </div>
    </Frame>
  );
}

/** A bound as the input holds it; a time of day in another zone means nothing to it. */
function asInput(field: Moment, bound: string | null | undefined): string | undefined {
  if (!bound) return undefined;
  const offset = offsetOf(bound);
  if (field.type === 'datetime') return offset === '' ? bound.replace(/[t ]/, 'T') : toLocalInput(bound);
  return field.type === 'time' && offset !== '' ? undefined : bound;
}

function rangeOf(field: Moment): string {
  const said = (bound: string | null | undefined) =>
    bound ? (asInput(field, bound) ?? bound).replace('T', ' ') : undefined;
  const [first, last] = [said(field.minimum), said(field.maximum)];
  const [after, before] = [said(field.exclusive_minimum), said(field.exclusive_maximum)];
  const parts = [
    first && last ? `${first} to ${last}` : first ? `${first} or later` : last ? `${last} or earlier` : '',
    after ? `after ${after}` : '',
    before ? `before ${before}` : '',
  ];
  return parts.filter(Boolean).join(', ');
}

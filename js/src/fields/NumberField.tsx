import type { VNode } from 'preact';
import type { NumberField as NumberFieldView } from '../protocol';
import { type FieldProps, Frame, useInput } from './frame';

/**
 * A text input with a number's keyboard: `type="number"` hides what it cannot read, so nothing could be said about it,
 * and changes the value when somebody scrolls past it.
 */
export function NumberField({ field, draft, path, id, onDraft }: FieldProps<NumberFieldView>): VNode {
  const range = rangeOf(field);
  return (
    <Frame field={field} path={path} id={id}>
      <div class="hitl-number">
        <input
          {...useInput(field, path, id)}
          class="hitl-input"
          type="text"
          inputMode={field.integer && (field.minimum ?? -1) >= 0 ? 'numeric' : 'decimal'}
          autocomplete="off"
          value={typeof draft === 'string' ? draft : ''}
          onInput={(event) => onDraft(event.currentTarget.value)}
        />
        {range !== '' && <span class="hitl-range">{range}</span>}
      </div>
    </Frame>
  );
}

function rangeOf(field: NumberFieldView): string {
  const { minimum, maximum, exclusive_minimum: above, exclusive_maximum: below, multiple_of: step } = field;
  const parts: string[] = [];
  if (minimum !== null && maximum !== null) parts.push(`${minimum} to ${maximum}`);
  else if (minimum !== null) parts.push(`at least ${minimum}`);
  else if (maximum !== null) parts.push(`at most ${maximum}`);
  if (above !== null) parts.push(`more than ${above}`);
  if (below !== null) parts.push(`less than ${below}`);
  if (step !== null) parts.push(`in steps of ${step}`);
  return parts.join(', ');
}

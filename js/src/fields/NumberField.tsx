import type { VNode } from 'preact';
import type { NumberField as NumberFieldView } from '../protocol';
import { useLabel } from './form-context';
import { type FieldProps, Frame, useInput } from './frame';

/**
 * A text input with a number's keyboard: `type="number"` hides what it cannot read, so nothing could be said about it,
 * and changes the value when somebody scrolls past it.
 */
export function NumberField({ field, draft, path, id, onDraft }: FieldProps<NumberFieldView>): VNode {
  const range = rangeOf(field);
  const slides = sliderOf(field);
  const text = typeof draft === 'string' ? draft : '';
  const label = useLabel();
  const input = useInput(field, path, id);
  return (
    <Frame field={field} path={path} id={id} text={text}>
      <div class="hitl-number">
        <input
          {...input}
          class="hitl-input"
          type="text"
          inputMode={field.integer && (field.minimum ?? -1) >= 0 ? 'numeric' : 'decimal'}
          autocomplete="off"
          value={text}
          onInput={(event) => onDraft(event.currentTarget.value)}
        />
        {slides !== null && (
          // Beside the number, which says it to the last digit.
          <input
            class="hitl-slider"
            type="range"
            // The number alone has the field's name, so that there is one input of that name; this says it besides.
            aria-label="Slider"
            aria-describedby={label ?? `${id}-label`}
            disabled={input.disabled}
            {...slides}
            value={text.trim() === '' || Number.isNaN(Number(text)) ? slides.min : text}
            onInput={(event) => onDraft(event.currentTarget.value)}
            onBlur={input.onBlur}
          />
        )}
        {range !== '' && <span class="hitl-range">{range}</span>}
      </div>
    </Frame>
  );
}

const MOST_STEPS = 10_000;

/** The bounds of a slider, where there are two and it would not be too fine to hold. */
function sliderOf({ integer, minimum, maximum, multiple_of }: NumberFieldView) {
  if (minimum === null || maximum === null || minimum >= maximum) return null;
  const fine = 10 ** Math.floor(Math.log10((maximum - minimum) / 100));
  const step = multiple_of ?? (integer ? 1 : fine);
  if ((maximum - minimum) / step > MOST_STEPS) return null;
  // A slider counts its steps from its least value, and multiples are counted from 0.
  const min = multiple_of === null ? minimum : Math.ceil(minimum / step) * step;
  return { min, max: maximum, step };
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

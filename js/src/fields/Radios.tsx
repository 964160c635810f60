import type { VNode } from 'preact';
import { useForm } from './form-context';
import { describedByError } from './frame';

interface RadiosProps {
  id: string;
  path: string;
  labels: string[];
  chosen: number | null;
  /** Offers a way back to no choice at all. */
  clearable: boolean;
  /** Whether the choice is wrong, if that is not just what is said at `path`. */
  invalid?: boolean;
  onChoose(index: number | null): void;
}

/** A row of buttons of which one is pressed; real radio buttons, so that the arrow keys work. */
export function Radios({ id, path, labels, chosen, clearable, invalid, onChoose }: RadiosProps): VNode {
  const form = useForm();
  const wrong = invalid ?? form.errorAt(path) !== undefined;
  return (
    <div class="hitl-radios">
      {labels.map((label, index) => (
        // An option is its index; labels may repeat.
        <label class="hitl-radio" key={index}>
          <input
            type="radio"
            name={id}
            checked={index === chosen}
            disabled={form.disabled}
            aria-invalid={wrong}
            {...describedByError(wrong, id)}
            onChange={() => onChoose(index)}
            onBlur={() => form.left(path)}
          />
          <span>{label}</span>
        </label>
      ))}
      {clearable && chosen !== null && !form.disabled && (
        <button type="button" class="hitl-link" onClick={() => onChoose(null)}>
          Clear
        </button>
      )}
    </div>
  );
}

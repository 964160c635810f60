import type { RefObject, VNode } from 'preact';

interface ReasonProps {
  /** Of the card. */
  id: string;
  label: string;
  /** Whether it is needed, in words. */
  note: string;
  value: string;
  disabled: boolean;
  required?: boolean;
  missing?: boolean;
  input?: RefObject<HTMLInputElement | null> | null;
  onReason(reason: string): void;
}

const FILL_IN = 'Please fill this in.';

/** A line for the reason of a decision. */
export function Reason(props: ReasonProps): VNode {
  const { label, note, value, disabled, required = false, missing = false, input = null, onReason } = props;
  const id = `${props.id}-reason`;
  return (
    <div class="hitl-field hitl-reason">
      <label class="hitl-label" for={id}>
        {label} {note !== '' && <span class="hitl-optional">{note}</span>}
      </label>
      <input
        ref={input}
        id={id}
        class="hitl-input"
        type="text"
        autocomplete="off"
        disabled={disabled}
        value={value}
        aria-required={required}
        aria-invalid={missing}
        {...(missing ? { 'aria-describedby': `${id}-error` } : {})}
        onInput={(event) => onReason(event.currentTarget.value)}
      />
      {missing && (
        <div class="hitl-error" id={`${id}-error`}>
          {FILL_IN}
        </div>
      )}
    </div>
  );
}

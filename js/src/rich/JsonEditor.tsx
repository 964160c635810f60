import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { messageOf } from '../parts/message';
import { NotAsItLooks } from '../parts/NotAsItLooks';
import type { ControlView } from '../protocol';
import type { JsonProps } from './props';
import { asText, halfReply } from './start-json';

const ROWS = { least: 4, most: 16 };

/** JSON in the place of a control. It starts from what somebody has done with that so far. */
export function JsonEditor(props: JsonProps): VNode {
  const { id, label, state, disabled, fetch, onText, onStart, onReason } = props;
  const { json: text, isWanted, reason } = state;
  const input = useRef<HTMLTextAreaElement>(null);
  const asked = useRef(false);
  useLayoutEffect(() => {
    // Who pressed the button for it goes on in it; one that came by itself takes the focus from nobody.
    if (isWanted) input.current?.focus();
    if (!isWanted && text !== null) return;
    const reply = text === null ? halfReply(state) : undefined;
    if (reply === undefined) onStart(text ?? asText(state));
    else if (!asked.current) {
      asked.current = true;
      fetch({ in_json: reply }).then(
        (found) => onStart(String(found)),
        (error: unknown) => onStart('', messageOf(error)),
      );
    }
  });
  const reasonLabel = reasonOf(state.control);
  const rows = Math.min(ROWS.most, Math.max(ROWS.least, (text ?? '').split('\n').length + 1));
  return (
    <div class="hitl-field">
      <div class="hitl-help" id={`${id}-help`}>
        The answer in JSON.
      </div>
      <textarea
        ref={input}
        id={id}
        class="hitl-input hitl-mono"
        rows={rows}
        spellcheck={false}
        autocomplete="off"
        placeholder='Any JSON: "a text", 42, true, {"key": "value"}'
        aria-labelledby={label}
        aria-describedby={`${id}-help`}
        disabled={disabled}
        value={text ?? ''}
        onInput={(event) => onText(event.currentTarget.value)}
      />
      <NotAsItLooks text={text ?? ''} />
      {reasonLabel !== null && (
        <label class="hitl-label">
          {reasonLabel}
          <input
            class="hitl-input"
            type="text"
            autocomplete="off"
            disabled={disabled}
            value={reason}
            onInput={(event) => onReason(event.currentTarget.value)}
          />
        </label>
      )}
    </div>
  );
}

/** What is said beside an answer and is no part of it. */
function reasonOf(control: ControlView): string | null {
  if (control.kind === 'approval') return control.reason === 'none' ? null : control.reason_label;
  return control.kind === 'breakpoint' ? 'Reason' : null;
}

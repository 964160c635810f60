import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { NotAsItLooks } from '../parts/NotAsItLooks';
import type { JsonProps } from './props';
import { asText } from './start-json';

const ROWS = { least: 4, most: 16 };

/** JSON in the place of a control. It starts from what somebody has done with that so far. */
export function JsonEditor(props: JsonProps): VNode {
  const { id, label, state, disabled, onText, onStart } = props;
  const { json: text, isWanted } = state;
  const input = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    // Who pressed the button for it goes on in it; one that came by itself takes the focus from nobody.
    if (isWanted) input.current?.focus();
    if (isWanted || text === null) onStart(text ?? asText(state));
  });
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
    </div>
  );
}

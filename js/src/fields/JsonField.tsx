import type { VNode } from 'preact';
import type { JsonField as JsonFieldView } from '../protocol';
import { type FieldProps, Frame, useInput } from './frame';

const ROWS = { least: 4, most: 16 };

/** JSON as text. Tab leaves it as it leaves every other field; nothing here needs a tab character. */
export function JsonField({ field, draft, path, id, onDraft }: FieldProps<JsonFieldView>): VNode {
  const text = typeof draft === 'string' ? draft : '';
  const rows = Math.min(ROWS.most, Math.max(ROWS.least, text.split('\n').length + 1));
  return (
    <Frame field={field} path={path} id={id} text={text}>
      <textarea
        {...useInput(field, path, id)}
        class="hitl-input hitl-mono"
        rows={rows}
        spellcheck={false}
        autocomplete="off"
        placeholder={path === '' ? 'Any JSON: "a text", 42, true, {"key": "value"}' : 'JSON'}
        value={text}
        onInput={(event) => onDraft(event.currentTarget.value)}
      />
    </Frame>
  );
}

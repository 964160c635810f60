import type { VNode } from 'preact';
import { Clamped } from '../parts/Clamped';
import type { ArgumentView } from '../protocol';

/** What a value is, in a word; of a text that could be nothing else, none. */
export const kindOf = ({ type, text }: Pick<ArgumentView, 'type' | 'text'>): string | false =>
  (type !== 'text' || /^\s*([-.\d[{"]|true|false|null)/i.test(text)) && type;

/** Values by name, with their kinds: `42` may be a number or a text. */
export function Arguments({ of }: { of: ArgumentView[] }): VNode {
  return (
    <dl class="hitl-arguments">
      {of.map(({ name, label, text, type }) => (
        <div key={name} data-short={label.length + text.length <= 34 && !text.includes('\n')}>
          <dt>{label}</dt>
          <dd data-type={type}>
            {text === '' ? (
              <span class="hitl-empty">empty</span>
            ) : (
              <Clamped text={text} mono={type !== 'text'} what={label} />
            )}
          </dd>
          <dd class="hitl-kind">{kindOf({ type, text })}</dd>
        </div>
      ))}
    </dl>
  );
}

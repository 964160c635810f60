import type { VNode } from 'preact';
import { Clamped } from '../parts/Clamped';
import type { ArgumentView } from '../protocol';

/** What a value is, in a word. */
export const KINDS: Record<ArgumentView['type'], string> = {
  text: 'text',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
  list: 'list',
  object: 'object',
  secret: 'secret',
};

/** Values by name, each with its kind: `42` may be a number or a text. */
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
          <dd class="hitl-kind">{KINDS[type]}</dd>
        </div>
      ))}
    </dl>
  );
}

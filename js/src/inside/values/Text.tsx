import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { TextValue } from '../../protocol';
import { useMore } from './context';
import { MoreButton } from './MoreButton';
import { counted } from './words';

/** Characters and lines of a text that are shown until somebody wants to see more. */
const SHORT = 600;
const SHORT_LINES = 10;
/** Characters that are asked for at a time: the browser lays them out in a few milliseconds. */
const PAGE = 10_000;

/** A text of several lines, or of very many characters. */
export function LongText({ id, view, name }: { id: string; view: TextValue; name: string }): VNode {
  const [open, setOpen] = useState(false);
  const { parts, loading, error, ask } = useMore(id);
  const short = beginning(view.text);
  const more = parts.filter((part) => part.kind === 'text');
  const here = more.reduce((sum, { text }) => sum + text.length, view.text.length);
  const isShort = short.length === view.text.length && view.text.length === view.total;
  return (
    <div class="hitl-long">
      <div class="hitl-long-text">{open ? view.text : short}</div>
      {open &&
        more.map((part) => (
          <div class="hitl-long-text hitl-long-page" key={part.first}>
            {part.text}
          </div>
        ))}
      {!isShort && (
        <div class="hitl-more" tabIndex={-1}>
          {open && here < view.total && (
            <MoreButton loading={loading} onMore={() => ask(view.first + here, PAGE)}>
              Show more
            </MoreButton>
          )}
          <button
            type="button"
            class="hitl-link"
            aria-expanded={open}
            aria-label={open ? `Show less of ${name}` : `Show more of ${name}`}
            onClick={() => setOpen(!open)}
          >
            {open ? 'Show less' : 'Show more'}
          </button>
          <span>
            {open && here < view.total && `${counted(here, '', '').trim()} of `}
            {counted(view.total, 'character', 'characters')}
          </span>
        </div>
      )}
      {error !== null && <p class="hitl-inside-note">{error}</p>}
    </div>
  );
}

function beginning(text: string): string {
  const lines = text.split('\n', SHORT_LINES + 1);
  const few = lines.length > SHORT_LINES ? lines.slice(0, SHORT_LINES).join('\n') : text;
  return few.length > SHORT * 1.2 ? few.slice(0, SHORT) : few;
}

import type { VNode } from 'preact';
import { useState } from 'preact/hooks';

const LINES = 8;
const CHARACTERS = 560;

/** Text as it is, never as markup; a long one is cut to its beginning until the reader asks for the rest. */
export function Clamped({ text, mono = false, what }: { text: string; mono?: boolean; what: string }): VNode {
  const [open, setOpen] = useState(false);
  const long = text.length > CHARACTERS || text.split('\n').length > LINES;
  const shown = long && !open ? beginning(text) : text;
  return (
    <>
      <div class={mono ? 'hitl-text hitl-mono' : 'hitl-text'}>{shown}</div>
      {long && (
        <button
          type="button"
          class="hitl-link"
          aria-expanded={open}
          aria-label={`Show ${open ? 'less' : 'more'} of ${what}`}
          onClick={() => setOpen(!open)}
        >
          Show {open ? 'less' : 'more'}
        </button>
      )}
    </>
  );
}

function beginning(text: string): string {
  return `${text.split('\n').slice(0, LINES).join('\n').slice(0, CHARACTERS).trimEnd()} …`;
}

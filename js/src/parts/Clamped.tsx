import type { ComponentChildren, VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { MarkdownNode } from '../protocol';
import { beginning, type Part } from './beginning';
import { Markdown } from './Markdown';

/** Text as it is, never as markup; a long one is cut to its beginning until the reader asks for the rest. */
export function Clamped({ text, mono = false, what }: { text: string; mono?: boolean; what: string }): VNode {
  return (
    <Opened of={[text]} what={what}>
      {(shown) => <div class={mono ? 'hitl-text hitl-mono' : 'hitl-text'}>{shown}</div>}
    </Opened>
  );
}

/** What is said of a card or of an item, cut in the same way. */
export function Description({ of }: { of: MarkdownNode[] | null }): VNode | null {
  if (of === null) return null;
  return (
    <div class="hitl-description">
      <Opened of={of} what="the description">
        {(shown) => <Markdown of={shown} />}
      </Opened>
    </div>
  );
}

interface OpenedProps {
  of: Part[];
  what: string;
  children: (shown: Part[]) => ComponentChildren;
}

/** What is cut is not there, so the keyboard never goes to a link that nobody sees. */
function Opened({ of, what, children }: OpenedProps): VNode {
  const [open, setOpen] = useState(false);
  const short = beginning(of);
  return (
    <>
      {children(open || short === null ? of : short)}
      {short !== null && (
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

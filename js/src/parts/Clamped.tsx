import type { ComponentChildren, VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { MarkdownNode } from '../protocol';
import { beginning, type Part } from './beginning';
import { Markdown } from './Markdown';

interface ClampedProps {
  text: string;
  mono?: boolean;
  what: string;
  /** Of its button. */
  tabIndex?: number;
}

/** Text as it is, never as markup; a long one is cut to its beginning until the reader asks for the rest. */
export function Clamped({ text, mono = false, ...rest }: ClampedProps): VNode {
  return (
    <Opened of={[text]} {...rest}>
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
  tabIndex?: number;
  children: (shown: Part[]) => ComponentChildren;
}

/** What is cut is not there, so the keyboard never goes to a link that nobody sees. */
function Opened({ of, what, tabIndex = 0, children }: OpenedProps): VNode {
  const [open, setOpen] = useState(false);
  const short = beginning(of);
  return (
    <>
      {children(open || short === null ? of : short)}
      {short !== null && (
        <button
          type="button"
          class="hitl-link"
          tabIndex={tabIndex}
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

import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { SessionStatus } from '../protocol';
import { useView } from '../view-context';

/** Says so when the kernel is busy, gone, or was never there; nothing while all is well. */
export function LinkBanner({ status }: { status: SessionStatus }): VNode | null {
  const { link, threadId } = useView();
  const over = status === 'finished' || status === 'failed';
  switch (link) {
    case 'live':
    case 'connecting':
      return null;
    case 'busy':
      return over ? null : <div class="hitl-note">The kernel is busy. An answer you submit is queued.</div>;
    case 'gone':
      return (
        <div class="hitl-banner">
          <strong>The kernel is gone.</strong>{' '}
          {over ? (
            'This is how the run ended.'
          ) : (
            <>
              What you see is how far the run had come. To go on, restart the kernel, run the cells again, and name the
              same thread; what was saved is not asked again.
              <Code text={`hitl.run(graph, ..., thread_id=${JSON.stringify(threadId)}, save="runs.sqlite")`} />
            </>
          )}
        </div>
      );
    case 'saved':
      return (
        <div class="hitl-banner">
          <strong>This is a saved picture.</strong>{' '}
          {over
            ? 'It shows how the run ended.'
            : 'No kernel has answered so far. Run the cell again to bring it to life; if the kernel is only busy, the controls come back by themselves.'}
        </div>
      );
  }
}

/** A line of code to take along. */
function Code({ text }: { text: string }): VNode {
  const code = useRef<HTMLElement>(null);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      // No clipboard without https or in some iframes: select it, so that Ctrl+C does it.
      if (code.current !== null)
        code.current.ownerDocument.defaultView?.getSelection()?.selectAllChildren(code.current);
    }
  };
  return (
    <div class="hitl-copy">
      <code class="hitl-code" ref={code}>
        {text}
      </code>
      <button type="button" class="hitl-button hitl-small" onClick={copy}>
        {copied ? 'Copied' : 'Copy'}
      </button>
    </div>
  );
}

import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { SessionStatus } from '../protocol';
import { useView } from '../view-context';

/** Says so when the kernel is busy, gone, or was never there; nothing while all is well. */
export function LinkBanner({ status, attach }: { status: SessionStatus; attach: string | null }): VNode | null {
  const { link } = useView();
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
          <strong>The kernel is gone.</strong> {over && 'This is how the run ended.'}
          {!over && attach === null && (
            <>
              This run was kept in its memory and ended with it: run the cell again to start over. With{' '}
              <code>save="runs.sqlite"</code> the next one can go on after a restart.
            </>
          )}
          {!over && attach !== null && (
            <>
              The run is saved, with the answers that it has got. To go on, run the cells that build the graph again,
              then:
              <Code text={attach} />
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

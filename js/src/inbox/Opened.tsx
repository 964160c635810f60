import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { mountChild } from '../cards/mount-child';
import { Icon, Spinner } from '../parts/icons';
import type { InboxOpened } from '../protocol';
import { useCanSend, useView } from '../view-context';

interface OpenedProps {
  thread: string;
  opened: InboxOpened | undefined;
  onBack(): void;
}

/** A thread in the place of the list: the view of its session, a widget of its own. */
export function Opened({ thread, opened, onBack }: OpenedProps): VNode {
  const { model, host, connection } = useView();
  const writable = useCanSend();
  const place = useRef<HTMLDivElement>(null);
  const back = useRef<HTMLButtonElement>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const view = opened?.view ?? null;

  useEffect(() => {
    back.current?.focus();
    connection.tell({ type: 'open_thread', client: connection.client, thread });
  }, [connection, thread]);
  useEffect(() => {
    const el = place.current;
    if (el === null || view === null) return undefined;
    const end = new AbortController();
    mountChild({ ref: view, trait: 'value' }, el, { model, host, signal: end.signal }).catch((error: unknown) => {
      if (!end.signal.aborted) setFailure(error instanceof Error ? error.message : String(error));
    });
    return () => {
      end.abort();
      el.replaceChildren();
      setFailure(null);
    };
  }, [view, model, host]);

  const why = failure ?? opened?.error ?? null;
  return (
    <section class="hitl-inbox-opened" aria-label={`Thread ${thread}`}>
      <div class="hitl-inbox-bar">
        <button type="button" class="hitl-button hitl-small" ref={back} onClick={onBack}>
          <Icon name="undo" />
          <span>Back to the list</span>
        </button>
        <span class="hitl-inbox-thread">{thread}</span>
      </div>
      {why !== null && (
        <div class="hitl-banner">
          <strong>This thread cannot be shown here.</strong> {why} In another cell,{' '}
          <code class="hitl-code">inbox.open({JSON.stringify(thread)})</code> shows it.
        </div>
      )}
      {view === null && why === null && (
        <div class="hitl-nothing">
          {writable ? (
            <>
              <Spinner /> Opening the thread…
            </>
          ) : (
            'No kernel answers.'
          )}
        </div>
      )}
      <div ref={place} />
    </section>
  );
}

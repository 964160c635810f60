import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useMounted } from '../cards/use-mounted';
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
  const { connection } = useView();
  const writable = useCanSend();
  const back = useRef<HTMLButtonElement>(null);
  const view = opened?.view ?? null;
  const [place, failure] = useMounted(view);

  useEffect(() => {
    back.current?.focus();
    connection.tell({ type: 'open_thread', client: connection.client, thread });
  }, [connection, thread]);

  const why = failure ?? opened?.error ?? null;
  return (
    <section class="hitl-inbox-opened" aria-label={`Thread ${thread}`}>
      <div class="hitl-inbox-bar">
        <button type="button" class="hitl-button hitl-small" ref={back} onClick={onBack}>
          <Icon name="back" />
          <span>Back to the list</span>
        </button>
        <span class="hitl-inbox-thread">{thread}</span>
      </div>
      {why !== null && (
        <div class="hitl-banner">
          <strong>This thread cannot be shown here.</strong> {why} In another cell,{' '}
          <code>inbox.open({JSON.stringify(thread)})</code> shows it.
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

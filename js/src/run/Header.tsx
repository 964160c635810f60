import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Icon } from '../parts/icons';
import type { RunView } from '../protocol';
import { useCanSend, useView } from '../view-context';
import { Status } from './Status';

/** The run as a whole, and what can be done to it. */
export function Header({ run }: { run: RunView }): VNode {
  const { connection, expecting, expect } = useView();
  const writable = useCanSend();
  const [asked, setAsked] = useState(false);
  // A new status is the answer to what was asked.
  useEffect(() => setAsked(false), [run.status]);

  const active = run.status === 'running' || run.status === 'waiting';
  const over = run.status === 'finished' || run.status === 'failed' || run.status === 'stopped';
  const later = !writable || expecting !== null;
  const stopping = asked || run.stopping === true;
  return (
    <div class="hitl-header">
      <Status status={run.status} />
      {/* A thread that ends with the kernel need not be found again. */}
      {run.attach !== null && (
        <span class="hitl-thread" title={`thread_id: ${run.thread_id}`}>
          <span class="hitl-thread-word">thread</span> {run.thread_id}
        </span>
      )}
      <span class="hitl-space" />
      {run.can_retry && (
        <button
          type="button"
          class="hitl-button hitl-small"
          disabled={!writable || asked}
          onClick={() => setAsked(connection.retry())}
        >
          <Icon name="retry" /> {run.status === 'stopped' ? 'Continue' : 'Retry'}
        </button>
      )}
      {run.status === 'finished' && (
        <button
          type="button"
          class="hitl-button hitl-small hitl-quiet"
          title="Another input on this thread"
          disabled={later}
          onClick={() => connection.followUp() && expect('question')}
        >
          <Icon name="reply" /> Follow up
        </button>
      )}
      {over && (
        <button
          type="button"
          class="hitl-button hitl-small hitl-quiet"
          title="The same input on a new thread"
          disabled={later}
          onClick={() => connection.restart() && expect('fork')}
        >
          <Icon name="undo" /> Run again
        </button>
      )}
      {active && (
        <button
          type="button"
          class="hitl-button hitl-small hitl-quiet"
          disabled={!writable || stopping}
          onClick={() => setAsked(connection.stop())}
        >
          <Icon name="stop" /> {stopping ? 'Stopping after this step…' : 'Stop'}
        </button>
      )}
    </div>
  );
}

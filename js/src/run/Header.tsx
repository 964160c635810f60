import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { canSend, isQueued } from '../link';
import { Icon, type IconName } from '../parts/icons';
import type { RunView } from '../protocol';
import { useName, useView } from '../view-context';
import { Status } from './Status';

/** So long what starts something does nothing after a run has ended: the click may have been meant for Stop. */
export const RESTS_MS = 1_000;

/** The run as a whole, and what can be done to it. A finished one that asks is a chat, with a box for what is said next. */
export function Header({ run, asks }: { run: RunView; asks: boolean }): VNode {
  const { connection, expecting, expect, link } = useView();
  const writable = canSend(link);
  const [asked, setAsked] = useState(false);
  const active = run.status === 'running' || run.status === 'waiting';
  // A new status is the answer to what was asked; one that fails again at once is failed as before, but told anew.
  useEffect(() => setAsked(false), [run.status, active || run.seq]);
  const over = !active && run.status !== 'idle';
  const stopping = asked || run.stopping === true;
  const [rested, rest] = useState(!active);
  useEffect(() => {
    const timer = setTimeout(() => rest(!active), active ? 0 : RESTS_MS);
    return () => clearTimeout(timer);
  }, [active]);

  const button = (icon: IconName, words: string, can: boolean, press: () => unknown, title?: string) => (
    <button
      type="button"
      class={`hitl-button hitl-small ${icon === 'retry' ? '' : 'hitl-quiet'}`}
      title={title}
      disabled={!writable || !can}
      onClick={({ currentTarget }) => {
        // It is about to be disabled, which drops the focus to the page.
        currentTarget.closest<HTMLElement>('.hitl-header')?.focus({ preventScroll: true });
        press();
      }}
    >
      <Icon name={icon} /> {words}
    </button>
  );
  return (
    <div class="hitl-header" role="group" aria-label={useName('Run')} tabIndex={-1}>
      <Status status={run.status} past={active && !writable} />
      {/* A thread that ends with the kernel need not be found again. */}
      {run.attach !== null && (
        <span class="hitl-thread" title={`thread_id: ${run.thread_id}`}>
          <span class="hitl-thread-word">thread</span> {run.thread_id}
        </span>
      )}
      {/* Where there is room nothing below moves: a kernel is busy every now and then. */}
      {isQueued(link) && !over && (
        <div class="hitl-note">
          The kernel {link === 'busy' ? 'is busy' : 'cannot be reached'}. An answer you submit is queued.
        </div>
      )}
      <div class="hitl-starts">
        {run.can_retry &&
          button('retry', run.status === 'stopped' ? 'Continue' : 'Retry', rested && !asked, () =>
            setAsked(connection.retry()),
          )}
        {run.status === 'finished' &&
          !asks &&
          button(
            'reply',
            'Follow up',
            rested && expecting === null,
            () => connection.followUp() && expect('question'),
            'Another input on this thread',
          )}
        {over &&
          button(
            'undo',
            'Run again',
            rested && expecting === null,
            () => connection.restart() && expect('fork'),
            'The same input on a new thread',
          )}
        {active &&
          button('stop', stopping ? 'Stopping after this step…' : 'Stop', !stopping, () => setAsked(connection.stop()))}
      </div>
    </div>
  );
}

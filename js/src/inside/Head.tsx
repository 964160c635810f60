import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Icon } from '../parts/icons';
import { NodeIcon } from '../parts/NodeIcon';
import { duration } from '../parts/time';
import type { InsideView, NodeStatus, TaskView } from '../protocol';
import { clock } from './clock';
import type { PanelProps } from './props';
import type { Seen } from './use-look';

interface Props {
  seen: Seen | null;
  clockAhead(): number;
  fork: PanelProps['fork'];
  /** Go to a task of the node; null: to what the kernel shows. */
  onTask(task: string | null): void;
  onClose(): void;
}

/** Which task it is, how it stands, and how long it took. */
export function Head({ seen, clockAhead, fork, onTask, onClose }: Props): VNode {
  const view = seen?.view ?? null;
  const around = view === null ? [] : view.path.slice(0, -1);
  return (
    <header class="hitl-inside-head">
      <h3 class="hitl-inside-name">
        {around.length > 0 && <span class="hitl-inside-around">{around.join(' › ')} › </span>}
        {seen?.name ?? '…'}
      </h3>
      {view !== null && !(view.changed && view.step === null) && (
        <ul class="hitl-facts" aria-label="Facts">
          {!view.changed && (
            <li class="hitl-fact" data-status={view.task.status}>
              <NodeIcon status={view.task.status} />
              {WORDS[view.task.status]}
            </li>
          )}
          <Took task={view.task} began={view.began} clockAhead={clockAhead} />
          {view.task.attempts !== undefined && <li class="hitl-fact">attempt {view.task.attempts}</li>}
          {view.task.cached && <li class="hitl-fact">from the cache</li>}
          {view.step !== null && <li class="hitl-fact">step {view.step}</li>}
          {view.leads_to.length > 0 && (
            <li class="hitl-fact hitl-leads" title="Where it led">
              <span aria-hidden="true">→</span>
              <span class="hitl-unseen">led to </span>
              {view.leads_to.join(', ')}
            </li>
          )}
        </ul>
      )}
      <div class="hitl-inside-tools">
        {seen !== null && seen.total > 1 && view !== null && (
          <Stepper seen={seen} task={view.task.id} onTask={onTask} />
        )}
        {view !== null && (view.can_fork || view.why_not) && <RunFromHere view={view} fork={fork} />}
      </div>
      <button
        type="button"
        class="hitl-icon-button hitl-inside-close"
        aria-label="Close"
        title="Close (Esc)"
        onClick={onClose}
      >
        <Icon name="cross" />
      </button>
    </header>
  );
}

function RunFromHere({ view, fork }: { view: InsideView; fork: PanelProps['fork'] }): VNode {
  const words = 'Edit state and run from here';
  const name = view.why_not === undefined ? words : `${words}: ${view.why_not}`;
  return (
    <button
      type="button"
      class="hitl-icon-button hitl-fork-action"
      aria-label={name}
      title={name}
      disabled={fork === null}
      // Not disabled: what cannot be reached tells nobody why.
      aria-disabled={!view.can_fork}
      onClick={() => view.can_fork && fork?.(view.step === null ? { task: view.task.id } : { step: view.step })}
    >
      <Icon name="fork" />
    </button>
  );
}

const WORDS: { [status in NodeStatus]: string } = {
  idle: 'not finished',
  next: 'next',
  running: 'running',
  waiting: 'waiting for a person',
  done: 'done',
  failed: 'failed',
};

interface TookProps {
  task: TaskView;
  began: string | undefined;
  clockAhead(): number;
}

function Took({ task, began, clockAhead }: TookProps): VNode | null {
  const title = began === undefined ? undefined : `Began at ${clock(began)}`;
  if (task.since !== undefined) {
    return (
      <li class="hitl-fact" title={title}>
        <Elapsed since={Date.parse(task.since) - clockAhead()} />
      </li>
    );
  }
  if (task.took === undefined) return null;
  // What a node and a row say too; here is room for all of it.
  const exactly = `${task.took.toFixed(3)} s`;
  return (
    <li class="hitl-fact" title={title === undefined ? exactly : `${exactly}. ${title}`}>
      {duration(task.took)}
    </li>
  );
}

function Elapsed({ since }: { since: number }): VNode {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 200);
    return () => clearInterval(timer);
  }, []);
  // Whole tenths: more would only flicker.
  const seconds = Math.floor(Math.max(0, now - since) / 100) / 10;
  return <span class="hitl-elapsed">{seconds < 60 ? `${seconds.toFixed(1)} s` : duration(seconds)}</span>;
}

function Stepper({ seen, task, onTask }: { seen: Seen; task: string; onTask: Props['onTask'] }): VNode {
  const at = seen.tasks.findIndex(({ id }) => id === task);
  const isFirst = at < 0 || at + 1 >= seen.tasks.length;
  const isLast = at === 0;
  const go = (to: number) => {
    const id = seen.tasks[Math.max(0, to)]?.id ?? null;
    onTask(id === seen.first ? null : id);
  };
  return (
    <div class="hitl-stepper" role="group" aria-label={`Tasks of ${seen.name}`}>
      <button
        type="button"
        class="hitl-icon-button"
        aria-label="Earlier task"
        title="Earlier task"
        // Not disabled, which would drop the keyboard to the page at the first one.
        aria-disabled={isFirst}
        onClick={() => isFirst || go(at + 1)}
      >
        <span aria-hidden="true">‹</span>
      </button>
      <span aria-live="polite">{at < 0 ? `${seen.total} tasks` : `task ${seen.total - at} of ${seen.total}`}</span>
      <button
        type="button"
        class="hitl-icon-button"
        aria-label="Later task"
        title="Later task"
        aria-disabled={isLast}
        onClick={() => isLast || go(at - 1)}
      >
        <span aria-hidden="true">›</span>
      </button>
    </div>
  );
}

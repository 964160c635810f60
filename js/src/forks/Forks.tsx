import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { InsidePart } from '../inside/InsidePart';
import { canSend } from '../link';
import { Icon } from '../parts/icons';
import type { ForkView, RunView, SessionStatus } from '../protocol';
import { StatusIcon, WORDS } from '../run/Status';
import { useView } from '../view-context';
import { ForkPanel } from './ForkPanel';

interface ForksProps {
  run: RunView;
  forks: ForkView[];
  /** The thread of the fork that is shown; null: this run. */
  chosen: string | null;
  onChoose(fork: string | null): void;
  /** This run. */
  children: ComponentChildren;
}

const THIS = 'This run';

/** This run and those that were started from it: a tab each, one of them shown, or a fork beside this run. */
export function Forks({ run, forks, chosen, onChoose, children }: ForksProps): VNode {
  const { connection, link } = useView();
  const [beside, setBeside] = useState(false);
  const tabs = useRef<HTMLDivElement>(null);
  const at = forks.findIndex((fork) => fork.thread_id === chosen);
  const fork = forks[at];
  const id = (n: number) => `hitl-${connection.client}-run-${n}`;
  const isBeside = beside && fork !== undefined;

  useEffect(() => {
    const { current: strip } = tabs;
    const shown = strip?.querySelector<HTMLElement>('[aria-selected="true"]');
    // The strip alone, not the page: a tab at its end may be out of sight.
    if (strip && shown) strip.scrollLeft = shown.offsetLeft + (shown.offsetWidth - strip.clientWidth) / 2;
  }, [at]);

  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: -1, End: forks.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    // Round and round; this run is at -1.
    const next = ((to + 1 + forks.length + 1) % (forks.length + 1)) - 1;
    onChoose(forks[next]?.thread_id ?? null);
    tabs.current?.querySelectorAll<HTMLElement>('[role="tab"]')[next + 1]?.focus();
  };
  const tab = (n: number, words: string, status: SessionStatus, thread: string | null) => (
    <button
      type="button"
      role="tab"
      class="hitl-tab"
      key={thread}
      id={`${id(n)}-tab`}
      aria-selected={n === at}
      aria-controls={id(n)}
      tabIndex={n === at ? 0 : -1}
      title={words}
      data-status={status}
      onClick={() => onChoose(thread)}
    >
      <StatusIcon status={status} />
      <span class="hitl-tab-words">{words}</span>
      <span class="hitl-unseen">, {WORDS[status]}</span>
    </button>
  );
  // One tree whether or not there are forks: nothing of this run is drawn anew when the first one comes.
  const panel = forks.length > 0 ? { role: 'tabpanel' as const, 'aria-labelledby': `${id(-1)}-tab` } : {};
  return (
    <>
      {forks.length > 0 && (
        <div class="hitl-tabs">
          <div role="tablist" aria-label="Runs" ref={tabs} onKeyDown={onKeyDown}>
            {tab(-1, THIS, run.status, null)}
            {forks.map((one, n) => tab(n, `${one.name}: ${one.label}`, one.status, one.thread_id))}
          </div>
          {fork !== undefined && (
            <button
              type="button"
              class="hitl-button hitl-small"
              title="Side by side"
              aria-label="Side by side"
              aria-pressed={beside}
              onClick={() => setBeside(!beside)}
            >
              <Icon name="beside" />
              <span>Side by side</span>
            </button>
          )}
        </div>
      )}
      <div class="hitl-panels" data-beside={isBeside}>
        {isBeside && <InsidePart name="compared" props={{ status: run.status, fork }} />}
        <div
          class="hitl-panel"
          id={id(-1)}
          {...panel}
          data-name={THIS}
          data-still={!canSend(link)}
          hidden={fork !== undefined && !isBeside}
        >
          {children}
        </div>
        {fork !== undefined && (
          <ForkPanel key={fork.thread_id} fork={fork} at={at} id={id(at)} labelledBy={`${id(at)}-tab`} />
        )}
      </div>
    </>
  );
}

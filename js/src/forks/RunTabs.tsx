import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { RunTabsProps } from '../inside/props';
import { Icon } from '../parts/icons';
import { StatusIcon, WORDS } from '../run/Status';

/** A tab for a run and for each that was started from it; a part of the bundle that looks into a run. */
export function RunTabs({ runs, at, id, onChoose, beside, onBeside }: RunTabsProps): VNode {
  const tabs = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const { current: strip } = tabs;
    const shown = strip?.querySelector<HTMLElement>('[aria-selected="true"]');
    // The strip alone, not the page: a tab at its end may be out of sight.
    if (strip && shown) strip.scrollLeft = shown.offsetLeft + (shown.offsetWidth - strip.clientWidth) / 2;
  }, [at]);

  const onKeyDown = (event: KeyboardEvent) => {
    const last = runs.length - 1;
    // Round and round.
    const to = { ArrowLeft: at > 0 ? at - 1 : last, ArrowRight: at < last ? at + 1 : 0, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    onChoose(to);
    tabs.current?.querySelectorAll<HTMLElement>('[role="tab"]')[to]?.focus();
  };
  return (
    <div class="hitl-tabs">
      <div role="tablist" aria-label="Runs" ref={tabs} onKeyDown={onKeyDown}>
        {runs.map(({ fork, words, status }, n) => (
          <button
            type="button"
            role="tab"
            class="hitl-tab"
            key={fork}
            id={`${id}-${n}-tab`}
            aria-selected={n === at}
            aria-controls={`${id}-${n}`}
            tabIndex={n === at ? 0 : -1}
            title={words}
            data-status={status}
            onClick={() => onChoose(n)}
          >
            <StatusIcon status={status} />
            <span class="hitl-tab-words">{words}</span>
            <span class="hitl-unseen">, {WORDS[status]}</span>
          </button>
        ))}
      </div>
      {at > 0 && (
        <button
          type="button"
          class="hitl-button hitl-small"
          title="Side by side"
          aria-label="Side by side"
          aria-pressed={beside}
          onClick={() => onBeside(!beside)}
        >
          <Icon name="beside" />
          <span>Side by side</span>
        </button>
      )}
    </div>
  );
}

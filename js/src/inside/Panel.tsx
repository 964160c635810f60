import type { VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Spinner } from '../parts/icons';
import { Head } from './Head';
import type { PanelProps } from './props';
import { Task } from './task/Task';
import { useLook } from './use-look';
import { ValuesProvider } from './values/context';

/** What is inside of a node or a task. */
export function Panel(props: PanelProps): VNode {
  const { selection, look, announce, clockAhead, fork, onClose } = props;
  const selected = selection.kind === 'node' ? selection.node : selection.task;
  const [choice, choose] = useState<{ of: string; task: string } | null>(null);
  const chosen = choice?.of === selected ? choice.task : null;
  const { seen, error, busy } = useLook({ ...props, chosen });
  const panel = useRef<HTMLElement>(null);
  useFocusHandover(panel, selected);
  const values = useMemo(() => ({ look, announce }), [look, announce]);

  return (
    <section
      class="hitl-inside"
      ref={panel}
      tabIndex={-1}
      aria-label={`Inside ${seen?.name ?? ''}`.trim()}
      aria-busy={busy}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault();
        onClose();
      }}
    >
      <ValuesProvider value={values}>
        <Head
          seen={seen}
          clockAhead={clockAhead}
          fork={fork}
          onTask={(task) => choose(task === null ? null : { of: selected, task })}
          onClose={onClose}
        />
        {error !== null && (
          <p class="hitl-inside-note" role="alert">
            {error}
          </p>
        )}
        {seen === null && error === null && (
          <p class="hitl-inside-note">
            <Spinner /> Reading…
          </p>
        )}
        {seen !== null && error === null && seen.view === null && (
          <p class="hitl-inside-note">It has not run so far.</p>
        )}
        {seen?.view && error === null && <Task key={seen.view.task.id} view={seen.view} />}
      </ValuesProvider>
    </section>
  );
}

/** The keyboard goes into what somebody has opened, and back to where it came from when that is closed. */
function useFocusHandover(panel: { current: HTMLElement | null }, selected: string): void {
  const cameFrom = useRef<HTMLElement | null>(null);
  useEffect(() => {
    const el = panel.current;
    if (el === null) return;
    const { activeElement } = el.getRootNode() as Document | ShadowRoot;
    if (el.contains(activeElement)) return;
    cameFrom.current = activeElement as HTMLElement | null;
    el.focus({ preventScroll: true });
    el.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  useEffect(() => {
    const el = panel.current;
    // Asked for now: when it is closed, it may be out of the page already.
    const page = el?.getRootNode() as Document | ShadowRoot;
    const view = el?.closest('.hitl-root');
    const body = el?.ownerDocument.body;
    return () => {
      const { activeElement } = page;
      // Not where somebody is at something else by now.
      if (activeElement !== null && activeElement !== body && !el?.contains(activeElement)) return;
      const back = cameFrom.current;
      const to =
        back?.isConnected && back !== body
          ? back
          : view?.querySelector<HTMLElement>('.hitl-graph [role=option][tabindex="0"]');
      to?.focus({ preventScroll: true });
    };
  }, []);
}

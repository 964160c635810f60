import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Code, loadCode } from '../loaded/load';
import type { GraphView, TimelineView } from '../protocol';
import type { RichProps } from '../rich/props';
import { useCanSend, useName, useView } from '../view-context';
import { Latest } from './Latest';

/**
 * What the run did and what was decided, oldest first: the latest rows, until somebody goes there or there are more. All
 * rows, and what can be done with them, are in the second bundle.
 */
export function Timeline({ timeline, graph }: { timeline: TimelineView; graph: GraphView | null }): VNode | null {
  const view = useView();
  const name = useName('Timeline');
  const { model, connection } = view;
  const live = useCanSend();
  const [touched, setTouched] = useState(false);
  const [rich, setRich] = useState<Code<RichProps> | null>(null);
  const place = useRef<HTMLDivElement>(null);
  /** Whether the focus was here when all rows came, and goes on in them. */
  const focused = useRef(false);
  const missing = timeline.total - timeline.latest.length;
  // What is selected is marked in all rows.
  const wanted = touched || view.selection !== null || (live && missing > 0);

  useEffect(() => {
    if (!wanted) return undefined;
    connection.need('rich');
    const end = new AbortController();
    // Where the page forbids it, these rows are what there is.
    loadCode(model, 'rich', end.signal).then(
      (module) => {
        if (end.signal.aborted) return;
        const root = place.current?.getRootNode() as Document | ShadowRoot | undefined;
        focused.current = place.current?.parentElement?.contains(root?.activeElement ?? null) === true;
        setRich(module as Code<RichProps>);
      },
      () => undefined,
    );
    return () => end.abort();
  }, [model, wanted]);
  useLayoutEffect(() => {
    if (place.current !== null) rich?.draw(place.current, 'timeline', { view, timeline, graph });
  });
  useEffect(() => {
    const el = place.current;
    if (focused.current) el?.querySelector<HTMLElement>('[role=row][tabindex="0"]')?.focus();
    return () => {
      if (el !== null) rich?.clear(el);
    };
  }, [rich]);

  if (timeline.total === 0) return null;
  const touch = () => setTouched(true);
  return (
    <section class="hitl-timeline" aria-label={name} onPointerEnter={touch} onFocusIn={touch}>
      {rich === null && (
        <>
          <div class="hitl-timeline-head">
            <h3 class="hitl-heading">Timeline</h3>
          </div>
          {missing > 0 && (
            <div class="hitl-earlier">
              and {missing} before these{live ? '' : ', which a kernel has to tell'}
            </div>
          )}
          <Latest rows={timeline.latest} />
        </>
      )}
      <div ref={place} />
    </section>
  );
}

import type { VNode } from 'preact';
import { useLayoutEffect, useReducer, useRef, useState } from 'preact/hooks';
import type { TimelineView } from '../protocol';
import { useView } from '../view-context';
import { Heights } from './heights';
import { Line } from './Line';
import { useKeys } from './use-keys';
import { useRows } from './use-rows';
import { isOf, taskOf } from './words';

/** Pixels that are in sight, while that is not measured: at least what `max-height` in timeline.css says. */
const SIGHT = 320;
/** Rows that are drawn beyond the edges, so that a scroll shows something. */
const AROUND = 5;

/** The rows in sight, in a box of its own that stays at the newest until somebody scrolls up. */
export function List({ timeline, node }: { timeline: TimelineView; node: string | null }): VNode {
  const { selection, select } = useView();
  const rows = useRows(timeline, node);
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [sight, setSight] = useState(SIGHT);
  /** How many rows there were when somebody scrolled up; null at the newest. */
  const [left, setLeft] = useState<number | null>(null);
  const [, redraw] = useReducer<number, null>((n) => n + 1, 0);
  const heights = useRef({ of: rows.of, heights: new Heights() });
  const before = useRef(0);
  if (heights.current.of !== rows.of) {
    heights.current = { of: rows.of, heights: new Heights() };
    if (left !== null) setLeft(null);
  }
  const { heights: all } = heights.current;
  const total = rows.total ?? 0;
  const offset = left === null ? Math.max(0, all.top(total) - sight) : top;
  const first = Math.max(0, Math.min(all.at(offset) - AROUND, total - 1));
  const end = Math.min(total, all.at(offset + sight) + 1 + AROUND);
  rows.see(first, end);

  const measure = () => {
    const el = box.current;
    if (el === null) return;
    // Nothing has a height while the cell is hidden.
    if (el.clientHeight > 0) setSight(el.clientHeight);
    const seen = all.at(el.scrollTop);
    let changed = false;
    let above = 0;
    for (const line of el.querySelectorAll<HTMLElement>('[data-place]')) {
      const place = Number(line.dataset['place']);
      const more = line.offsetHeight > 0 ? all.set(place, line.offsetHeight) : 0;
      if (more !== 0) changed = true;
      if (place < seen) above += more;
    }
    if (left === null) el.scrollTop = el.scrollHeight;
    // What is read stays where it is when a row above turns out to be higher.
    else if (above !== 0) el.scrollTop += above;
    if (changed) redraw(null);
  };
  // All else that changes a height is seen by the observer, in the frame that draws it: measured at each update, the page
  // would be laid out twice.
  useLayoutEffect(measure, [rows.of, left]);
  const measured = useRef(measure);
  measured.current = measure;
  useLayoutEffect(() => {
    const el = box.current;
    if (!el?.firstElementChild || typeof ResizeObserver === 'undefined') return undefined;
    const observer = new ResizeObserver(() => measured.current());
    // The box, too: somebody may make it higher.
    observer.observe(el);
    // With its padding, which stands for the rows that are not drawn.
    observer.observe(el.firstElementChild, { box: 'border-box' });
    return () => observer.disconnect();
  }, []);

  const onScroll = ({ currentTarget: el }: { currentTarget: HTMLDivElement }) => {
    const { scrollTop } = el;
    if (el.scrollHeight - scrollTop - el.clientHeight < 4) setLeft(null);
    else if (scrollTop < before.current) setLeft((was) => was ?? total);
    before.current = scrollTop;
    setTop(scrollTop);
  };

  const keys = useKeys(box, total, first, end, (place) => {
    const el = box.current;
    if (el === null) return;
    const above = all.top(place);
    const below = all.top(place + 1) - el.clientHeight;
    if (place < total - 1) setLeft((was) => was ?? total);
    el.scrollTop = Math.max(below, Math.min(above, el.scrollTop));
    setTop(el.scrollTop);
  });

  const choose = (place: number) => {
    const row = rows.at(place);
    if (row === undefined) return;
    if (row.kind === 'decision') {
      // More of its answer, or less; not what starts another run.
      box.current?.querySelector<HTMLElement>(`[data-place="${place}"] .hitl-row-main .hitl-link`)?.click();
      return;
    }
    // What somebody looks into stays where it is.
    if (place < total - 1) setLeft((was) => was ?? total);
    setTop(box.current?.scrollTop ?? 0);
    const task = taskOf(row);
    if (task !== undefined)
      select(isSelected(place) !== null ? null : { kind: 'task', task: task.id, node: task.node });
  };
  const isSelected = (place: number): string | null => {
    const row = rows.at(place);
    const task = selection?.kind === 'task' && row?.kind === 'step' ? selection.task : null;
    return task !== null && row?.kind === 'step' && row.tasks.some(({ id }) => id === task) ? task : null;
  };

  const isMarked = (place: number): boolean => {
    const row = rows.at(place);
    return selection?.kind === 'node' && row !== undefined && isOf(row, selection.node);
  };

  const newer = left === null ? 0 : total - left;
  return (
    <div class="hitl-rows">
      {rows.missing > 0 && <div class="hitl-earlier">and {rows.missing} before these, which a kernel has to tell</div>}
      {rows.failure !== null && (
        <div class="hitl-earlier" role="alert">
          {rows.failure}{' '}
          <button type="button" class="hitl-link" onClick={rows.retry}>
            Try again
          </button>
        </div>
      )}
      {rows.total === 0 && <div class="hitl-earlier">Nothing of this node so far.</div>}
      <div
        ref={box}
        class="hitl-rows-box"
        data-full={all.top(total) > sight}
        role="grid"
        aria-label="Steps and decisions"
        aria-rowcount={total}
        tabIndex={keys.active >= first && keys.active < end ? -1 : 0}
        onScroll={onScroll}
        onFocusIn={keys.onFocusIn}
        onFocusOut={keys.onFocusOut}
        onKeyDown={(event) => keys.onKeyDown(event, choose)}
        onClick={({ target }) => {
          const line = (target as Element).closest<HTMLElement>('[data-place]');
          // Somebody who marks a text means the text.
          const marked = String(globalThis.getSelection?.() ?? '') !== '';
          if (line !== null && !marked && (target as Element).closest('button') === null) {
            choose(Number(line.dataset['place']));
          }
        }}
      >
        <div
          role="rowgroup"
          style={{ paddingTop: `${all.top(first)}px`, paddingBottom: `${all.top(total) - all.top(end)}px` }}
        >
          {Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index).map((place) => (
            <Line
              key={place}
              row={rows.at(place)}
              place={place}
              isTabStop={place === keys.active}
              selected={isSelected(place)}
              marked={isMarked(place)}
            />
          ))}
        </div>
      </div>
      {left !== null && all.top(total) - offset > sight + 4 && (
        <button type="button" class="hitl-button hitl-small hitl-newest" onClick={() => setLeft(null)}>
          {newer > 0 ? `${newer} newer` : 'Newest'}
        </button>
      )}
    </div>
  );
}

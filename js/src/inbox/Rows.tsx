import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { InboxRow } from '../protocol';
import { Row } from './Row';
import type { Pages } from './use-pages';

/** Px; the same in the stylesheet. All rows are as high, so that a place is found without those before it. */
const HEIGHT = 52;
/** Rows that are drawn beyond those in sight. */
const BEYOND = 6;
const MINUTE = 60_000;

interface RowsProps {
  pages: Pages;
  total: number;
  chosen: ReadonlySet<string>;
  /** What was opened last: the focus comes back to it. */
  from: string | null;
  apart(row: InboxRow): string | null;
  onCheck(rows: InboxRow[], on: boolean): void;
  onOpen(row: InboxRow): void;
  clockAhead(): number;
  /** Nothing can be done here: there is no kernel. */
  closed: boolean;
}

/** The list: only what is in sight is drawn. */
export function Rows({ pages, total, chosen, from, apart, onCheck, onOpen, clockAhead, closed }: RowsProps): VNode {
  const scroller = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(8 * HEIGHT);
  const [current, setCurrent] = useState(0);
  const [now, setNow] = useState(() => Date.now() + clockAhead());
  const anchor = useRef<number | null>(null);
  const wantsFocus = useRef<'button' | 'input' | null>(null);

  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now() + clockAhead()), MINUTE / 2);
    return () => clearInterval(timer);
  }, [clockAhead]);
  useLayoutEffect(() => {
    const el = scroller.current;
    if (el !== null && el.clientHeight > 0) setHeight(el.clientHeight);
  }, [total]);

  const first = Math.max(0, Math.floor(top / HEIGHT) - BEYOND);
  const end = Math.min(total, Math.ceil((top + height) / HEIGHT) + BEYOND);
  useEffect(() => pages.see(first, end), [first, end, total]);
  const at = Math.min(current, Math.max(total - 1, 0));

  useEffect(() => {
    const el = scroller.current;
    if (el === null || from === null) return;
    const back = [...el.querySelectorAll<HTMLElement>('.hitl-inbox-row')].find((row) => row.dataset['thread'] === from);
    (back?.querySelector('button') ?? el.querySelector('button'))?.focus();
  }, []);
  // Before the next key is heard, which would be for the row before.
  useLayoutEffect(() => {
    if (wantsFocus.current === null) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-place="${at}"]`);
    const to = row?.querySelector<HTMLElement>(`${wantsFocus.current}:not(:disabled)`) ?? row?.querySelector('button');
    // What is not here yet has nothing to be focused: the keyboard stays in the list, and not at another row.
    (to ?? scroller.current)?.focus({ preventScroll: true });
    if (to) wantsFocus.current = null;
  });

  const go = (place: number, kind: 'button' | 'input') => {
    const to = Math.min(Math.max(place, 0), total - 1);
    setCurrent(to);
    wantsFocus.current = kind;
    const el = scroller.current;
    if (el === null) return;
    if (to * HEIGHT < el.scrollTop) el.scrollTop = to * HEIGHT;
    else if ((to + 1) * HEIGHT > el.scrollTop + el.clientHeight) el.scrollTop = (to + 1) * HEIGHT - el.clientHeight;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const inPage = Math.max(1, Math.floor(height / HEIGHT) - 1);
    const places: { [key: string]: number } = {
      ...{ ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + inPage, PageUp: at - inPage, Home: 0, End: total - 1 },
    };
    const to = places[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const { localName } = event.target as HTMLElement;
    go(to, localName === 'input' ? 'input' : localName === 'button' ? 'button' : (wantsFocus.current ?? 'button'));
  };
  const check = (place: number, row: InboxRow, on: boolean, range: boolean) => {
    const start = range && anchor.current !== null ? anchor.current : place;
    anchor.current = place;
    const rows: InboxRow[] = [];
    for (let one = Math.min(start, place); one <= Math.max(start, place); one += 1) {
      const found = one === place ? row : pages.at(one);
      if (found !== undefined) rows.push(found);
    }
    onCheck(rows, on);
  };

  const rows: VNode[] = [];
  for (let place = first; place < end; place += 1) {
    const row = pages.at(place);
    rows.push(
      row === undefined ? (
        <li
          class="hitl-inbox-row hitl-inbox-blank"
          key={`blank ${place}`}
          aria-posinset={place + 1}
          aria-setsize={total}
        >
          <span class="hitl-unseen">Loading…</span>
        </li>
      ) : (
        <Row
          key={row.thread}
          {...{ row, place, total, now, closed }}
          current={place === at}
          checked={chosen.has(row.thread)}
          apart={apart(row)}
          onCheck={(on, range) => check(place, row, on, range)}
          onOpen={() => onOpen(row)}
        />
      ),
    );
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrows move between the rows' own controls
    <div
      class="hitl-inbox-scroll"
      // None of what is in it can be focused then, and the keyboard must reach it.
      {...(closed ? { tabIndex: 0, role: 'group', 'aria-label': 'Waiting threads' } : { tabIndex: -1 })}
      ref={scroller}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      onKeyDown={onKeyDown}
      onFocusOut={({ currentTarget, relatedTarget }) => {
        if (relatedTarget !== null && !currentTarget.contains(relatedTarget as Node)) wantsFocus.current = null;
      }}
      onFocusCapture={(event) => {
        const place = (event.target as HTMLElement).closest<HTMLElement>('[data-place]')?.dataset['place'];
        if (place !== undefined) setCurrent(Number(place));
      }}
    >
      <ul
        class="hitl-inbox-rows"
        aria-label="Waiting threads"
        style={{ height: `${total * HEIGHT}px`, paddingTop: `${first * HEIGHT}px` }}
      >
        {rows}
      </ul>
    </div>
  );
}

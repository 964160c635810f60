/** The rows of a timeline: the latest are in the trait, the others are fetched from the kernel as they come into sight. */
import { useEffect, useReducer, useRef, useState } from 'preact/hooks';
import type { RowsView, TimelineView } from '../protocol';
import { useCanSend, useView } from '../view-context';
import type { Row } from './rows';

const PAGE = 50;
const KEPT = 4_000;
/** While somebody scrolls fast, nothing is asked for. */
const SCROLLED_MS = 60;
/** How often rows are asked for again that may have changed. */
const AGAIN_MS = 500;

/** What is known of the rows of one node, or of all. */
interface Known {
  epoch: number;
  node: string | null;
  /** How many there are; null while that was not said. */
  total: number | null;
  rows: Map<number, Row>;
  /** The timeline that each page was asked at. */
  pages: Map<number, TimelineView>;
  underway: Set<number>;
}

export interface Rows {
  /** Another one when places mean other rows. */
  of: object;
  /** How many can be shown; null while that is not known. */
  total: number | null;
  /** How many come before the first that can be shown: without a kernel nobody has them. */
  missing: number;
  failure: string | null;
  /** By its place among those that can be shown. */
  at(place: number): Row | undefined;
  retry(): void;
  /** Says which rows are in sight. */
  see(first: number, end: number): void;
}

/**
 * Args:
 *   timeline: the trait.
 *   node: only rows of this one and of what is inside of it.
 */
export function useRows(timeline: TimelineView, node: string | null): Rows {
  const { connection } = useView();
  const live = useCanSend();
  const [, redraw] = useReducer<number, null>((n) => n + 1, 0);
  const [failure, setFailure] = useState<string | null>(null);
  const known = useRef<Known | null>(null);
  const sight = useRef([0, 0]);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const now = useRef({ timeline, failure, live });
  now.current = { timeline, failure, live };

  if (known.current === null || known.current.epoch !== timeline.epoch || known.current.node !== node) {
    const { epoch } = timeline;
    known.current = { epoch, node, total: null, rows: new Map(), pages: new Map(), underway: new Set() };
  }
  const of = known.current;
  if (node === null) {
    of.total = timeline.total;
    for (const row of timeline.latest) keep(of, row.row, row);
  }

  const ask = (page: number) => {
    of.underway.add(page);
    of.pages.set(page, timeline);
    const at = { kind: 'rows' as const, first: page * PAGE, count: PAGE };
    const over = () => {
      of.underway.delete(page);
      return known.current !== of;
    };
    connection.look(node === null ? at : { ...at, node }).then(
      (data) => {
        const { epoch, total, first, rows } = data as RowsView;
        // Where the rows have got other numbers, the trait says so too.
        if (over() || epoch !== of.epoch) return;
        for (const [index, row] of rows.entries()) keep(of, first + index, row);
        if (node !== null) of.total = total;
        setFailure(null);
        redraw(null);
      },
      (error: Error) => {
        if (!over()) setFailure(error.message);
      },
    );
  };

  /** The pages that are needed: not there, or what is in sight may have changed since. */
  const wanted = (): number[] => {
    const { timeline, failure, live } = now.current;
    if (!live || failure !== null) return [];
    const pages = new Set<number>();
    const old = (page: number) => of.pages.get(page) !== timeline;
    // How many there are of a node is known from its last page.
    if (node !== null && old(-1)) pages.add(-1);
    const [first = 0, end = 0] = sight.current;
    const fresh = node === null ? timeline.total - timeline.latest.length : Number.POSITIVE_INFINITY;
    for (let place = first; place < Math.min(end, fresh); place += 1) {
      const row = of.rows.get(place);
      const page = Math.floor(place / PAGE);
      const settled = row !== undefined && (row.kind === 'decision' || row.status === 'done');
      if (!settled && (row === undefined ? !of.pages.has(page) || old(page) : old(page))) pages.add(page);
    }
    return [...pages].filter((page) => !of.underway.has(page));
  };

  useEffect(() => {
    const pages = wanted();
    if (timer.current !== undefined || pages.length === 0) return;
    const isNew = pages.some((page) => !of.pages.has(page));
    // One that is set is left alone: an update comes more often than that.
    timer.current = setTimeout(
      () => {
        timer.current = undefined;
        if (known.current === of) for (const page of wanted()) ask(page);
        else redraw(null);
      },
      isNew ? SCROLLED_MS : AGAIN_MS,
    );
  });
  useEffect(() => () => clearTimeout(timer.current), []);

  const missing = live ? 0 : timeline.total - timeline.latest.length;
  return {
    of,
    total: live ? of.total : timeline.latest.length,
    missing,
    failure,
    at: (place) => of.rows.get(missing + place),
    retry: () => {
      of.pages.clear();
      setFailure(null);
    },
    see: (first, end) => {
      sight.current = [first, end];
    },
  };
}

function keep({ rows, pages }: Known, place: number, row: Row): void {
  rows.set(place, row);
  const oldest = rows.keys().next().value;
  if (rows.size <= KEPT || oldest === undefined) return;
  rows.delete(oldest);
  pages.delete(Math.floor(oldest / PAGE));
}

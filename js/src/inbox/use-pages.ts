/** The rows that are in sight, fetched from the kernel a page at a time; it has ten thousand of them. */
import { useEffect, useReducer, useRef, useState } from 'preact/hooks';
import type { Connection } from '../connection';
import type { InboxQuery, InboxRow, InboxRows, InboxView } from '../protocol';

const PAGE = 50;
const KEPT_PAGES = 40;
/** While somebody scrolls fast, nothing is asked for. */
const STILL_MS = 60;
/** After which a page that could not be read is asked for again: what the threads are kept in may be there by then. */
const AGAIN_MS = 10_000;

export interface Pages {
  /** How many threads the query takes; null while that is not known. */
  total: number | null;
  failure: string | null;
  /** A page is on its way. */
  waits: boolean;
  nodes: string[];
  kinds: string[];
  at(place: number): InboxRow | undefined;
  find(thread: string): InboxRow | undefined;
  see(first: number, end: number): void;
  retry(): void;
}

interface Known {
  query: InboxQuery;
  /** The list's epoch that a page was asked at. */
  pages: Map<number, { epoch: number; rows: InboxRow[] }>;
  underway: Map<number, number>;
  total: number | null;
}

export function usePages(connection: Connection, inbox: InboxView, query: InboxQuery, live: boolean): Pages {
  const [, redraw] = useReducer<number, null>((n) => n + 1, 0);
  const [failure, setFailure] = useState<string | null>(null);
  const words = useRef<{ nodes: string[]; kinds: string[] }>({ nodes: [], kinds: [] });
  const known = useRef<Known>({ query, pages: new Map(), underway: new Map(), total: null });
  const sight = useRef<[number, number]>([0, PAGE]);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const epoch = useRef(inbox.epoch);
  epoch.current = inbox.epoch;
  if (known.current.query !== query) {
    // The old rows stay until the new ones are there only where they are the same ones: here they are not.
    known.current = { query, pages: new Map(), underway: new Map(), total: null };
    sight.current = [0, PAGE];
  }

  const fetch = () => {
    const { current } = known;
    const [first, end] = sight.current;
    for (let page = Math.floor(first / PAGE); page * PAGE < Math.max(end, 1); page += 1) {
      const asked = epoch.current;
      const have = current.pages.get(page);
      if (have?.epoch === asked || current.underway.get(page) === asked) continue;
      if (current.total !== null && page > 0 && page * PAGE >= current.total) continue;
      current.underway.set(page, asked);
      // Not the query of the drawing that this was begun in: a timer may have outlived it.
      const intent = { type: 'rows', client: connection.client, query: current.query, first: page * PAGE, count: PAGE };
      connection
        .ask((id) => ({ ...intent, id }))
        .then(
          (data) => take(current, page, asked, data as InboxRows),
          (error: unknown) => fail(current, page, error instanceof Error ? error.message : String(error)),
        );
      // One at a time: of one view the kernel answers the latest only.
      return redraw(null);
    }
  };
  const take = (of: Known, page: number, asked: number, { rows, total, nodes, kinds }: InboxRows) => {
    of.underway.delete(page);
    if (of !== known.current) return;
    of.pages.set(page, { epoch: asked, rows });
    of.total = total;
    words.current = { nodes, kinds };
    if (of.pages.size > KEPT_PAGES) of.pages.delete([...of.pages.keys()].find((one) => one !== page) ?? page);
    setFailure(null);
    redraw(null);
    fetch();
  };
  const fail = (of: Known, page: number, message: string) => {
    of.underway.delete(page);
    if (of === known.current && message !== 'late') setFailure(message);
    if (of === known.current && message === 'late') fetch();
  };

  useEffect(() => {
    if (live) fetch();
  }, [inbox.epoch, query, live]);
  useEffect(() => {
    if (!live || failure === null) return undefined;
    const again = setInterval(fetch, AGAIN_MS);
    return () => clearInterval(again);
  }, [live, failure]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const { current } = known;
  return {
    total: current.total,
    failure,
    waits: current.underway.size > 0,
    ...words.current,
    at: (place) => current.pages.get(Math.floor(place / PAGE))?.rows[place % PAGE],
    find: (thread) => {
      for (const { rows } of current.pages.values()) {
        const row = rows.find((one) => one.thread === thread);
        if (row !== undefined) return row;
      }
      return undefined;
    },
    see(first, end) {
      sight.current = [first, end];
      clearTimeout(timer.current);
      timer.current = setTimeout(() => live && fetch(), STILL_MS);
    },
    retry: () => {
      setFailure(null);
      fetch();
    },
  };
}

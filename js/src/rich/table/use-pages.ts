/** The rows of a view of a table, fetched from the kernel as they come into sight. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { TableView } from '../../cards/table';
import type { TableFilter, TablePage, TablePositions, TableQuery, TableRow } from '../../protocol';

const BLOCK = 100;
const KEPT_BLOCKS = 40;
/** While somebody types or scrolls fast, nothing is asked for. */
const TYPED_MS = 220;
const SCROLLED_MS = 60;

type Asked = Pick<TableQuery, 'sort' | 'filters' | 'search' | 'only'>;

interface Shown {
  asked: Asked;
  total: number;
  errors: TableFilter[];
  blocks: Map<number, TableRow[]>;
}

export interface Pages {
  /** How many rows the view shows; null until that is known. */
  total: number | null;
  /** The filters that cannot be read, with what is wrong with them. */
  errors: TableFilter[];
  /** Another view was asked for and is not there yet. */
  isStale: boolean;
  failure: string | null;
  rowAt(index: number): TableRow | undefined;
  retry(): void;
  /** The positions of all that is shown. */
  positions(): Promise<TablePositions>;
}

/**
 * Args:
 *   fetch: asks the kernel.
 *   view: what is looked at.
 *   first, end: the rows in sight.
 *   onOther: another view is there: it is seen from its top.
 */
export function usePages(
  fetch: (query: TableQuery) => Promise<unknown>,
  view: TableView,
  first: number,
  end: number,
  onOther: () => void,
): Pages {
  const [, redraw] = useState(0);
  const [failure, setFailure] = useState<string | null>(null);
  const [tries, setTries] = useState(0);
  const shown = useRef<Shown | null>(null);
  const wanted = useRef<Asked | null>(null);
  const underway = useRef(new Set<string>());
  const asked = useSettled(useMemo(() => askedOf(view), [view.sort, view.filters, view.search, view.only]));

  const load = (of: Asked, block: number) => {
    const name = `${tries} ${block}`;
    if (wanted.current !== of || underway.current.has(name)) return;
    underway.current.add(name);
    const arrived = (page: TablePage) => {
      if (wanted.current !== of) return;
      underway.current.delete(name);
      const other = shown.current?.asked !== of;
      if (other) shown.current = { asked: of, total: page.total, errors: page.errors, blocks: new Map() };
      keep(shown.current as Shown, block, page.rows);
      setFailure(null);
      redraw((n) => n + 1);
      if (other) onOther();
    };
    const failed = (error: unknown) => {
      if (wanted.current === of) setFailure(error instanceof Error ? error.message : String(error));
    };
    fetch({ want: 'page', ...of, offset: block * BLOCK, limit: BLOCK }).then(
      (page) => arrived(page as TablePage),
      failed,
    );
  };

  useEffect(() => {
    wanted.current = asked;
    underway.current.clear();
    load(asked, 0);
  }, [asked, tries]);

  useEffect(() => {
    const now = shown.current;
    if (now === null || now.asked !== asked || end <= first) return undefined;
    const blocks: number[] = [];
    for (let block = Math.floor(first / BLOCK); block * BLOCK < end; block += 1) {
      if (!now.blocks.has(block)) blocks.push(block);
    }
    if (blocks.length === 0) return undefined;
    const timer = setTimeout(() => {
      for (const block of blocks) load(asked, block);
    }, SCROLLED_MS);
    return () => clearTimeout(timer);
  });

  useEffect(() => {
    return () => {
      wanted.current = null;
    };
  }, []);

  return {
    total: shown.current?.total ?? null,
    errors: shown.current?.errors ?? [],
    isStale: shown.current !== null && shown.current.asked !== asked,
    failure,
    rowAt: (index) => shown.current?.blocks.get(Math.floor(index / BLOCK))?.[index % BLOCK],
    retry: () => {
      setFailure(null);
      setTries((n) => n + 1);
    },
    positions: async () => (await fetch({ want: 'positions', ...asked })) as TablePositions,
  };
}

function askedOf({ sort, search, filters, only }: TableView): Asked {
  const typed = Object.entries(filters).filter(([, text]) => text !== '');
  return {
    sort,
    search,
    filters: typed.map(([column, text]) => ({ column: Number(column), text })),
    only: only === null ? null : [...only],
  };
}

/** What is asked once nobody types any more; a click counts at once. */
function useSettled(asked: Asked): Asked {
  const [settled, settle] = useState(asked);
  const last = useRef(asked);
  useEffect(() => {
    const typed = JSON.stringify([asked.search, asked.filters]) !== JSON.stringify([settled.search, settled.filters]);
    last.current = asked;
    if (!typed) {
      settle(asked);
      return undefined;
    }
    const timer = setTimeout(() => settle(asked), TYPED_MS);
    return () => clearTimeout(timer);
  }, [asked]);
  return settled;
}

function keep({ blocks }: Shown, block: number, rows: TableRow[]): void {
  blocks.set(block, rows);
  const oldest = blocks.keys().next().value;
  if (blocks.size > KEPT_BLOCKS && oldest !== undefined) blocks.delete(oldest);
}

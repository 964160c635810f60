/** The rows that a saved notebook has, as the pages that a kernel would have sent. */
import type { InboxRow } from '../protocol';
import type { Pages } from './use-pages';

const nothing = () => undefined;

export function savedPages(rows: InboxRow[]): Pages {
  return {
    total: rows.length,
    failure: null,
    waits: false,
    nodes: [],
    kinds: [],
    at: (place) => rows[place],
    find: (thread) => rows.find((row) => row.thread === thread),
    see: nothing,
    retry: nothing,
  };
}

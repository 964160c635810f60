/** The kernel's state of an inbox, read from the model's traits. */
import { useEffect, useState } from 'preact/hooks';
import type { Model } from '../host';
import type { CardView, InboxChosen, InboxOpened, InboxRow, InboxView } from '../protocol';

export interface InboxTraits {
  inbox: InboxView;
  /** What each view has chosen. */
  chosen: InboxChosen[];
  cards: CardView[];
  assets: Record<string, string>;
  opened: InboxOpened[];
  /** The first of them, for where no kernel answers. */
  rows: InboxRow[];
}

const NAMES = ['inbox', 'chosen', 'cards', 'assets', 'opened', 'rows'] as const;

const EMPTY: InboxTraits = {
  inbox: {
    ...{ seq: 0, epoch: 0, status: 'reading', total: 0, others: 0, unread: 0, fresh: 0, left: 0, refresh: null },
    ...{ error: null, at: null, graph: '', code: 'hitl.inbox(graph)' },
  },
  chosen: [],
  cards: [],
  assets: {},
  opened: [],
  rows: [],
};

export function readInbox(model: Model): InboxTraits {
  const filled = { ...EMPTY.inbox, ...((model.get('inbox') ?? {}) as object) };
  const read = NAMES.map((name) => [name, name === 'inbox' ? filled : (model.get(name) ?? EMPTY[name])]);
  return Object.fromEntries(read) as unknown as InboxTraits;
}

export function useInbox(model: Model): InboxTraits {
  const [traits, setTraits] = useState(() => readInbox(model));
  useEffect(() => {
    const read = () => setTraits(readInbox(model));
    read();
    for (const name of NAMES) model.on(`change:${name}`, read);
    return () => {
      for (const name of NAMES) model.off(`change:${name}`, read);
    };
  }, [model]);
  return traits;
}

/** What every part of one view needs: the way to the kernel, and whether it is open. */
import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { Connection } from './connection';
import type { Expecting } from './forks/use-expected';
import type { Host, Model } from './host';
import { canSend, type Link } from './link';

/** A node, or one of its tasks. The node may be folded in another by now. */
export type Selection = { kind: 'node'; node: string } | { kind: 'task'; task: string; node: string };

export interface View extends Expecting {
  model: Model;
  host: Host | undefined;
  connection: Connection;
  link: Link;
  threadId: string;
  /** What a fork is called beside the others. */
  runName: string | undefined;
  /** Pictures, as `data:` URLs by name. */
  assets: { readonly [name: string]: string };
  /** What somebody looks into. */
  selection: Selection | null;
  select(selection: Selection | null): void;
  /** Tells a screen reader. */
  announce(text: string): void;
}

const Context = createContext<View | null>(null);

export const ViewProvider = Context.Provider;

export function useView(): View {
  const view = useContext(Context);
  if (view === null) throw new Error('drawn outside of a view');
  return view;
}

/** Whether a kernel listens to a view. */
export function useLink(connection: Connection): Link {
  const [link, setLink] = useState(connection.link);
  useEffect(() => connection.onChange(() => setLink(connection.link)), [connection]);
  return link;
}

export function useCanSend(): boolean {
  return canSend(useView().link);
}

/** The name of a part of a view, on a page where a run and its forks stand side by side. */
export function useName(part: string): string {
  const { runName } = useView();
  return runName === undefined ? part : `${part}, ${runName}`;
}

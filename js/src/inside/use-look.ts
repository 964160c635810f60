/** What is inside of what is selected: asked for when it is selected, and again while it goes on. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { InsideView, NodeInsideView, TaskView } from '../protocol';
import type { PanelProps } from './props';

/** Between two questions about the same thing. */
export const ASK_AGAIN_MS = 250;

export interface Seen {
  /** Of what selection it is. */
  key: string;
  name: string;
  /** Of a node: how many tasks it has. */
  total: number;
  /** Of a node: the latest of them, newest first. */
  tasks: TaskView[];
  /** Of a node: which the kernel shows, until somebody goes to another. */
  first: string | null;
  view: InsideView | null;
}

interface Looking {
  seen: Seen | null;
  /** Why there is nothing to see. */
  error: string | null;
  /** What is shown is of another selection, and this one's is on its way. */
  busy: boolean;
}

type Asked = Pick<PanelProps, 'selection' | 'seq' | 'node' | 'look'> & {
  /** Of a node's tasks the one that somebody has gone to; null: the one that the kernel shows. */
  chosen: string | null;
};

export function useLook({ selection, seq, node, look, chosen }: Asked): Looking {
  const key = selection.kind === 'node' ? `node ${selection.node} ${chosen ?? ''}` : `task ${selection.task}`;
  const [seen, setSeen] = useState<Seen | null>(null);
  const [error, setError] = useState<{ key: string; text: string } | null>(null);
  const current = useRef(key);
  const pending = useRef({
    busy: false,
    again: false,
    at: 0,
    /** What was known of it when it was asked for. */
    known: { seq, node },
    timer: undefined as ReturnType<typeof setTimeout> | undefined,
  });
  current.current = key;

  const ask = async (): Promise<void> => {
    const state = pending.current;
    clearTimeout(state.timer);
    state.timer = undefined;
    if (state.busy) {
      state.again = true;
      return;
    }
    state.busy = true;
    state.again = false;
    state.at = Date.now();
    state.known = { seq: latest.current.seq, node: latest.current.node };
    const asked = current.current;
    try {
      const found = await look1(asked, latest.current);
      if (asked === current.current) {
        setSeen(found);
        setError(null);
      }
    } catch (failure) {
      const text = failure instanceof Error ? failure.message : String(failure);
      if (asked === current.current) setError({ key: asked, text });
    }
    state.busy = false;
    if (state.again || asked !== current.current) void ask();
  };
  const latest = useRef({ selection, look, chosen, seq, node });
  latest.current = { selection, look, chosen, seq, node };

  useEffect(() => {
    void ask();
  }, [key]);

  // A node that is at work, or a task that has not ended, says more with every update.
  const shown = seen?.key === key ? seen : null;
  const pulse = pulseOf(shown, node, seq);
  useEffect(() => {
    const state = pending.current;
    // What has been answered was asked for no earlier than what is known now.
    if (pulse === pulseOf(shown, state.known.node, state.known.seq) || state.timer !== undefined) return;
    state.timer = setTimeout(() => void ask(), Math.max(0, state.at + ASK_AGAIN_MS - Date.now()));
  }, [pulse]);
  useEffect(() => () => clearTimeout(pending.current.timer), []);

  return { seen, error: error?.key === key ? error.text : null, busy: seen !== null && seen.key !== key };
}

async function look1(
  key: string,
  { selection, look, chosen }: Pick<Asked, 'selection' | 'look' | 'chosen'>,
): Promise<Seen> {
  if (selection.kind === 'task') {
    const view = (await look({ kind: 'task', task: selection.task })) as InsideView;
    return { key, name: view.task.name, total: 1, tasks: [view.task], first: null, view };
  }
  const found = (await look({ kind: 'node', node: selection.node })) as NodeInsideView;
  const { name, total, tasks, shown } = found;
  const other = chosen !== null && chosen !== shown?.task.id ? await look({ kind: 'task', task: chosen }) : shown;
  return { key, name, total, tasks, first: shown?.task.id ?? null, view: (other as InsideView | undefined) ?? null };
}

/** Differs whenever there may be news; empty where there can be none. */
function pulseOf(seen: Seen | null, node: PanelProps['node'], seq: number): string {
  if (seen === null) return '';
  if (seen.view?.task.status === 'running' || node?.status === 'running') return String(seq);
  if (node !== undefined) return JSON.stringify(node);
  return seen.view === null || seen.view.task.status === 'done' ? '' : String(seq);
}

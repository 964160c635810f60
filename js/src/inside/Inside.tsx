import { useCallback } from 'preact/hooks';
import type { NodeView } from '../protocol';
import { useCanSend, useView } from '../view-context';
import { InsidePart } from './InsidePart';
import type { ForkFrom } from './props';

/** What somebody looks into, in the words of a bundle of its own. */
export function Inside({ seq, nodes }: { seq: number; nodes: Record<string, NodeView> }) {
  const { connection, selection, select, announce, expecting, expect } = useView();
  const busy = !useCanSend() || expecting !== null;
  const clockAhead = useCallback(() => connection.clockAhead, [connection]);
  const onClose = useCallback(() => select(null), [select]);
  if (selection === null) return null;
  const fork = busy ? null : (from: ForkFrom) => connection.fork({ ...from, pause: true }) && expect('fork');
  const node = selection.kind === 'node' && Object.hasOwn(nodes, selection.node) ? nodes[selection.node] : undefined;
  return <InsidePart name="panel" props={{ selection, seq, node, clockAhead, announce, onClose, fork }} />;
}

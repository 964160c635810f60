import { useCallback } from 'preact/hooks';
import { LoadedPart } from '../loaded/LoadedPart';
import type { NodeView } from '../protocol';
import { useView } from '../view-context';
import type { InsideProps, Look } from './props';

/** What somebody looks into, in the words of a bundle of its own. */
export function Inside({ seq, nodes }: { seq: number; nodes: Record<string, NodeView> }) {
  const { connection, selection, select, announce } = useView();
  const look: Look = useCallback((at) => connection.look(at), [connection]);
  const clockAhead = useCallback(() => connection.clockAhead, [connection]);
  const onClose = useCallback(() => select(null), [select]);
  if (selection === null) return null;
  const node = selection.kind === 'node' ? nodes[selection.node] : undefined;
  return (
    <LoadedPart<InsideProps, 'panel'>
      code="inside"
      needed
      name="panel"
      props={{ selection, seq, node, look, clockAhead, announce, onClose }}
      instead={(failure) => (
        <div class="hitl-note" role="alert">
          This cannot be drawn here: {failure}.
        </div>
      )}
    />
  );
}

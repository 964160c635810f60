import type { NodeBox, NodeView } from '../protocol';

const FIRST = ['waiting', 'running', 'failed', 'next'];

/** Where the run is: at the node that waits, else at the one that began last of those that run. */
export function currentNode(boxes: NodeBox[], viewOf: (id: string) => NodeView): NodeBox | undefined {
  let [found, least, latest]: [NodeBox | undefined, number, string] = [undefined, FIRST.length, ''];
  for (const box of boxes) {
    const { status, since = '' } = viewOf(box.id);
    const rank = box.kind === 'node' ? FIRST.indexOf(status) : -1;
    if (rank < 0 || rank > least || (rank === least && since <= latest)) continue;
    [found, least, latest] = [box, rank, since];
  }
  return found;
}

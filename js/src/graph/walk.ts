/** From node to node by the arrow keys: along an edge where there is one, else to what is nearest that way. Pure. */
import type { GraphView, NodeBox } from '../protocol';

const WAYS: Record<string, readonly [number, number]> = {
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
};

/** Which node a key leads to; null where it leads nowhere, undefined if it is none of these keys. */
export function walk({ nodes, edges }: GraphView, from: NodeBox, key: string): NodeBox | null | undefined {
  // Not a frame, though those come first: where the run begins, and where it ends.
  if (key === 'Home') return nodes.find(({ kind }) => kind !== 'group') ?? null;
  if (key === 'End') return nodes.find(({ kind }) => kind === 'end') ?? nodes.at(-1);
  const way = WAYS[key];
  if (way === undefined) return undefined;
  const [x, y] = spot(from);
  let [found, least]: [NodeBox | null, number] = [null, Number.POSITIVE_INFINITY];
  for (const node of nodes) {
    const [dx, dy] = [spot(node)[0] - x, spot(node)[1] - y];
    const along = dx * way[0] + dy * way[1];
    if (along < 4) continue;
    const joined = edges.some(
      ({ source, target }) => (source === from.id && target === node.id) || (target === from.id && source === node.id),
    );
    const far = (along + 2 * Math.abs(dx * way[1] + dy * way[0])) * (joined ? 0.5 : 1);
    if (far < least) [found, least] = [node, far];
  }
  return found;
}

/** A node is at its middle; a frame at its name, or it would be where a node in it is. */
function spot(box: NodeBox): [number, number] {
  return [box.x + box.width / 2, box.kind === 'group' ? box.y + 13 : box.y + box.height / 2];
}

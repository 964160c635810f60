import { memo } from '../parts/memo';
import type { EdgePath } from '../protocol';
import { arrowPath, linePath } from './line';

export const Edge = memo<{ edge: EdgePath; taken: boolean }>(({ edge, taken }) => (
  <g class="hitl-edge" data-taken={taken} data-conditional={edge.conditional}>
    <path class="hitl-line" d={linePath(edge.points)} />
    <path class="hitl-arrow" d={arrowPath(edge.points)} />
  </g>
));

/** Drawn above all edges, so that no line crosses it. */
export const EdgeLabel = memo<{ edge: EdgePath }>(({ edge }) => {
  if (edge.label === null || edge.label_at === null) return null;
  const [x, y] = edge.label_at;
  return (
    <text class="hitl-edge-label" x={x} y={y}>
      {edge.label}
    </text>
  );
});

import { memo } from '../parts/memo';
import type { EdgePath } from '../protocol';
import { arrowPath, linePath } from './line';

export const Edge = memo<{ edge: EdgePath; taken: boolean }>(({ edge, taken }) => (
  <g class="hitl-edge" data-line={edge.id} data-taken={taken} data-conditional={edge.conditional}>
    <path class="hitl-line" d={linePath(edge.points)} />
    <path class="hitl-arrow" d={arrowPath(edge.points)} />
  </g>
));

/** Drawn above all edges, so that no line crosses it: what the graph's author calls it, and how often it was taken. */
export const EdgeLabel = memo<{ edge: EdgePath; count: number }>(({ edge, count }) => {
  const often = count > 1 ? `×${count}` : null;
  if (edge.label === null && often === null) return null;
  const [x, y] = edge.label_at;
  return (
    <text class="hitl-edge-label" style={{ transform: `translate(${x}px, ${y}px)` }}>
      {edge.label !== null && often !== null ? <tspan dy="-7">{edge.label}</tspan> : edge.label}
      {often !== null && (
        // Below its label: beside it, it would lie on the lines beside it.
        <tspan class="hitl-edge-count" {...(edge.label === null ? {} : { x: 0, dy: 14 })}>
          {often}
        </tspan>
      )}
    </text>
  );
});

import { memo } from '../parts/memo';
import type { EdgePath } from '../protocol';
import { arrowPath, linePath, middleOf } from './line';

export const Edge = memo<{ edge: EdgePath; taken: boolean }>(({ edge, taken }) => (
  <g class="hitl-edge" data-line={edge.id} data-taken={taken} data-conditional={edge.conditional}>
    <path class="hitl-line" d={linePath(edge.points)} />
    <path class="hitl-arrow" d={arrowPath(edge.points)} />
  </g>
));

/** px. */
const SHORT = 40;

/** Drawn above all edges, so that no line crosses it: what the graph's author calls it, and how often it was taken. */
export const EdgeLabel = memo<{ edge: EdgePath; count: number; returned: boolean }>(({ edge, count, returned }) => {
  const often = count > 1 ? `×${count}` : null;
  if (edge.label === null && often === null) return null;
  let [x, y] = edge.label_at ?? middleOf(edge.points, returned ? 0.25 : 0.5);
  const [start, end] = edge.points;
  const down = (end?.[1] ?? 0) - (start?.[1] ?? 0);
  // On a short line it would hide all of it. On the right are the signs of the node below; but one that leads back has
  // another on its left, and its count is above those.
  if (edge.label === null && edge.points.length === 2 && Math.abs(down) < SHORT) {
    x -= 16 * Math.sign(down);
    y += Math.min(down, 0) / 3;
  }
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

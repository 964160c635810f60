/**
 * When the graph is laid out anew, its lines go along with their nodes. A node moves by a CSS transition; the shape of a
 * line does so in no Safari (26), so it is drawn a frame at a time, in the same time and by the same curve (graph.css).
 */
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { EdgePath, GraphView } from '../protocol';
import { arrowPath, linePath } from './line';

type Points = readonly number[][];

const MOVE_MS = 300;

interface Move {
  from: Points;
  to: Points;
  isNew: boolean;
}

/** @param ref what the lines are in, each a `[data-edge]` of a line and its arrowhead */
export function useMovingLines(ref: RefObject<Element | null>, graph: GraphView): void {
  const self = useRef({ graph, frame: 0, at: new Map<string, Points>() }).current;
  useLayoutEffect(() => {
    const before = self.graph;
    self.graph = graph;
    if (before === graph || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const moves = movesOf(before, graph, self.at);
    self.at = new Map();
    let begun = 0;
    const draw = (left: number) => {
      for (const drawn of ref.current?.querySelectorAll<SVGElement>('[data-edge]') ?? []) {
        const id = drawn.dataset['edge'] ?? '';
        const move = moves.get(id);
        if (move === undefined) continue;
        const points = between(move.to, move.from, left);
        if (left > 0) self.at.set(id, points);
        else self.at.delete(id);
        drawn.children[0]?.setAttribute('d', linePath(points));
        drawn.children[1]?.setAttribute('d', arrowPath(points));
        if (move.isNew) drawn.style.opacity = String(1 - left);
      }
    };
    const frame = (now: number) => {
      begun ||= now;
      const left = Math.max(0, 1 - (now - begun) / MOVE_MS) ** 3;
      draw(left);
      if (left > 0) self.frame = requestAnimationFrame(frame);
    };
    draw(1);
    self.frame = requestAnimationFrame(frame);
    return () => cancelAnimationFrame(self.frame);
  }, [graph]);
}

/** From where each line goes that is not there yet: what is seen of it now, or between where its nodes were. */
function movesOf(before: GraphView, { nodes, edges }: GraphView, seen: Map<string, Points>): Map<string, Move> {
  const were = new Map(before.nodes.map((box) => [box.id, box]));
  const lines = new Map<string, Points>([...before.edges.map(({ id, points }) => [id, points] as const), ...seen]);
  const shifts = new Map(
    nodes.map((box) => {
      const { x, y, width, height } = were.get(box.id) ?? box;
      return [box.id, [x - box.x + (width - box.width) / 2, y - box.y + (height - box.height) / 2]];
    }),
  );
  const shifted = ({ points, source, target }: EdgePath): Points => {
    const ends = [shifts.get(source) ?? [0, 0], shifts.get(target) ?? [0, 0]];
    return points.map(([x = 0, y = 0], index) => {
      const [[dx = 0, dy = 0]] = between(ends.slice(0, 1), ends.slice(1), index / (points.length - 1)) as [number[]];
      return [x + dx, y + dy];
    });
  };
  return new Map(
    edges.map((edge) => {
      const known = lines.get(edge.id);
      const from = known ?? shifted(edge);
      const most = Math.max(from.length, edge.points.length);
      return [edge.id, { from: padded(from, most), to: padded(edge.points, most), isNew: known === undefined }];
    }),
  );
}

/** With as many points as another line: its last ones stay, which the arrowhead stands on. */
function padded(points: Points, length: number): Points {
  return [...Array<number[]>(length - points.length).fill(points[0] ?? [0, 0]), ...points];
}

/** A part of the way from some points to as many others. */
function between(points: Points, others: Points, share: number): Points {
  return points.map((point, index) => point.map((n, axis) => n + ((others[index]?.[axis] ?? n) - n) * share));
}

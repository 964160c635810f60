/**
 * When the graph is laid out anew, what is still in it goes to where it is then: nodes, what is at them, and lines. All in
 * one, a frame at a time: a browser (Chromium 15x) moves nodes by a transition of their own on another thread, a frame or
 * two before the lines, and no Safari moves a line's shape at all.
 */
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { GraphView } from '../protocol';
import { arrowPath, linePath } from './line';

/** The points of a line; a node is one. */
type Points = readonly number[][];
type Ways = Map<string, { from: Points; to: Points; isNew: boolean }>;

const MOVE_MS = 300;

/** @param ref what has the drawing: of nodes `[data-at]`, and of lines `[data-line]`, a line and its arrowhead each */
export function useMotion(ref: RefObject<Element | null>, graph: GraphView): void {
  /** What is on its way is where `seen` says. */
  const self = useRef({ graph, seen: new Map<string, Points>() }).current;
  useLayoutEffect(() => {
    const ways = waysTo(graph, new Map([...shapesOf(self.graph), ...self.seen]));
    const isFirst = self.graph === graph;
    self.graph = graph;
    self.seen.clear();
    if (isFirst || matchMedia('(prefers-reduced-motion: reduce)').matches) return undefined;
    const draw = (left: number) => {
      for (const drawn of ref.current?.querySelectorAll<SVGElement>('[data-at], [data-line]') ?? []) {
        const { at, line } = drawn.dataset;
        const key = at ?? `→${line}`;
        const way = ways.get(key);
        if (way === undefined) continue;
        const points = between(way.to, way.from, left);
        if (left > 0) self.seen.set(key, points);
        else self.seen.delete(key);
        if (line === undefined) drawn.style.transform = `translate(${points[0]?.[0]}px, ${points[0]?.[1]}px)`;
        else {
          drawn.children[0]?.setAttribute('d', linePath(points));
          drawn.children[1]?.setAttribute('d', arrowPath(points));
          if (way.isNew) drawn.style.opacity = String(1 - left);
        }
      }
    };
    let [begun, next] = [0, 0];
    const frame = (now: number) => {
      begun ||= now;
      const left = Math.max(0, 1 - (now - begun) / MOVE_MS) ** 3;
      draw(left);
      if (left > 0) next = requestAnimationFrame(frame);
    };
    draw(1);
    next = requestAnimationFrame(frame);
    return () => cancelAnimationFrame(next);
  }, [graph]);
}

function shapesOf({ nodes, edges }: GraphView): [string, Points][] {
  return [
    ...nodes.map(({ id, x, y }): [string, Points] => [id, [[x, y]]]),
    ...edges.map(({ id, points }): [string, Points] => [`→${id}`, points]),
  ];
}

/** Where everything goes, and from where: a line that was not there before, from between where its nodes were. */
function waysTo(graph: GraphView, before: Map<string, Points>): Ways {
  const ways: Ways = new Map();
  for (const [key, to] of shapesOf(graph)) {
    const from = before.get(key);
    const most = Math.max(from?.length ?? 0, to.length);
    ways.set(key, { from: padded(from ?? to, most), to: padded(to, most), isNew: from === undefined });
  }
  for (const { id, source, target } of graph.edges) {
    const way = ways.get(`→${id}`);
    const [start, end] = [ways.get(source), ways.get(target)];
    if (!way?.isNew || !start || !end) continue;
    way.from = way.to.map((point, index) => {
      const along = index / (way.to.length - 1);
      const [was, is] = [between(start.from, end.from, along), between(start.to, end.to, along)];
      return point.map((n, axis) => n + (was[0]?.[axis] ?? 0) - (is[0]?.[axis] ?? 0));
    });
  }
  return ways;
}

/** With as many points as another line: its last ones stay, which the arrowhead stands on. */
function padded(points: Points, length: number): Points {
  return [...Array<number[]>(length - points.length).fill(points[0] ?? []), ...points];
}

/** A part of the way from some points to as many others. */
function between(points: Points, others: Points, share: number): Points {
  return points.map((point, index) => point.map((n, axis) => n + ((others[index]?.[axis] ?? n) - n) * share));
}

/** An orthogonal polyline as an SVG path: rounded at its bends, ending within its arrowhead. Pure. */

type Point = readonly [number, number];

const CORNER = 6;
const ARROW = { length: 7, half: 3.5 };

export function linePath(points: readonly number[][]): string {
  const all = points.map(asPoint);
  const last = all.at(-1);
  const before = all.at(-2);
  if (last === undefined || before === undefined) return '';
  const line = [...all.slice(0, -1), towards(last, before, ARROW.length - 1)];
  const [start, ...rest] = line as [Point, ...Point[]];
  let path = `M${pair(start)}`;
  rest.forEach((corner, index) => {
    const next = rest[index + 1];
    const previous = line[index] as Point;
    if (next === undefined) {
      path += `L${pair(corner)}`;
      return;
    }
    const radius = Math.min(CORNER, distance(previous, corner) / 2, distance(corner, next) / 2);
    path += `L${pair(towards(corner, previous, radius))}Q${pair(corner)} ${pair(towards(corner, next, radius))}`;
  });
  return path;
}

export function arrowPath(points: readonly number[][]): string {
  const [before, tip] = points.slice(-2).map(asPoint);
  if (before === undefined || tip === undefined) return '';
  const [x, y] = towards(tip, before, ARROW.length);
  const along = distance(before, tip) || 1;
  const acrossX = ((tip[1] - before[1]) / along) * ARROW.half;
  const acrossY = ((tip[0] - before[0]) / along) * ARROW.half;
  return `M${pair(tip)}L${pair([x + acrossX, y - acrossY])}L${pair([x - acrossX, y + acrossY])}Z`;
}

function asPoint(point: number[]): Point {
  return [point[0] ?? 0, point[1] ?? 0];
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

/** The point `by` px from `from` on the way to `to`. */
function towards(from: Point, to: Point, by: number): Point {
  const share = by / (distance(from, to) || 1);
  return [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
}

function pair([x, y]: Point): string {
  return `${round(x)} ${round(y)}`;
}

function round(n: number): number {
  return Math.round(n * 100) / 100;
}

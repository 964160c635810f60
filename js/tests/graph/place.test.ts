import { describe, expect, it } from 'vitest';
import * as shape from '../../dev/shapes';
import { cutOff, fitted, inBox, kept, showing, zoomed } from '../../src/graph/place';
import type { NodeBox } from '../../src/protocol';

const GRAPH = shape.column(['one', 'two', 'three', 'four', 'five', 'six']);
const box = (id: string) => GRAPH.nodes.find((node) => node.id === id) as NodeBox;

describe('a drawing', () => {
  it('that fits is in the middle, as large as it is', () => {
    expect(fitted(GRAPH, [1000, 800], 0)).toEqual({
      x: (1000 - GRAPH.width) / 2,
      y: (800 - GRAPH.height) / 2,
      scale: 1,
    });
  });

  it('that does not is made smaller, or begins at its start', () => {
    const all = fitted(GRAPH, [300, 275], 0);
    expect(all.scale).toBeCloseTo(275 / GRAPH.height);
    const part = fitted(GRAPH, [100, 275], 0.75);
    expect(part.scale).toBe(0.75);
    expect(part.y).toBe(0);
    const start = inBox(part, box('__start__'));
    expect(start.x + start.width / 2).toBeCloseTo(50);
  });

  it('is zoomed at a point, which stays where it is', () => {
    const place = { x: 10, y: 20, scale: 0.5 };
    const larger = zoomed(place, 2, [60, 120]);
    expect(larger.scale).toBe(1);
    expect([(60 - larger.x) / 1, (120 - larger.y) / 1]).toEqual([(60 - place.x) / 0.5, (120 - place.y) / 0.5]);
    expect(zoomed(place, 1e9, [0, 0]).scale).toBe(3);
    expect(zoomed(place, 1e-9, [0, 0]).scale).toBe(0.05);
  });

  it('cannot be lost out of sight', () => {
    for (const far of [-1e6, 1e6]) {
      const { x, y } = kept({ x: far, y: far, scale: 1 }, GRAPH, [400, 300]);
      expect(x).toBeLessThan(400);
      expect(x + GRAPH.width).toBeGreaterThan(0);
      expect(y).toBeLessThan(300);
      expect(y + GRAPH.height).toBeGreaterThan(0);
    }
  });

  it('is moved only if a node is not in the box, and then so that it is in the middle', () => {
    const place = { x: 0, y: 0, scale: 1 };
    expect(showing(place, box('one'), GRAPH, [220, 300])).toEqual(place);
    const moved = inBox(showing(place, box('four'), GRAPH, [220, 300]), box('four'));
    expect(moved.y + moved.height / 2).toBeCloseTo(150);
    // As wide as the box is, it stands in its middle.
    expect(showing(place, box('four'), GRAPH, [GRAPH.width, 300]).x).toBe(0);
  });

  it('ends at the edge of the box, with no empty margin, where a node is that it begins or ends with', () => {
    const room = [220, 300] as const;
    const atEnd = showing({ x: 0, y: 0, scale: 1 }, box('six'), GRAPH, room);
    expect(atEnd.y).toBe(300 - GRAPH.height);
    expect(showing(atEnd, box('__start__'), GRAPH, room).y).toBe(0);
  });

  it('is moved where a node is at an edge that fades out', () => {
    const three = box('three');
    const atEdge = { x: 0, y: -three.y + 10, scale: 1 };
    const moved = inBox(showing(atEdge, three, GRAPH, [220, 200]), three);
    expect(moved.y + moved.height / 2).toBeCloseTo(100);
  });

  it('fades out at the edges behind which there is more of it, and nowhere else', () => {
    expect(cutOff(fitted(GRAPH, [1000, 800], 0), GRAPH, [1000, 800])).toEqual([0, 0, 0, 0]);
    const start = fitted(GRAPH, [GRAPH.width, 275], 0.85);
    expect(cutOff(start, GRAPH, [GRAPH.width, 275])).toEqual([0, 62, 0, 0]);
    expect(cutOff({ ...start, x: -20, y: -400 }, GRAPH, [GRAPH.width, 275])).toEqual([28, expect.any(Number), 9.8, 0]);
  });
});

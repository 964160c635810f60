/** Where the drawing lies in its box: pan and zoom, as numbers. Pure. */
import type { GraphView, NodeBox } from '../protocol';
import { FOOT } from './size';

/** A point of the drawing is at `x + scale * point` of the box, in px. */
export interface Place {
  x: number;
  y: number;
  scale: number;
}

/** A box's width, and its height without its foot. */
export type Room = readonly [number, number];

/** So much of the drawing stays in the box, in px. */
const KEPT = 48;
/** So wide is an edge at which the drawing fades out, in px. */
const FADE = 28;
/** The margin that the drawing has around what is in it. */
const MARGIN = 12;

export function roomIn(box: HTMLElement): Room {
  return [box.clientWidth, box.clientHeight - FOOT];
}

/** All of it, as large as it is at most; at `least` scale the part around its start. */
export function fitted(graph: GraphView, [width, height]: Room, least: number): Place {
  const scale = Math.max(Math.min(1, width / graph.width, height / graph.height), least);
  const start = graph.nodes.find(({ kind }) => kind === 'start');
  const middle = start === undefined ? graph.width / 2 : start.x + start.width / 2;
  return { x: along(graph.width * scale, width, middle * scale), y: along(graph.height * scale, height, 0), scale };
}

/** Centred if it fits; else so that a point of it is in the middle, with no empty margin. */
function along(drawn: number, room: number, point: number): number {
  return drawn <= room ? (room - drawn) / 2 : between(room - drawn, room / 2 - point, 0);
}

function between(least: number, value: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

/** Larger or smaller; what is at a point of the box stays there. */
export function zoomed(place: Place, by: number, [x, y]: readonly [number, number]): Place {
  const scale = between(0.05, place.scale * by, 3);
  const ratio = scale / place.scale;
  return { x: x - (x - place.x) * ratio, y: y - (y - place.y) * ratio, scale };
}

/** Never out of sight. */
export function kept({ x, y, scale }: Place, graph: GraphView, [width, height]: Room): Place {
  return {
    x: between(KEPT - graph.width * scale, x, width - KEPT),
    y: between(KEPT - graph.height * scale, y, height - KEPT),
    scale,
  };
}

/** With a node in the box: in its middle, if it was not in it, or at an edge that fades out. */
export function showing(place: Place, node: NodeBox, graph: GraphView, [width, height]: Room): Place {
  const { scale } = place;
  const shown = (at: number, drawn: number, start: number, length: number, room: number) => {
    const isSeen = at + start >= 0 && at + start + length <= room;
    // What the drawing begins or ends with is at its edge.
    const inMiddle = along(drawn, room, start + length / 2);
    const isClear = at + start >= FADE && at + start + length <= room - FADE;
    return isClear || (isSeen && drawn <= room) ? at : inMiddle;
  };
  return {
    x: shown(place.x, graph.width * scale, node.x * scale, node.width * scale, width),
    // Of a frame, which may be larger than the box, its head.
    y: shown(place.y, graph.height * scale, node.y * scale, Math.min(node.height * scale, 40), height),
    scale,
  };
}

/** How wide each edge fades out behind which there is more: above, below, left, right. */
export function cutOff({ x, y, scale }: Place, graph: GraphView, [width, height]: Room): number[] {
  // The foot too: buttons stand there, above what is drawn.
  const hidden = [-y, y + graph.height * scale - height, -x, x + graph.width * scale - width];
  return hidden.map((px, edge) => between(0, px - MARGIN * scale, FADE + (edge === 1 ? FOOT : 0)));
}

/** Where a node is in the box. */
export function inBox({ x, y, scale }: Place, node: NodeBox): NodeBox {
  return {
    ...node,
    x: x + node.x * scale,
    y: y + node.y * scale,
    width: node.width * scale,
    height: node.height * scale,
  };
}

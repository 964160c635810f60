import type { GraphView } from '../protocol';

/** Smaller than this nobody can read the names of nodes, of 13 px; then it is panned. */
export const LEAST_SCALE = 0.85;
/** Below the drawing: room for its buttons, in px. */
export const FOOT = 34;

/**
 * What the stylesheet makes the box's size of: natural where there is room, fitted to its column and a height where
 * not, and never less than can be read.
 */
export function sizeStyle(graph: GraphView | null): Record<string, string | number> {
  if (graph === null) return {};
  const height = graph.height + FOOT;
  return {
    '--hitl-natural-width': `${graph.width}px`,
    '--hitl-natural-height': `${height}px`,
    '--hitl-least-width': `${graph.width * LEAST_SCALE}px`,
    '--hitl-least-height': `${graph.height * LEAST_SCALE + FOOT + 2}px`,
    '--hitl-aspect': graph.width / height,
  };
}

import type { GraphView } from '../protocol';

/** Smaller than this nobody can read it; then its box scrolls. */
const LEAST_SCALE = 0.75;

/**
 * What the stylesheet makes the drawing's size of: natural where there is room, fitted to its column and a height where
 * not, and never less than can be read.
 */
export function sizeStyle(graph: GraphView | null): Record<string, string | number> {
  if (graph === null) return {};
  return {
    '--hitl-natural-width': `${graph.width}px`,
    '--hitl-least-width': `${graph.width * LEAST_SCALE}px`,
    '--hitl-aspect': graph.width / graph.height,
  };
}

/** Which rows of a table are drawn: those in sight and a few around them. All rows are of one height. */

export const ROW = 30;
/** Pixels; browsers end at about 17 million (Firefox), and beyond this the bar moves over more rows a pixel. */
export const TALLEST = 8_000_000;
/** Rows that are drawn beyond the edges, so that a scroll shows something. */
const AROUND = 6;

export interface Window {
  /** The first row that is drawn, and the one after the last. */
  first: number;
  end: number;
  /** Pixels of empty space before and after them. */
  before: number;
  after: number;
}

export function windowOf(total: number, scrolled: number, sight: number): Window {
  const height = Math.min(total * ROW, TALLEST);
  const offset = scrolled * ratioOf(total, sight);
  const first = Math.max(0, Math.min(Math.floor(offset / ROW) - AROUND, total - 1));
  const end = Math.min(total, Math.ceil((offset + sight) / ROW) + AROUND);
  const before = Math.max(0, scrolled - (offset - first * ROW));
  return { first, end: Math.max(first, end), before, after: Math.max(0, height - before - (end - first) * ROW) };
}

/** How far to scroll so that a row is in sight; as far as it is if it is already. */
export function scrolledTo(row: number, total: number, scrolled: number, sight: number): number {
  const ratio = ratioOf(total, sight);
  const offset = scrolled * ratio;
  if (row * ROW < offset) return (row * ROW) / ratio;
  if ((row + 1) * ROW > offset + sight) return ((row + 1) * ROW - sight) / ratio;
  return scrolled;
}

function ratioOf(total: number, sight: number): number {
  const full = total * ROW;
  return full <= TALLEST ? 1 : (full - sight) / (TALLEST - sight);
}

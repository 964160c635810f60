/** Which words of a value are not in the other run's, and how much of it is shown at first. */

export interface Piece {
  text: string;
  /** The other run has something else there. */
  marked: boolean;
}

const WORDS = /\s+|[\p{L}\p{N}_]+(?:\.\p{N}+)?|[^\s\p{L}\p{N}_]/gu;
/** Longer ones are not compared word by word. */
const MOST_WORDS = 2_000;
const CHARACTERS = 280;
const LINES = 6;
/** What is shown before the first difference of a long value. */
const BEFORE = 60;

/** What the two have in common at their beginnings and ends is not marked; what is between them is. */
export function piecesOf(text: string, other: string | null): Piece[] {
  if (other === null || text === other) return [{ text, marked: false }];
  const [ours, theirs] = [text.match(WORDS) ?? [], other.match(WORDS) ?? []];
  if (Math.max(ours.length, theirs.length) > MOST_WORDS) return [{ text, marked: false }];
  let first = 0;
  while (first < Math.min(ours.length, theirs.length) && ours[first] === theirs[first]) first += 1;
  let last = 0;
  const most = Math.min(ours.length, theirs.length) - first;
  while (last < most && ours[ours.length - 1 - last] === theirs[theirs.length - 1 - last]) last += 1;
  // Nothing in common: all of it differs, and marks would only be loud.
  if (first + last === 0) return [{ text, marked: false }];
  const pieces = [
    { text: ours.slice(0, first).join(''), marked: false },
    { text: ours.slice(first, ours.length - last).join(''), marked: true },
    { text: ours.slice(ours.length - last).join(''), marked: false },
  ];
  return pieces.filter((piece) => piece.text !== '');
}

/** A few lines of them: of a long value those around the first difference. */
export function beginningOf(pieces: Piece[]): { shown: Piece[]; isCut: boolean } {
  const whole = pieces.reduce((sum, { text }) => sum + text.length, 0);
  const lines = pieces.reduce((sum, { text }) => sum + text.split('\n').length - 1, 1);
  if (whole <= CHARACTERS && lines <= LINES) return { shown: pieces, isCut: false };
  const shown: Piece[] = [];
  let [left, linesLeft] = [CHARACTERS, LINES];
  for (const [at, { text, marked }] of pieces.entries()) {
    const skips = at === 0 && !marked && pieces.length > 1 && text.length > BEFORE * 2;
    const rest = skips ? `… ${text.slice(-BEFORE).trimStart()}` : text;
    const some = rest.slice(0, left).split('\n').slice(0, linesLeft).join('\n');
    left -= some.length;
    linesLeft -= some.split('\n').length - 1;
    const isLast = some.length < rest.length;
    shown.push({ text: isLast ? `${some.trimEnd()} …` : some, marked });
    if (isLast || left <= 0) break;
  }
  return { shown, isCut: true };
}

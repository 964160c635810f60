/** How a text differs from another, as lines of pieces; long runs of lines that are the same are left out. */
import { type ChangeObject, diffWordsWithSpace } from 'diff';

export interface Piece {
  kind: 'same' | 'added' | 'removed';
  text: string;
}

export type Line = { kind: 'line'; pieces: Piece[] } | { kind: 'skipped'; count: number };

/** Lines kept around a change, so that one sees where it is. */
const AROUND = 2;
/** A comparison runs on every key: past this the texts have little in common, and only that is said. */
const AT_MOST_MS = 100;
/** Stands for a line end that was added or removed. */
const LINE_END = '↵';

/** Null: they differ in too much to be shown piece by piece. */
export function linesOf(before: string, after: string): Line[] | null {
  const changes = diffWordsWithSpace(before, after, { timeout: AT_MOST_MS });
  return changes === undefined ? null : folded(splitIntoLines(changes));
}

export function summaryOf(lines: Line[] | null): string {
  if (lines === null) return 'Rewritten: too much has changed to show it piece by piece';
  const count = (kind: Piece['kind']) =>
    lines
      .flatMap((line) => (line.kind === 'line' ? line.pieces : []))
      .filter((piece) => piece.kind === kind && piece.text !== LINE_END)
      .reduce((sum, { text }) => sum + (text.match(/\S+/g)?.length ?? 0), 0);
  const said = [words(count('added'), 'added'), words(count('removed'), 'removed')].filter((text) => text !== '');
  return said.length === 0 ? 'Only spaces have changed' : said.join(', ');
}

function words(count: number, done: string): string {
  if (count === 0) return '';
  return `${count} ${count === 1 ? 'word' : 'words'} ${done}`;
}

function splitIntoLines(changes: ChangeObject<string>[]): Piece[][] {
  const lines: Piece[][] = [[]];
  for (const { value, added, removed } of changes) {
    const kind = added ? 'added' : removed ? 'removed' : 'same';
    value.split('\n').forEach((text, at) => {
      if (at > 0) {
        if (kind !== 'same') lines.at(-1)?.push({ kind, text: LINE_END });
        lines.push([]);
      }
      if (text !== '') lines.at(-1)?.push({ kind, text });
    });
  }
  return lines;
}

function folded(lines: Piece[][]): Line[] {
  const isChanged = lines.map((pieces) => pieces.some(({ kind }) => kind !== 'same'));
  const isNear = lines.map((_, at) => isChanged.slice(Math.max(0, at - AROUND), at + AROUND + 1).includes(true));
  // To say that one line is left out takes a line.
  const isKept = isNear.map((near, at) => near || ((isNear[at - 1] ?? true) && (isNear[at + 1] ?? true)));
  const shown: Line[] = [];
  lines.forEach((pieces, at) => {
    const last = shown.at(-1);
    if (isKept[at]) shown.push({ kind: 'line', pieces });
    else if (last?.kind === 'skipped') last.count += 1;
    else shown.push({ kind: 'skipped', count: 1 });
  });
  return shown;
}

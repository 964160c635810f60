/** What a cell is, apart from how it is drawn. */
import type { TableColumn } from '../../protocol';

/** A cell that is being edited. */
export interface Editing {
  position: number;
  column: number;
  text: string;
  /** What was in the editor when it opened. */
  started: string;
  /** What the cell was in the frame, as it is shown. */
  was: string | null;
  problem: string | null;
}

export function isEditable({ field }: TableColumn): boolean {
  return field !== null;
}

export function isNumeric({ kind }: TableColumn): boolean {
  return kind === 'integer' || kind === 'number';
}

/** What an editor starts from: of a boolean `true` or `false`, of a choice its index. */
export function editorText({ kind, options }: TableColumn, shown: string | null): string {
  if (shown === null) return '';
  switch (kind) {
    case 'boolean':
      return String(shown === 'Yes');
    case 'choice':
      return String(options.indexOf(shown));
    case 'datetime':
      return shown.replace(' ', 'T').slice(0, 19);
    default:
      return shown;
  }
}

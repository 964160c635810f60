/** What a person does with a table: rows that are ticked, cells that are changed, and what of it is looked at. */
import type { TableControl, TableReply, TableSort } from '../protocol';

export interface TableDraft {
  /** Positions, in ascending order. */
  picked: readonly number[];
  edits: readonly CellEdit[];
  view: TableView;
}

export interface CellEdit {
  position: number;
  column: number;
  /** The reply of the column's field. */
  value: unknown;
  /** As it is shown; null is a missing value. */
  now: string | null;
  was: string | null;
}

export interface TableView {
  sort: TableSort | null;
  search: string;
  /** What is typed into the filters, by column. */
  filters: { readonly [column: number]: string };
  /** Whether the filters are seen. */
  filtering: boolean;
  /** The positions that are left; null for all. */
  only: readonly number[] | null;
}

export function startTable({ start }: TableControl): TableDraft {
  return {
    picked: start.picked,
    edits: start.edits,
    view: { sort: null, search: '', filters: {}, filtering: false, only: null },
  };
}

export function tableReply({ picked, edits }: TableDraft): TableReply {
  const sent = new Set(picked);
  return {
    picked: [...picked],
    edits: edits
      .filter(({ position }) => sent.has(position))
      .map(({ position, column, value }) => ({ position, column, value })),
  };
}

/** What is wrong with how many rows are ticked. */
export function countProblem({ pick, min_items, max_items }: TableControl, { picked }: TableDraft): string | null {
  if (pick === 'one') return picked.length === 1 ? null : 'Please choose one.';
  if (min_items !== null && picked.length < min_items) return `Choose at least ${min_items}.`;
  if (max_items !== null && picked.length > max_items) return `Choose at most ${max_items}.`;
  return null;
}

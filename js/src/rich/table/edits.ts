/** What becomes of a table when somebody changes a cell. */
import type { CellEdit, TableDraft } from '../../cards/table';
import { rootReply } from '../../fields/reply';
import { validate } from '../../fields/validate';
import type { TableColumn } from '../../protocol';

/** What was typed into a cell: its value, or what is wrong with it. */
export type Entered = { value: unknown; now: string | null } | { problem: string };

/** A changed cell ticks its row: what is answered is the ticked rows as they stand. */
export function withEdit(draft: TableDraft, edit: CellEdit, one: boolean): TableDraft {
  const others = draft.edits.filter(({ position, column }) => position !== edit.position || column !== edit.column);
  const picked = one ? [edit.position] : [...new Set([...draft.picked, edit.position])].sort((a, b) => a - b);
  return { ...draft, picked, edits: [...others, edit] };
}

export function withoutEdit(draft: TableDraft, at: number, of: number): TableDraft {
  return { ...draft, edits: draft.edits.filter(({ position, column }) => position !== at || column !== of) };
}

/** What a cell's text is, as its editor has it: a boolean is `true` or `false`, a choice its index. */
export function cellOf(column: TableColumn, typed: string): Entered {
  const { field, kind, options } = column;
  if (field === null) return { problem: 'This column cannot be edited.' };
  const choice = field.type === 'choice' || field.type === 'boolean';
  const draft = !choice ? typed : typed === '' ? null : kind === 'boolean' ? typed === 'true' : Number(typed);
  const value = rootReply(field, draft);
  const problem = validate(field, value)[''];
  if (problem !== undefined) {
    return { problem: kind === 'datetime' && typed !== '' ? 'Not a date and time.' : problem };
  }
  return { value, now: value === null ? null : shown(kind, typed, options) };
}

function shown(kind: TableColumn['kind'], typed: string, options: readonly string[]): string {
  switch (kind) {
    case 'boolean':
      return typed === 'true' ? 'Yes' : 'No';
    case 'choice':
      return options[Number(typed)] ?? typed;
    case 'datetime':
      return typed.replace('T', ' ');
    case 'integer':
    case 'number':
      return typed.trim();
    default:
      return typed;
  }
}

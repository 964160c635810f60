import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { TableColumn } from '../../protocol';
import { type Editing, isNumeric } from './cells';
import type { Grid, Place } from './use-grid';

interface EditorProps {
  id: string;
  editing: Editing;
  column: TableColumn;
  grid: Grid;
  place: Place;
  onEditing(editing: Editing | null): void;
  onCommit(): boolean;
}

/** A cell that is being edited: Enter and Tab take it, Escape gives it back. */
export function Editor({ id, editing, column, grid, place, onEditing, onCommit }: EditorProps): VNode {
  const input = useRef<HTMLInputElement & HTMLTextAreaElement & HTMLSelectElement>(null);
  /** Taken or given back: that it then loses the focus says nothing. */
  const done = useRef(false);

  useLayoutEffect(() => {
    input.current?.focus();
    if (input.current?.tagName !== 'SELECT') input.current?.select();
  }, []);

  const take = (next: Place) => {
    done.current = onCommit();
    if (done.current) grid.go(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    // An Enter with Shift is a new line, where there may be one.
    if (event.key === 'Enter' && (column.kind !== 'text' || !event.shiftKey)) take(place);
    else if (event.key === 'Tab') take({ row: place.row, column: place.column + (event.shiftKey ? -1 : 1) });
    else if (event.key === 'Escape') {
      done.current = true;
      onEditing(null);
      grid.go(place);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const attributes = {
    ref: input,
    class: 'hitl-input',
    'aria-label': `${column.name}, row ${editing.position + 1}`,
    'aria-invalid': editing.problem !== null,
    'aria-describedby': `${id}-line`,
    value: editing.text,
    onKeyDown,
    onBlur: () => {
      if (!done.current) onCommit();
    },
  };
  const typed = (text: string) => onEditing({ ...editing, text, problem: null });
  if (column.kind === 'boolean' || (column.kind === 'choice' && column.options.length > 0)) {
    const options =
      column.kind === 'boolean'
        ? [
            ['true', 'Yes'],
            ['false', 'No'],
          ]
        : column.options.map((label, at) => [String(at), label]);
    return (
      <select {...attributes} onChange={(event) => typed(event.currentTarget.value)}>
        {(column.nullable || editing.text === '') && <option value="">–</option>}
        {options.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    );
  }
  // As it began: an input that became another one while somebody types would lose the focus.
  if (column.kind === 'text' && (editing.started.includes('\n') || editing.started.length > 40)) {
    return <textarea {...attributes} rows={4} onInput={(event) => typed(event.currentTarget.value)} />;
  }
  const plain = { ...attributes, autocomplete: 'off' as const };
  const onInput = (event: { currentTarget: HTMLInputElement }) => typed(event.currentTarget.value);
  if (column.kind === 'date') return <input {...plain} type="date" onInput={onInput} />;
  if (column.kind === 'datetime') return <input {...plain} type="datetime-local" step={1} onInput={onInput} />;
  return <input {...plain} type="text" inputMode={isNumeric(column) ? 'decimal' : 'text'} onInput={onInput} />;
}

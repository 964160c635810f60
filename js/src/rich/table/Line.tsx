import type { VNode } from 'preact';
import { Icon } from '../../parts/icons';
import { NotAsItLooks } from '../../parts/NotAsItLooks';
import type { TableRow } from '../../protocol';
import type { GridProps } from '../props';
import { type Editing, isEditable } from './cells';
import type { Pages } from './use-pages';

interface LineProps extends GridProps {
  editing: Editing | null;
  note: string | null;
  pages: Pages;
  /** The row with the focus, and the column. */
  active: TableRow | undefined;
  column: number;
  onUndo(position: number, column: number): void;
}

/** One line under the table, always there: what is wrong, what the focused cell was, what can be done. */
export function Line(props: LineProps): VNode {
  const { id, editing, note, pages, control } = props;
  const problem = editing?.problem ?? null;
  const wrong = pages.errors[0];
  const alert =
    problem !== null && editing !== null
      ? `${control.columns[editing.column]?.name}: ${problem}`
      : wrong !== undefined
        ? `${control.columns[wrong.column]?.name}: ${wrong.text}`
        : note;
  return (
    <div class="hitl-table-line" id={`${id}-line`}>
      <div role="alert">
        {alert !== null && <span class="hitl-error">{alert}</span>}
        {alert === null && pages.failure !== null && (
          <span class="hitl-error">
            {pages.failure}{' '}
            <button type="button" class="hitl-link" onClick={pages.retry}>
              Try again
            </button>
          </span>
        )}
      </div>
      <NotAsItLooks text={editing?.text} />
      {alert === null && pages.failure === null && <Told {...props} />}
    </div>
  );
}

function Told({ control, draft, disabled, active, column, errors, onUndo }: LineProps): VNode | null {
  const of = control.columns[column];
  const edit = draft.edits.find((one) => one.position === active?.position && one.column === column);
  const refused = active === undefined || of === undefined ? undefined : errors[`${active.position}/${of.name}`];
  if (refused !== undefined) return <span class="hitl-error">{refused}</span>;
  if (edit !== undefined && active !== undefined) {
    return (
      <span class="hitl-range">
        {of?.name} was {edit.was === null ? 'empty' : <del>{shortened(edit.was)}</del>}{' '}
        {!disabled && (
          <button
            type="button"
            class="hitl-link"
            title="Ctrl Z in the cell"
            onClick={() => onUndo(active.position, column)}
          >
            <Icon name="undo" /> Undo this change
          </button>
        )}
      </span>
    );
  }
  const ticked = new Set(draft.picked);
  const lost = new Set(draft.edits.map(({ position }) => position).filter((position) => !ticked.has(position))).size;
  if (lost > 0) {
    return (
      <span class="hitl-range">
        {lost === 1
          ? '1 row is changed but not ticked: it is not sent.'
          : `${lost} rows are changed but not ticked: they are not sent.`}
      </span>
    );
  }
  return control.columns.some(isEditable) && !disabled ? (
    <span class="hitl-range">Double-click, Enter or F2 edits a cell. Space ticks a row.</span>
  ) : null;
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

import type { VNode } from 'preact';
import type { TableRow } from '../../protocol';
import type { GridProps } from '../props';
import { type Editing, isEditable, isNumeric } from './cells';
import { Editor } from './Editor';
import type { Grid } from './use-grid';
import type { Pages } from './use-pages';
import type { Window } from './window';

interface BodyProps extends GridProps {
  grid: Grid;
  pages: Pages;
  seen: Window;
  ticked: ReadonlySet<number>;
  headRows: number;
  editing: Editing | null;
  onTick(position: number, on: boolean): void;
  onStartEdit(row: TableRow, column: number): void;
  onEditing(editing: Editing | null): void;
  onCommit(): boolean;
}

/** The rows in the window, between two stretches of empty space. */
export function Body(props: BodyProps): VNode {
  const { control, pages, seen } = props;
  const span = control.columns.length + 1;
  const indexes = Array.from({ length: seen.end - seen.first }, (_, at) => seen.first + at);
  return (
    <tbody data-stale={pages.isStale}>
      {seen.before > 0 && <Space height={seen.before} span={span} />}
      {indexes.map((index) => {
        const row = pages.rowAt(index);
        return row === undefined ? (
          <Skeleton key={`at ${index}`} {...props} index={index} />
        ) : (
          <Row key={row.position} {...props} index={index} row={row} />
        );
      })}
      {seen.after > 0 && <Space height={seen.after} span={span} />}
    </tbody>
  );
}

function Space({ height, span }: { height: number; span: number }): VNode {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it can be focused
    <tr class="hitl-space" aria-hidden="true">
      <td colSpan={span} style={{ height: `${height}px` }} />
    </tr>
  );
}

function Skeleton({ index, control, grid, headRows }: BodyProps & { index: number }): VNode {
  return (
    <tr aria-rowindex={index + 1 + headRows} class="hitl-skeleton">
      {[null, ...control.columns].map((_, at) => (
        <td key={at} aria-colindex={at + 1} {...grid.at(index, at)}>
          <span class="hitl-unseen">Loading</span>
        </td>
      ))}
    </tr>
  );
}

function Row(props: BodyProps & { index: number; row: TableRow }): VNode {
  const { id, index, row, control, grid, ticked, headRows, disabled, draft, editing, errors, onTick } = props;
  const { columns, pick } = control;
  const { position } = row;
  const on = ticked.has(position);
  const fixed = !columns.some(isEditable);
  const name = row.cells.find((cell) => cell !== null && cell !== '') ?? '';
  const tick = () => {
    // Somebody who marks a text means the text.
    if (fixed && !disabled && String(globalThis.getSelection?.() ?? '') === '') onTick(position, !on);
  };
  return (
    <tr aria-rowindex={index + 1 + headRows} aria-selected={on} data-ticked={on} data-fixed={fixed}>
      <td class="hitl-tick" aria-colindex={1}>
        <label>
          <input
            type={pick === 'one' ? 'radio' : 'checkbox'}
            name={`${id}-pick`}
            aria-label={`Row ${position + 1}: ${name.slice(0, 60)}`}
            {...grid.at(index, 0)}
            checked={on}
            disabled={disabled}
            onChange={(event) => onTick(position, event.currentTarget.checked)}
          />
        </label>
      </td>
      {columns.map((column, at) => {
        const edit = draft.edits.find((one) => one.position === position && one.column === at);
        const shown = edit === undefined ? (row.cells[at] ?? null) : edit.now;
        const isEdited = editing?.position === position && editing.column === at;
        const error = errors[`${position}/${column.name}`];
        const cut = edit === undefined && row.cut?.includes(at) ? '…' : '';
        return (
          // biome-ignore lint/a11y/useKeyWithClickEvents: Space and Enter are the grid's
          // biome-ignore lint/a11y/useAriaPropsSupportedByRole: in a grid it is a gridcell
          <td
            key={at}
            aria-colindex={at + 2}
            aria-readonly={!isEditable(column)}
            aria-invalid={error !== undefined}
            data-numeric={isNumeric(column)}
            data-edited={edit !== undefined}
            data-editing={isEdited}
            title={titleOf(shown, edit?.was, edit !== undefined)}
            {...(isEdited ? {} : grid.at(index, at + 1))}
            onClick={tick}
            onDblClick={() => props.onStartEdit(row, at)}
          >
            {isEdited && editing !== null ? (
              <Editor {...props} editing={editing} column={column} place={{ row: index, column: at + 1 }} />
            ) : (
              <>
                {shown === null ? <Empty /> : `${shown}${cut}`}
                {edit !== undefined && <span class="hitl-unseen">, was {edit.was ?? 'empty'}</span>}
              </>
            )}
          </td>
        );
      })}
    </tr>
  );
}

function Empty(): VNode {
  return (
    <span class="hitl-null">
      <span aria-hidden="true">–</span>
      <span class="hitl-unseen">empty</span>
    </span>
  );
}

function titleOf(shown: string | null, was: string | null | undefined, isEdited: boolean): string | undefined {
  if (isEdited) return `Was ${was ?? 'empty'}`;
  return shown ?? undefined;
}

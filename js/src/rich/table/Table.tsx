import type { VNode } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { apart } from '../../parts/odd';
import type { TableRow } from '../../protocol';
import type { GridProps } from '../props';
import { Body } from './Body';
import { type Editing, editorText, isEditable } from './cells';
import { cellOf, withEdit, withoutEdit } from './edits';
import { Filters, Header } from './Header';
import { Line } from './Line';
import { Toolbar } from './Toolbar';
import { useGrid } from './use-grid';
import { usePages } from './use-pages';
import { ROW, windowOf } from './window';

/** Rows in sight, if there are as many. */
const IN_SIGHT = 10;
const CHARACTER = 7.4;
const NARROWEST = 64;
const WIDEST = 300;

/** A table of which rows are ticked and cells edited. It holds what is in sight; the rest stays in the kernel. */
export function Table(props: GridProps): VNode {
  const { control, draft, disabled, id } = props;
  const { columns, count } = control;
  const { view, picked } = draft;
  const scroller = useRef<HTMLDivElement>(null);
  const [scrolled, setScrolled] = useState(0);
  const [editing, setEditing] = useState<Editing | null>(null);
  const [note, setNote] = useState<string | null>(null);
  const sight = useSight(scroller, Math.min(Math.max(count, 1), IN_SIGHT), view.filtering);

  const [known, setKnown] = useState(count);
  const seen = windowOf(known, scrolled, sight);
  const pages = usePages(props.fetch, view, seen.first, seen.end, () => {
    if (scroller.current !== null) scroller.current.scrollTop = 0;
    setScrolled(0);
  });
  const total = pages.total ?? count;
  useLayoutEffect(() => setKnown(total), [total]);

  const ticked = new Set(picked);
  const one = control.pick === 'one';
  const onPicked = (next: Iterable<number>) =>
    props.onChange((now) => ({ ...now, picked: [...next].sort((a, b) => a - b) }));
  const onUndo = (position: number, column: number) => props.onChange((now) => withoutEdit(now, position, column));
  const tick = (position: number, on: boolean) => {
    setNote(null);
    const next = new Set(one ? [] : ticked);
    if (on || one) next.add(position);
    else next.delete(position);
    onPicked(next);
  };

  const grid = useGrid({
    scroller,
    total,
    columns: columns.length + 1,
    header: !one,
    sight,
    scrolled,
    onScrolled: setScrolled,
  });

  const edit = async (row: TableRow, column: number) => {
    const of = columns[column];
    if (of === undefined || disabled || !isEditable(of)) return;
    const made = draft.edits.find((one) => one.position === row.position && one.column === column);
    const was = row.cells[column] ?? null;
    let shown = made === undefined ? was : made.now;
    if (made === undefined && row.cut?.includes(column)) {
      try {
        const whole = await props.fetch({ want: 'cell', position: row.position, column });
        shown = (whole as { text: string | null }).text;
      } catch (error) {
        setNote(error instanceof Error ? error.message : String(error));
        return;
      }
    }
    const text = editorText(of, shown);
    setNote(null);
    setEditing({ position: row.position, column, text, started: text, was, problem: null });
  };

  /** Takes the cell that is being edited; false: something is wrong with it. */
  const commit = (): boolean => {
    if (editing === null) return true;
    const { position, column, text, started, was } = editing;
    if (text === started) {
      setEditing(null);
      return true;
    }
    const of = columns[column];
    if (of !== undefined && text === editorText(of, was)) {
      onUndo(position, column);
      setEditing(null);
      return true;
    }
    const entered = of === undefined ? { problem: 'There is no such column.' } : cellOf(of, text);
    if ('problem' in entered) {
      setEditing({ ...editing, problem: entered.problem });
      return false;
    }
    const { value, now } = entered;
    props.onChange((draft) => withEdit(draft, { position, column, value, now, was }, one));
    setEditing(null);
    return true;
  };
  props.commit.current = commit;
  useLayoutEffect(
    () => () => {
      // Folded, or drawn anew: what was typed into a cell is kept, if it fits.
      props.commit.current?.();
      props.commit.current = null;
    },
    [],
  );

  const tickAll = async () => {
    setNote(null);
    try {
      const { total: all, positions, most } = await pages.positions();
      if (positions.length < all) {
        setNote(`${all} rows are shown, and at most ${most} can be ticked at once. Filter them first.`);
        return;
      }
      const off = positions.every((position) => ticked.has(position));
      const next = new Set(ticked);
      for (const position of positions) off ? next.delete(position) : next.add(position);
      onPicked(next);
      props.announce(`${next.size} of ${count} ticked`);
    } catch (error) {
      setNote(error instanceof Error ? error.message : String(error));
    }
  };

  const headRows = view.filtering ? 2 : 1;
  const active = pages.rowAt(grid.active.row);
  const widths = columns.map(({ name, width }) =>
    Math.min(WIDEST, Math.max(NARROWEST, Math.max(lengthOf(name) + 3, width) * CHARACTER + 22)),
  );
  return (
    <div class="hitl-table" data-one={one}>
      <Toolbar {...props} onPicked={onPicked} ticked={ticked} total={pages.total} />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: what happens in the grid, which scrolls in it */}
      <div
        class="hitl-table-scroller"
        ref={scroller}
        tabIndex={-1}
        onScroll={(event) => setScrolled(event.currentTarget.scrollTop)}
        onKeyDown={(event) =>
          grid.onKeyDown(event, {
            tick: () => active !== undefined && !disabled && tick(active.position, !ticked.has(active.position)),
            edit: () => active !== undefined && void edit(active, grid.active.column - 1),
            undo: () => active !== undefined && !disabled && onUndo(active.position, grid.active.column - 1),
          })
        }
        onFocusIn={grid.onFocusIn}
        onFocusOut={grid.onFocusOut}
      >
        <table
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table whose cells the arrow keys go through
          role="grid"
          aria-labelledby={props.label}
          aria-rowcount={total + headRows}
          aria-colcount={columns.length + 1}
          aria-multiselectable={!one}
          aria-busy={pages.isStale || pages.total === null}
          style={{ minWidth: `${widths.reduce((sum, width) => sum + width, 40)}px` }}
        >
          <colgroup>
            <col style={{ width: '40px' }} />
            {widths.map((width, at) => (
              <col key={at} style={{ width: `${width}px` }} />
            ))}
          </colgroup>
          <thead>
            <Header {...props} grid={grid} ticked={ticked} pages={pages} seen={seen} onTickAll={() => void tickAll()} />
            {view.filtering && <Filters {...props} unreadable={pages.errors} />}
          </thead>
          <Body
            {...props}
            grid={grid}
            pages={pages}
            seen={seen}
            ticked={ticked}
            headRows={headRows}
            editing={editing}
            onTick={tick}
            onStartEdit={(row, column) => void edit(row, column)}
            onEditing={setEditing}
            onCommit={commit}
          />
        </table>
        {pages.total === 0 && (
          <div class="hitl-table-none" role="status">
            {count === 0 ? 'There are no rows.' : 'No row is shown: nothing has all that is filtered for.'}
          </div>
        )}
      </div>
      <Line
        {...props}
        onUndo={onUndo}
        id={id}
        editing={editing}
        note={note}
        pages={pages}
        active={active}
        column={grid.active.column - 1}
      />
    </div>
  );
}

/** How many pixels of rows are in sight, and the height that is kept for them however few are shown. */
function useSight(scroller: { current: HTMLDivElement | null }, rows: number, filtering: boolean): number {
  const [sight, setSight] = useState(rows * ROW);
  useLayoutEffect(() => {
    const el = scroller.current;
    if (el === null) return;
    const head = el.querySelector('thead')?.offsetHeight ?? 0;
    const bars = el.offsetHeight - el.clientHeight;
    el.style.height = `${head + rows * ROW + Math.max(bars, 2)}px`;
    setSight(rows * ROW);
  }, [rows, filtering]);
  return sight;
}

/** Characters of a text as it is drawn: the codes of what nobody sees take room, too. */
function lengthOf(text: string): number {
  return apart(text).reduce((sum, part) => sum + (typeof part === 'string' ? part : part[2]).length, 0);
}

/** One stop of the Tab key for the whole table; the arrow keys go from cell to cell, and the window goes along. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ROW, scrolledTo } from './window';

export interface Place {
  /** In the view's order; -1 is the header. */
  row: number;
  /** 0 holds the ticks. */
  column: number;
}

export interface Grid {
  active: Place;
  /** The attributes of what is focused in a cell. */
  at(row: number, column: number): { tabIndex: 0 | -1; 'data-at': string };
  go(place: Place): void;
  onKeyDown(event: KeyboardEvent, does: Does): void;
  onFocusIn(event: FocusEvent): void;
  onFocusOut(event: FocusEvent): void;
}

interface Does {
  tick(): void;
  edit(): void;
  undo(): void;
}

interface Options {
  scroller: { current: HTMLDivElement | null };
  total: number;
  columns: number;
  /** Whether the header has something to tick. */
  header: boolean;
  sight: number;
  scrolled: number;
  onScrolled(top: number): void;
}

export function useGrid({ scroller, total, columns, header, sight, scrolled, onScrolled }: Options): Grid {
  const [place, setPlace] = useState<Place>({ row: 0, column: 0 });
  const wanted = useRef(false);
  const inside = useRef(false);
  const active = { row: Math.min(place.row, total - 1), column: Math.min(place.column, columns - 1) };
  if (active.row === -1 && active.column === 0 && !header) active.column = 1;

  useLayoutEffect(() => {
    const el = scroller.current;
    if (el === null) return;
    const cell = el.querySelector<HTMLElement>(`[data-at="${active.row}:${active.column}"]`);
    if (wanted.current && cell !== null) {
      wanted.current = false;
      cell.focus({ preventScroll: true });
      cell.scrollIntoView?.({ block: 'nearest', inline: 'nearest' });
      return;
    }
    // What had the focus is no more: its row was scrolled out of the window, or has come in place of a blank one.
    const root = el.getRootNode() as Document | ShadowRoot;
    if (inside.current && !el.contains(root.activeElement)) (cell ?? el).focus({ preventScroll: true });
  });

  const go = (to: Place) => {
    const row = Math.max(-1, Math.min(to.row, total - 1));
    wanted.current = true;
    setPlace({ row, column: Math.max(0, Math.min(to.column, columns - 1)) });
    const el = scroller.current;
    if (row < 0 || el === null) return;
    const top = scrolledTo(row, total, scrolled, sight);
    if (top === scrolled) return;
    el.scrollTop = top;
    onScrolled(top);
  };

  const onKeyDown = (event: KeyboardEvent, does: Does) => {
    const target = event.target as HTMLElement;
    const mine = target === scroller.current || target.dataset['at'] !== undefined;
    if (!mine || event.altKey || event.isComposing) return;
    const page = Math.max(1, Math.floor(sight / ROW) - 1);
    const { row, column } = active;
    const many = event.ctrlKey || event.metaKey;
    const moves: { [key: string]: Place } = {
      ArrowUp: { row: row - 1, column },
      ArrowDown: { row: row + 1, column },
      ArrowLeft: { row, column: column - 1 },
      ArrowRight: { row, column: column + 1 },
      PageUp: { row: Math.max(0, row - page), column },
      PageDown: { row: row + page, column },
      Home: many ? { row: 0, column: 0 } : { row, column: 0 },
      End: many ? { row: total - 1, column: columns - 1 } : { row, column: columns - 1 },
    };
    const move = moves[event.key];
    if (move !== undefined) go(move);
    else if (event.key === ' ' && row >= 0) does.tick();
    else if ((event.key === 'Enter' && !many && row >= 0 && column > 0) || event.key === 'F2') does.edit();
    else if (event.key === 'z' && many && row >= 0 && column > 0) does.undo();
    else return;
    event.preventDefault();
  };

  return {
    active,
    at: (row, column) => ({
      tabIndex: row === active.row && column === active.column ? 0 : -1,
      'data-at': `${row}:${column}`,
    }),
    go,
    onKeyDown,
    onFocusIn: (event) => {
      inside.current = true;
      const at = (event.target as HTMLElement).dataset['at'];
      if (at === undefined) return;
      const [row, column] = at.split(':').map(Number);
      if (row !== active.row || column !== active.column) setPlace({ row: row ?? 0, column: column ?? 0 });
    },
    onFocusOut: (event) => {
      // An element that is taken away is no more in the page by then; the person has gone nowhere.
      const left = event.target as HTMLElement;
      if (left.isConnected) inside.current = event.relatedTarget !== null && contains(scroller.current, event);
    },
  };
}

function contains(el: HTMLElement | null, event: FocusEvent): boolean {
  return el?.contains(event.relatedTarget as Node | null) === true;
}

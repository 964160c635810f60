/** One stop of the Tab key for the whole list: arrows go from row to row, and into the buttons of one. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

const PAGE = 10;

export interface Keys {
  /** The row that is the tab stop. */
  active: number;
  onKeyDown(event: KeyboardEvent, choose: (place: number) => void): void;
  onFocusIn(event: FocusEvent): void;
  onFocusOut(event: FocusEvent): void;
}

/**
 * Args:
 *   box: what has the rows.
 *   total: how many there are; those from `first` to `end` are drawn.
 *   onReveal: a row has to be brought into sight.
 */
export function useKeys(
  box: { current: HTMLDivElement | null },
  total: number,
  first: number,
  end: number,
  onReveal: (place: number) => void,
): Keys {
  /** Null: the last one. */
  const [place, setPlace] = useState<number | null>(null);
  const wanted = useRef(false);
  const inside = useRef(false);
  const active = Math.max(0, Math.min(place ?? total, total - 1));

  useLayoutEffect(() => {
    const el = box.current;
    if (el === null) return;
    const line = active >= first && active < end ? lineAt(el, active) : null;
    const root = el.getRootNode() as Document | ShadowRoot;
    // The row that had the focus was scrolled out of sight: the box has it then.
    const lost = inside.current && !el.contains(root.activeElement);
    if ((wanted.current && line !== null) || lost) (line ?? el).focus({ preventScroll: true });
    if (line !== null) wanted.current = false;
  });

  const go = (to: number) => {
    const next = Math.max(0, Math.min(to, total - 1));
    wanted.current = true;
    setPlace(next);
    onReveal(next);
  };

  const onKeyDown = (event: KeyboardEvent, choose: (place: number) => void) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const target = event.target as HTMLElement;
    const line = target.closest<HTMLElement>('[data-place]');
    const moves: { [key: string]: number } = {
      ArrowUp: active - 1,
      ArrowDown: active + 1,
      PageUp: active - PAGE,
      PageDown: active + PAGE,
      Home: 0,
      End: total - 1,
    };
    const move = moves[event.key];
    const isButton = target.tagName === 'BUTTON';
    if (move !== undefined) go(move);
    else if (line !== null && (event.key === 'ArrowRight' || event.key === 'ArrowLeft')) {
      const stops = [line, ...line.querySelectorAll<HTMLElement>('button')];
      stops[stops.indexOf(target) + (event.key === 'ArrowRight' ? 1 : -1)]?.focus();
    } else if (!isButton && (event.key === 'Enter' || event.key === ' ')) choose(active);
    else return;
    event.preventDefault();
  };

  return {
    active,
    onKeyDown,
    onFocusIn: (event) => {
      inside.current = true;
      const line = (event.target as HTMLElement).closest<HTMLElement>('[data-place]');
      if (line !== null) setPlace(Number(line.dataset['place']));
    },
    onFocusOut: (event) => {
      // An element that is taken away is no more in the page by then; the person has gone nowhere.
      if (!(event.target as HTMLElement).isConnected) return;
      inside.current =
        box.current?.contains(event.relatedTarget as Node | null) === true && event.relatedTarget !== null;
    },
  };
}

function lineAt(el: HTMLElement, place: number): HTMLElement | null {
  return el.querySelector<HTMLElement>(`[data-place="${place}"]`);
}

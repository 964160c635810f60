/** A card may close under somebody who is at it, and be asked anew. */
import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import type { CardState } from './card-state';
import { focusedIn } from './focus';

export function useClosing(
  closed: boolean,
  form: RefObject<HTMLFormElement | null>,
  update: (change: (state: CardState) => Partial<CardState>) => void,
): void {
  // As it was drawn last: what has the focus is about to be disabled or taken away, which drops it to the page.
  const focused = form.current?.contains(focusedIn(form.current));

  useLayoutEffect(() => {
    const { dataset = {} } = form.current ?? {};
    // What is closed comes first. Chromium (156) forgets to restyle what is in an element that `moveBefore` has moved: a
    // question would look open (`tests/browser/test_closed_cards.py`).
    const state = dataset['state'];
    dataset['state'] = '';
    dataset['state'] = state;
    if (!closed) return undefined;
    if (focused) form.current?.focus({ preventScroll: true });
    // What became of an answer to it is not said of the next.
    return () => update(() => ({ sent: null, problem: null }));
  }, [closed]);
}

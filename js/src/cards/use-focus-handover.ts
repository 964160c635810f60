/** After a submit the focus goes to the next card, unless the person has gone elsewhere meanwhile. */
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { CardView } from '../protocol';
import { focusedIn, focusFirstControl } from './focus';

/** Nobody has read a question sooner that comes in the place of another. */
const UNREAD_MS = 1_000;

interface Handover {
  region: RefObject<HTMLElement | null>;
  /** A card was submitted. */
  sent(form: HTMLFormElement): void;
}

export function useFocusHandover(cards: CardView[]): Handover {
  const region = useRef<HTMLElement>(null);
  /** The request that was submitted last; null: nothing to hand over. */
  const from = useRef<string | null>(null);

  const sent = (form: HTMLFormElement) => {
    from.current = form.dataset['request'] ?? null;
    // Its controls are about to be disabled, and a disabled control drops the focus to the page.
    form.focus({ preventScroll: true });
  };

  useLayoutEffect(() => {
    const el = region.current;
    if (el === null || from.current === null) return;
    const submitted = find(el, from.current);
    if (!isStillOurs(el, submitted)) {
      from.current = null;
      return;
    }
    const state = submitted?.dataset['state'];
    if (state === 'sending' || state === 'answered') return;
    // Refused: back to its own controls. Else to the next question; until there is one the region keeps the place.
    const next = state === 'open' ? submitted : el.querySelector<HTMLElement>('.hitl-card[data-state="open"]');
    if (next === null) {
      el.focus({ preventScroll: true });
      return;
    }
    from.current = null;
    // Not where somebody has been before.
    next.dataset['unread'] ??= `${Date.now() + UNREAD_MS}`;
    focusFirstControl(next);
  }, [cards]);

  return { region, sent };
}

/** Whether a card has only just come in the place of another, and nobody has typed or chosen anything there yet. */
export function isUnread(form: HTMLFormElement | null): boolean {
  return Date.now() < Number(form?.dataset['unread']);
}

function find(el: HTMLElement, request: string): HTMLElement | null {
  const cards = el.querySelectorAll<HTMLElement>('.hitl-card');
  return [...cards].find((card) => card.dataset['request'] === request) ?? null;
}

/** The focus is where we left it: on the submitted card, on the region, or (its card is gone) nowhere. */
function isStillOurs(el: HTMLElement, submitted: HTMLElement | null): boolean {
  const focused = focusedIn(el);
  return (
    focused === null || focused === el.ownerDocument.body || focused === el || submitted?.contains(focused) === true
  );
}

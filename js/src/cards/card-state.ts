/**
 * What a person has done in a card but the kernel does not know: the draft, and how far its answer is.
 *
 * It lives beside the views and not in them: a trait update, a second view or a redrawn cell finds it as it was.
 * Reloading the page is the one thing that loses it.
 */
import { useEffect, useState } from 'preact/hooks';
import type { Draft } from '../fields/draft';
import type { CardView } from '../protocol';

export interface CardState {
  draft: Draft;
  reason: string;
  /** The fields that were changed and then left: what is wrong with them may be said. */
  left: readonly string[];
  /** Somebody tried to submit: what is wrong may be said everywhere. */
  attempted: boolean;
  /** The fields changed since refusal number `mendedAt`: what the kernel said of them is out of date. */
  mended: readonly string[];
  mendedAt: number;
  /** The answer that is on its way, and how often answers had been refused when it left. */
  sent: { refusals: number; at: number } | null;
  /** Why the last answer is not on its way any more; not from the card, which tells the rest. */
  problem: string | null;
}

const KEPT = 200;
const states = new Map<string, CardState>();
const listeners = new Map<string, Set<() => void>>();

/** An interrupt's id is its own on its thread, and a fork of the thread is another thread. */
export function cardKey(threadId: string, request: string): string {
  return `${threadId}\n${request}`;
}

export function useCardState(
  key: string,
  start: () => Draft,
): [CardState, (change: (state: CardState) => Partial<CardState>) => void] {
  const [, redraw] = useState(0);
  useEffect(() => {
    const own = listeners.get(key) ?? new Set();
    const listener = () => redraw((n) => n + 1);
    listeners.set(key, own.add(listener));
    return () => {
      own.delete(listener);
      if (own.size === 0) listeners.delete(key);
    };
  }, [key]);
  return [states.get(key) ?? begin(key, start()), (change) => updateCardState(key, change)];
}

export function updateCardState(key: string, change: (state: CardState) => Partial<CardState>): void {
  const state = states.get(key);
  if (state === undefined) return;
  states.set(key, { ...state, ...change(state) });
  for (const listener of listeners.get(key) ?? []) listener();
}

/** The question is answered; nothing typed into it is needed any more. */
export function forgetCardState(key: string): void {
  states.delete(key);
}

/** Whether an answer is on its way and neither taken nor refused so far. */
export function isSending(state: CardState, card: CardView): boolean {
  return state.sent !== null && state.sent.refusals === card.refusals && card.status === 'open';
}

function begin(key: string, draft: Draft): CardState {
  const state: CardState = {
    draft,
    reason: '',
    left: [],
    attempted: false,
    mended: [],
    mendedAt: 0,
    sent: null,
    problem: null,
  };
  states.set(key, state);
  // A graph that asks for ever must not fill the page's memory; the oldest are the ones that were answered elsewhere.
  const oldest = states.keys().next().value;
  if (states.size > KEPT && oldest !== undefined) states.delete(oldest);
  return state;
}

/**
 * What a person has done in a card but the kernel does not know: the draft, and how far its answer is.
 *
 * It lives beside the views and not in them: a trait update, a second view, a redrawn cell or another session on the
 * same thread finds it as it was. What of it outlives the page is in `kept.ts`.
 */
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import type { Draft } from '../fields/draft';
import type { CardView, ControlView } from '../protocol';
import { forget, keep, kept } from './kept';
import { startOf } from './start';

export interface CardState {
  draft: Draft;
  reason: string;
  /** The fields that were changed and then left, or there when somebody tried to submit: what is wrong with them may be said. */
  judged: readonly string[];
  /** The fields changed since refusal number `mendedAt`: what the kernel said of them is out of date. */
  mended: readonly string[];
  mendedAt: number;
  /** The answer that is on its way, and how often answers had been refused when it left. */
  sent: { refusals: number; at: number } | null;
  /** Why the last answer is not on its way any more; not from the card, which tells the rest. */
  problem: string | null;
  /** The control that the draft is of. */
  control: ControlView;
  /** What a widget of the user's own holds. */
  read?: () => unknown;
  /** Answered in JSON; the text outlives the way back to the control, and `null` is still to be made of the draft. */
  inJson: boolean;
  json: string | null;
  /** Somebody has just asked for that. */
  isWanted: boolean;
  /** Why the control cannot be drawn. */
  failure?: string | undefined;
  /** The page was loaded anew, and nothing has been typed since; undefined: nothing has been done at all. */
  isBack?: boolean;
  /** What was typed into another control before that, and has no place in this one. */
  lost?: string;
}

const KEPT = 500;
const KEY = Symbol.for('hitl-widgets.cards/1');

interface Kept {
  states: Map<string, CardState>;
  listeners: Map<string, Set<() => void>>;
}

// Each session has a copy of this code; the page is what they have in common.
const page = globalThis as { [KEY]?: Kept };
page[KEY] ??= { states: new Map(), listeners: new Map() };
const { states, listeners } = page[KEY];

/** An interrupt's id is its own on its thread, and a fork of the thread is another thread. */
export function cardKey(threadId: string, request: string): string {
  return `${threadId}\n${request}`;
}

export function useCardState(
  key: string,
  card: CardView,
): [CardState, (change: (state: CardState) => Partial<CardState>) => void] {
  const [, count] = useState(0);
  useEffect(() => {
    const own = listeners.get(key) ?? new Set();
    const listener = () => count((n) => n + 1);
    listeners.set(key, own.add(listener));
    return () => {
      own.delete(listener);
      if (own.size === 0) listeners.delete(key);
    };
  }, [key]);
  const known = states.get(key);
  // A control that was registered anew asks for something else. That of a broken one is the JSON editor, which takes over.
  const state = known === undefined || (isTurned(known, card) && !isJson(card.control)) ? begin(key, card) : known;
  useLayoutEffect(() => keep(key, card, state), [key, card.control, state]);
  return [state, (change) => updateCardState(key, change)];
}

export function updateCardState(key: string, change: (state: CardState) => Partial<CardState>): void {
  const state = states.get(key);
  if (state === undefined) return;
  // The last one, so that it is forgotten last.
  states.delete(key);
  states.set(key, { ...state, isBack: false, ...change(state) });
  redraw(key);
}

function redraw(key: string): void {
  for (const listener of listeners.get(key) ?? []) listener();
}

/** The question is answered; nothing typed into it is needed any more. */
export function forgetCardState(key: string): void {
  states.delete(key);
  forget(key);
  redraw(key);
}

/** Whether the control is another one than the draft is of. */
export function isTurned(state: CardState, { control }: CardView): boolean {
  return control !== state.control && kindOf(control) !== kindOf(state.control);
}

export const JSON_FORM = 'formjson';

export function kindOf(control: ControlView): string {
  return control.kind + (control.kind === 'form' ? control.field.type : '');
}

function isJson(control: ControlView): boolean {
  return kindOf(control) === JSON_FORM;
}

/** Whether an answer is on its way and neither taken nor refused so far. */
export function isSending(state: CardState, card: CardView): boolean {
  return state.sent !== null && state.sent.refusals === card.refusals && card.status === 'open';
}

function begin(key: string, card: CardView): CardState {
  const state: CardState = {
    draft: startOf(card),
    control: card.control,
    inJson: false,
    json: null,
    isWanted: false,
    reason: '',
    judged: [],
    mended: [],
    mendedAt: 0,
    sent: null,
    problem: null,
    ...kept(key, card),
  };
  states.set(key, state);
  // A graph that asks for ever must not fill the page's memory; the oldest are the ones that were answered elsewhere.
  for (const oldest of states.size > KEPT ? states.keys() : []) {
    if (oldest === key || listeners.has(oldest)) continue;
    states.delete(oldest);
    break;
  }
  return state;
}

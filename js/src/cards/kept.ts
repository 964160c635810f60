/**
 * What is typed into a card outlives a reload of the page: it is kept in the tab's own storage, which ends with the tab.
 *
 * A draft comes back into the very control that it was typed into, or not at all; its answer is checked as ever. No
 * secret is kept, and nothing of a card that has one. Where the host has no storage (as the frames of VS Code and Colab
 * may), or it is full, there is none.
 */
import type { Draft } from '../fields/draft';
import { fits } from '../fields/drawn';
import { isObject, sameJson } from '../fields/json';
import { tried } from '../parts/tried';
import type { CardView } from '../protocol';
import { type CardState, isTurned } from './card-state';
import { enteredField } from './decide';
import { startOf } from './start';
import type { TableDraft } from './table';

const PREFIX = 'hitl-widgets.draft/1\n';
/** Characters; a tab has room for five million, and is not ours alone. */
const LONGEST = 100_000;
const AGE_MS = 7 * 86_400_000;

/** When it was typed, into what, and what. */
type Kept = [at: number, of: number | null, draft: Draft, reason: string, json: string | null];

export function keep(key: string, card: CardView, state: CardState): void {
  // There may be no storage, or no room in it; and a broken control has no start.
  tried(() => {
    const of = controlOf(card);
    // What was typed into the control as it was before comes back into that, and into nothing else.
    if (of !== null && state.isBack === undefined) return;
    forget(key);
    const { reason } = state;
    const turned = isTurned(state, card);
    const json = state.inJson || turned ? state.json : null;
    const draft = turned ? startOf(card) : lasting(card, state.draft);
    const { control } = turned ? card : state;
    const kept = JSON.stringify([Date.now(), of, draft, reason, json] satisfies Kept);
    const touched = isTouched(card, { draft, reason, json, control });
    if (of !== null && touched && kept.length < LONGEST) sessionStorage.setItem(PREFIX + key, kept);
  });
}

/** What is put in the place of what a card starts with. */
export function kept(key: string, card: CardView): Partial<CardState> | undefined {
  return tried(() => {
    const [, of, typed, reason, json] = JSON.parse(sessionStorage.getItem(PREFIX + key) ?? '') as Kept;
    const draft = lasting(card, typed);
    const isOurs = of === controlOf(card) && isDraft(card, draft) && [reason, json ?? ''].every(isText);
    return isOurs && isTouched(card, { draft, reason, json, control: card.control })
      ? { draft, reason, json, inJson: json !== null, isBack: true }
      : undefined;
  });
}

export function forget(key: string): void {
  tried(() => sessionStorage.removeItem(PREFIX + key));
}

type Typed = Pick<CardState, 'draft' | 'reason' | 'json' | 'control'>;

/** Whether somebody has typed, decided or ticked something: a policy may have decided since the draft was begun. */
export function isTouched(card: CardView, { draft, reason, json, control }: Typed): boolean {
  const begun = { ...card, control };
  return reason !== '' || json !== null || !sameJson(lasting(begun, draft), startOf(begun));
}

/** The number of a control; null where nothing is kept that is typed into it. */
function controlOf({ control, secret, unkept }: CardView): number | null {
  if (secret || unkept) return null;
  // A saved notebook has the keys in another order.
  const text = JSON.stringify(control, (_, value) =>
    isObject(value)
      ? Object.fromEntries(
          Object.keys(value)
            .sort()
            .map((name) => [name, value[name]]),
        )
      : value,
  );
  if (text.includes('"format":"password"')) return null;
  let sum = 0;
  for (let at = 0; at < text.length; at += 1) sum = (Math.imul(sum, 31) + text.charCodeAt(at)) | 0;
  return sum;
}

/** Without how a table is looked at, which is no part of an answer. */
function lasting(card: CardView, draft: Draft): Draft {
  return card.control.kind === 'table' ? { ...(draft as TableDraft), view: (startOf(card) as TableDraft).view } : draft;
}

/** Whether it can have been typed into this control; throws where it is nothing like that. */
function isDraft({ control }: CardView, draft: Draft): boolean {
  if (control.kind === 'table') {
    const { picked, edits } = draft as TableDraft;
    return [...picked, ...edits.flatMap(({ position, column }) => [position, column])].every(Number.isInteger);
  }
  const field = control.kind === 'decide' ? enteredField(control) : 'field' in control ? control.field : null;
  return field === null ? draft === null : fits(field, draft);
}

const isText = (value: unknown) => typeof value === 'string';

tried(() => {
  for (const name of Object.keys(sessionStorage)) {
    const at = Number.parseInt(sessionStorage.getItem(name)?.slice(1) ?? '', 10);
    if (name.startsWith(PREFIX) && !(at > Date.now() - AGE_MS)) sessionStorage.removeItem(name);
  }
});

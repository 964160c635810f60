/**
 * What is typed into a card outlives a reload of the page: it is kept in the tab's own storage, which ends with the tab.
 *
 * A draft comes back into a control of the same shape, whose words, limits and defaults may be others by now: a policy or
 * the registry may have changed it. Where that is another one a text goes where JSON is written; what goes nowhere is said.
 * The answer is checked as ever. No secret is kept, and nothing of a card that has one. Where the host has no storage (as the frames of VS Code and Colab
 * may), or it is full, there is none.
 */
import type { Draft } from '../fields/draft';
import { fits } from '../fields/drawn';
import { isObject, sameJson } from '../fields/json';
import { tried } from '../parts/tried';
import type { CardView } from '../protocol';
import { type CardState, isTurned, JSON_FORM, kindOf } from './card-state';
import { enteredField } from './decide';
import { startOf } from './start';
import type { TableDraft } from './table';

const PREFIX = 'hitl-widgets.draft/1\n';
/** Characters; a tab has room for five million, and is not ours alone. */
const LONGEST = 100_000;
const AGE_MS = 7 * 86_400_000;

/** How the keys begin of what may change under a draft: words, limits, defaults, what a policy has decided. */
const MAY_CHANGE =
  /^(label|help|required|default|format|m(in|ax|ulti)|exclusive|pattern|start|policy|always|title|submit)/;

/** When it was typed, into what, what, and into which kind of control. */
type Kept = [at: number, of: number | null, draft: Draft, reason: string, json: string | null, kind: string];

export function keep(key: string, card: CardView, state: CardState): void {
  // There may be no storage, or no room in it; and a broken control has no start.
  tried(() => {
    const of = controlOf(card);
    // What was typed into the control as it was before comes back into that.
    if (of !== null && state.isBack !== false) return;
    forget(key);
    const { reason } = state;
    const turned = isTurned(state, card);
    const json = state.inJson || turned ? state.json : null;
    const draft = turned ? startOf(card) : lasting(card, state.draft);
    const { control } = turned ? card : state;
    const kept = JSON.stringify([Date.now(), of, draft, reason, json, kindOf(card.control)] satisfies Kept);
    const touched = isTouched(card, { draft, reason, json, control });
    if (of !== null && touched && kept.length < LONGEST) sessionStorage.setItem(PREFIX + key, kept);
  });
}

/** What is put in the place of what a card starts with. */
export function kept(key: string, card: CardView): Partial<CardState> | undefined {
  return tried(() => {
    const [, of, typed, reason, json, kind] = JSON.parse(sessionStorage.getItem(PREFIX + key) ?? '') as Kept;
    const own = controlOf(card);
    if (own === null || ![reason, json ?? '', kind].every(isText)) return undefined;
    if (of !== own) return carried(card, typed, reason, json, kind);
    const draft = lasting(card, typed);
    return isDraft(card, draft) && isTouched(card, { draft, reason, json, control: card.control })
      ? { draft, reason, json, inJson: json !== null, isBack: true }
      : undefined;
  });
}

/** What was typed into another control. */
function carried(card: CardView, typed: Draft, reason: string, json: string | null, kind: string): Partial<CardState> {
  const isJson = kindOf(card.control) === JSON_FORM;
  const text = json ?? (kind === JSON_FORM ? typed : kind === 'formtext' && isJson ? JSON.stringify(typed) : null);
  if (isText(text)) return { ...(isJson ? { draft: text } : { json: text, inJson: true }), isBack: true };
  return { lost: [typed, reason].filter(isText).join(' ').trim().slice(0, 500) };
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

/** The number of a control's shape; null where nothing is kept that is typed into it. */
function controlOf({ control, secret, unkept }: CardView): number | null {
  if (secret || unkept) return null;
  // A saved notebook has the keys in another order.
  if (JSON.stringify(control).includes('"format":"password"')) return null;
  const text = JSON.stringify(control, (name, value) =>
    name === 'value'
      ? JSON.stringify(value) // an option's own, whose keys may be called anything
      : isObject(value)
        ? Object.fromEntries(
            Object.keys(value)
              .filter((key) => !MAY_CHANGE.test(key))
              .sort()
              .map((key) => [key, value[key]]),
          )
        : value,
  );
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

const isText = (value: unknown): value is string => typeof value === 'string';

tried(() => {
  for (const name of Object.keys(sessionStorage)) {
    const at = Number.parseInt(sessionStorage.getItem(name)?.slice(1) ?? '', 10);
    if (name.startsWith(PREFIX) && !(at > Date.now() - AGE_MS)) sessionStorage.removeItem(name);
  }
});

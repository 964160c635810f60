/**
 * What is decided in a card of several items, as it is typed.
 *
 * The draft is `{ chosen: { "0": "edit" }, always: { "1": true }, "0": { edit: ..., reject: ... }, ... }`: what was
 * entered for a decision stays when another one is chosen. Its paths are the ones of `DecideControl`: `0/edit/limit`.
 */
import { joinPath } from '../fields/children';
import type { Draft } from '../fields/draft';
import { startDraft } from '../fields/draft';
import { changedPaths } from '../fields/drawn';
import { isObject } from '../fields/json';
import { rootReply } from '../fields/reply';
import { type Errors, validate } from '../fields/validate';
import type { ChoiceView, DecideControl, DecidedItem, ItemView, ObjectField } from '../protocol';

const CHOOSE = 'Please choose one.';

type Record_ = { [name: string]: Draft };

/** All that can be entered, as one object: what the draft is besides `chosen`. */
export function enteredField(control: DecideControl): ObjectField {
  return object(
    control.items.map(({ choices }, index) => [
      String(index),
      object(choices.flatMap(({ name, field }) => (field === null ? [] : [[name, field] as const]))),
    ]),
  );
}

function object(fields: (readonly [string, ObjectField['fields'][number]['field']])[]): ObjectField {
  return {
    type: 'object',
    label: '',
    help: null,
    required: true,
    nullable: false,
    fields: fields.map(([name, field]) => ({ name, field })),
  };
}

export function startDeciding(control: DecideControl): Draft {
  return { ...(startDraft(enteredField(control)) as Record_), chosen: {} };
}

export function chosenOf(item: ItemView, index: number, draft: Draft): ChoiceView | null {
  // A policy may decide about an item while its card is open: what nobody has touched starts anew.
  const made: unknown = at(draft, 'chosen');
  const untouched = !isObject(made) || !Object.hasOwn(made, String(index));
  const name = untouched ? item.start : at(draft, 'chosen', String(index));
  return item.choices.find((choice) => choice.name === name) ?? null;
}

export function enteredAt(draft: Draft, index: number, choice: string): Draft {
  return at(draft, String(index), choice);
}

export function withChosen(draft: Draft, index: number, choice: string | null): Draft {
  return withPart(draft, ['chosen', String(index)], choice);
}

/** The choice that approves an item as it is. */
export function approvingOf(item: ItemView): ChoiceView | null {
  return item.choices.find(({ tone, field }) => tone === 'primary' && field === null) ?? null;
}

/** Whether an item is approved, and its tool from then on. */
export function isAlways(item: ItemView, index: number, draft: Draft): boolean {
  return at(draft, 'always', String(index)) === true && chosenOf(item, index, draft) === approvingOf(item);
}

/** Approves an item and its tool from then on, and with it the other calls of the tool that nobody has decided about. */
export function withAlways(control: DecideControl, draft: Draft, index: number): Draft {
  const tool = control.items[index]?.always;
  let next = withPart(draft, ['always', String(index)], true);
  control.items.forEach((item, other) => {
    const approving = approvingOf(item);
    const follows = item.always === tool && chosenOf(item, other, draft) === null;
    if (approving !== null && (other === index || follows)) next = withChosen(next, other, approving.name);
  });
  return next;
}

export function withoutAlways(draft: Draft, index: number): Draft {
  return withPart(draft, ['always', String(index)], false);
}

/** The tools that are approved from now on, once this is sent. */
export function alwaysTools(control: DecideControl, draft: Draft): string[] {
  const tools = control.items.flatMap((item, index) =>
    item.always !== undefined && isAlways(item, index, draft) ? [item.always] : [],
  );
  return [...new Set(tools)];
}

export function withEntered(draft: Draft, index: number, choice: string, entered: Draft): Draft {
  return withPart(draft, [String(index), choice], entered);
}

/** The choice for which something was entered that is not sent with the one that is chosen. */
export function leftBehind(item: ItemView, index: number, draft: Draft): ChoiceView | null {
  const chosen = chosenOf(item, index, draft);
  if (chosen === null) return null;
  return item.choices.find((choice) => choice !== chosen && isTouched(choice, index, draft)) ?? null;
}

/** Whether something was entered for this choice. */
export function isTouched({ name, field }: ChoiceView, index: number, draft: Draft): boolean {
  return field !== null && changedPaths(field, startDraft(field), enteredAt(draft, index, name)).length > 0;
}

/** Where two drafts differ; a whole item where another decision is chosen. */
export function changedIn(control: DecideControl, before: Draft, after: Draft): string[] {
  const decided = control.items.flatMap((item, index) =>
    chosenOf(item, index, before) === chosenOf(item, index, after) ? [] : [String(index)],
  );
  return [...decided, ...changedPaths(enteredField(control), before, after)];
}

export function decidedCount(control: DecideControl, draft: Draft): number {
  return control.items.filter((item, index) => chosenOf(item, index, draft) !== null).length;
}

/** Whether the card has a Submit button: with one item only once something is to be entered or confirmed. */
export function isSubmitted(control: DecideControl, draft: Draft): boolean {
  return control.items.length > 1 || decidedCount(control, draft) > 0;
}

/** What is wrong, by path; `0` for an item that nobody has decided about. */
export function problemsOf(control: DecideControl, draft: Draft): Errors {
  const errors: Errors = Object.create(null);
  control.items.forEach((item, index) => {
    const chosen = chosenOf(item, index, draft);
    if (chosen === null) errors[index] = CHOOSE;
    if (chosen === null || chosen.field === null) return;
    const found = validate(chosen.field, rootReply(chosen.field, enteredAt(draft, index, chosen.name)));
    for (const [path, text] of Object.entries(found)) {
      if (text !== undefined)
        errors[path === '' ? `${index}/${chosen.name}` : joinPath(`${index}/${chosen.name}`, path)] = text;
    }
  });
  return errors;
}

/** The reply, once nothing is wrong. */
export function decidedItems(control: DecideControl, draft: Draft): DecidedItem[] {
  return control.items.map((item, index) => {
    const chosen = chosenOf(item, index, draft);
    if (chosen === null) throw new Error('an item is undecided');
    if (chosen.field === null) return { decision: chosen.name };
    return { decision: chosen.name, value: rootReply(chosen.field, enteredAt(draft, index, chosen.name)) };
  });
}

function at(draft: Draft, ...path: string[]): Draft {
  let found: unknown = draft;
  for (const name of path) found = isObject(found) && Object.hasOwn(found, name) ? found[name] : null;
  return (found ?? null) as Draft;
}

function withPart(draft: Draft, [name, ...rest]: string[], part: Draft): Draft {
  if (name === undefined) return part;
  return { ...(isObject(draft) ? (draft as Record_) : {}), [name]: withPart(at(draft, name), rest, part) };
}

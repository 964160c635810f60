/** Which of the things that are wrong with a card are said, and where. */
import { drawnPaths } from '../fields/drawn';
import type { Errors } from '../fields/validate';
import type { CardView, FieldView } from '../protocol';
import type { CardState } from './card-state';

export interface ShownErrors {
  atField: Errors;
  /** Said for the card as a whole. */
  ofCard: string[];
}

/**
 * Args:
 *   found: what the browser finds wrong with the draft as it is.
 *   field: the card's field; null when it has none, and everything is said for the card as a whole.
 */
export function shownErrors(card: CardView, state: CardState, found: Errors, field: FieldView | null): ShownErrors {
  const drawn = new Set(field === null ? [] : drawnPaths(field, state.draft));
  const atField: Errors = Object.create(null);
  const ofCard: string[] = state.problem === null ? [] : [state.problem];
  const mended = state.mendedAt === card.refusals ? state.mended : [];
  const untouched = (path: string) => !mended.some((other) => touches(path, other));

  if (card.error !== null && mended.length === 0) ofCard.push(card.error);
  for (const [path, text] of Object.entries(card.field_errors)) {
    if (text === undefined || !untouched(path)) continue;
    if (drawn.has(path)) atField[path] = text;
    else if (text !== card.error) ofCard.push(path === '' ? text : `${path}: ${text}`);
  }
  for (const [path, text] of Object.entries(found)) {
    if (state.judged.includes(path)) atField[path] = text;
  }
  // The root of an object has no input of its own to say it at.
  if (field?.type === 'object' && atField[''] !== undefined) {
    ofCard.push(atField['']);
    delete atField[''];
  }
  return { atField, ofCard: [...new Set(ofCard)] };
}

/** A change at `changed` outdates what was said there, at the objects around it and at the keys inside it. */
function touches(path: string, changed: string): boolean {
  return (
    path === '' ||
    changed === '' ||
    path === changed ||
    changed.startsWith(`${path}/`) ||
    path.startsWith(`${changed}/`)
  );
}

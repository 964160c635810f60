/** The JSON value that a draft stands for, as `protocol.py` says for each field. */
import type { FieldView } from '../protocol';
import { branchField, fieldsOf, followed, placesOf } from './children';
import { branchesOf, type Draft, hasDefault, partOf, startDraft } from './draft';
import { sameJson } from './json';
import { fieldOfRow, rowsOf } from './row-drafts';
import { fromLocalInput, offsetOf, withSeconds } from './time';

/** Left empty and not required: the key is left out. */
export const ABSENT = Symbol('absent');

/** What a native date or time input holds while only a part of it is filled in. */
export const INCOMPLETE = 'incomplete';

/** The whole reply of a form; at the root there is no key to leave out. */
export function rootReply(field: FieldView, draft: Draft): unknown {
  const reply = toReply(field, draft);
  if (reply !== ABSENT) return reply;
  if (field.nullable) return null;
  switch (field.type) {
    case 'text':
    case 'json':
      return '';
    case 'choices':
    case 'list':
    case 'map':
      return [];
    case 'object':
      return {};
    default:
      return null;
  }
}

export function toReply(field: FieldView, draft: Draft): unknown {
  const filled = filledReply(field, draft);
  if (filled !== ABSENT) return filled;
  if (!field.required && !isCleared(field, draft)) return ABSENT;
  if (field.nullable) return null;
  // What `validate` says "Please fill this in." to, or the empty list or object that it is.
  switch (field.type) {
    case 'choices':
      return [];
    case 'map':
      return [];
    case 'object':
      return {};
    case 'list':
      return rowsOf(draft).map((row) => toReply(fieldOfRow(field, row), row.draft));
    case 'tuple':
      return placesOf(field).map((place, index) => toReply(place, partOf(draft, index)));
    case 'boolean':
    case 'choice':
    case 'union':
    case 'ref':
      return null;
    default:
      return '';
  }
}

/** Whether an empty field was emptied by hand. Left out, it would come back with its default. */
function isCleared(field: FieldView, draft: Draft): boolean {
  return hasDefault(field) && !isAsStarted(field, draft);
}

function isAsStarted(field: FieldView, draft: Draft): boolean {
  return sameJson(draft, startDraft(field));
}

function filledReply(field: FieldView, draft: Draft): unknown {
  switch (field.type) {
    case 'boolean':
      return draft ?? ABSENT;
    case 'choice':
      if (typeof draft === 'string' && draft.trim() !== '') return draft;
      return typeof draft === 'number' ? (field.options[draft]?.value ?? null) : ABSENT;
    case 'choices': {
      const chosen = Array.isArray(draft) ? draft : [];
      if (chosen.length === 0) return ABSENT;
      return field.options.filter((_, index) => chosen.includes(index)).map((option) => option.value);
    }
    case 'rank':
      return (Array.isArray(draft) ? draft : []).map((index) => field.options[index]?.value ?? null);
    case 'object':
      return objectReply(fieldsOf(field), draft);
    case 'tuple':
      return tupleReply(placesOf(field), draft);
    case 'list':
    case 'map': {
      const rows = rowsOf(draft);
      if (rows.length === 0 || (field.default === undefined && isAsStarted(field, draft))) return ABSENT;
      const replies = rows.map((row) => toReply(fieldOfRow(field, row), row.draft));
      return field.type === 'list' ? replies : rows.map((row, index) => [row.name ?? '', replies[index]]);
    }
    case 'union': {
      const { branch, drafts } = branchesOf(draft);
      return branch === null ? ABSENT : { branch, value: toReply(branchField(field, branch), drafts[branch] ?? null) };
    }
    case 'ref':
      // Who asked for it means to fill it in.
      return draft === null ? ABSENT : toReply({ ...followed(field), required: true, nullable: false }, draft);
    default:
      break;
  }
  const text = typeof draft === 'string' ? draft : '';
  if (text === '' || (field.type !== 'text' && text.trim() === '')) return ABSENT;
  // An untouched default goes back as it came, with its own offset and fractions of a second.
  if (field.type !== 'json' && field.default !== undefined && isAsStarted(field, draft)) return field.default;
  switch (field.type) {
    case 'number':
      return numberOf(text);
    case 'datetime':
      return text === INCOMPLETE ? text : fromLocalInput(text);
    case 'time':
      return text === INCOMPLETE ? text : withSeconds(text) + offsetOf(field.default);
    default:
      return text;
  }
}

function tupleReply(places: FieldView[], draft: Draft): unknown {
  const filled = places.map((field, index) => ({ field, draft: partOf(draft, index) }));
  if (filled.every((place) => isUntouched(place.field, place.draft))) return ABSENT;
  return filled.map((place) => toReply(place.field, place.draft));
}

function isUntouched(field: FieldView, draft: Draft): boolean {
  return filledReply(field, draft) === ABSENT && !isCleared(field, draft);
}

function objectReply(fields: { name: string; field: FieldView }[], drafts: Draft): unknown {
  const filled = fields.map(({ name, field }) => ({ name, field, draft: partOf(drafts, name) }));
  // An object that nobody touched is empty as a whole: its required keys are asked for only once one is filled in.
  if (filled.every(({ field, draft }) => isUntouched(field, draft))) return ABSENT;
  const replies = filled.map(({ name, field, draft }) => [name, toReply(field, draft)] as const);
  return Object.fromEntries(replies.filter(([, reply]) => reply !== ABSENT));
}

/** The number, or the text itself where it is none (or has more digits than a JSON number keeps). */
function numberOf(text: string): number | string {
  const trimmed = text.trim();
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return text;
  const number = Number(trimmed);
  const exact = Number.isFinite(number) && (!/^[+-]?\d+$/.test(trimmed) || Number.isSafeInteger(number));
  return exact ? number : trimmed;
}

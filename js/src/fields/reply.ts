/** The JSON value that a draft stands for, as `protocol/fields.py` says for each field. */
import type { FieldView, ObjectField, TupleField } from '../protocol';
import { branchField, fieldsOf, followed, placesOf } from './children';
import { branchesOf, type Draft, hasDefault, partOf, startDraft } from './draft';
import { isObject, sameJson } from './json';
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
  // What `validate` says "Please fill this in." to, or the empty text, list or object that it is.
  switch (field.type) {
    case 'choices':
      return [];
    case 'map':
      return [];
    case 'object':
      return keyByKey(fieldsOf(field), draft);
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
  // An untouched default goes back as it came: with its own offset and fractions of a second, null, or empty. That of
  // an object may be there in part only.
  const isWhole = field.default !== undefined && (field.type !== 'object' || field.default === null);
  if (isWhole && isAsStarted(field, draft)) return field.default;
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
      return isLeftOut(field, draft) ? ABSENT : keyByKey(fieldsOf(field), draft);
    case 'tuple':
      return isLeftOut(field, draft)
        ? ABSENT
        : placesOf(field).map((place, index) => toReply(place, partOf(draft, index)));
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

/**
 * Whether nobody has asked for an object or a tuple. Then its required keys are not asked for either: one that may be
 * left out is, unless it could be sent as it starts.
 */
function isLeftOut(field: ObjectField | TupleField, draft: Draft): boolean {
  const parts = partsOf(field, draft);
  if (isObject(field.default)) return false;
  if (parts.every((part) => isUntouched(part.field, part.draft))) return true;
  if (field.required && !field.nullable) return false;
  return isAsStarted(field, draft) && parts.some((part) => isIncomplete(part.field, part.draft));
}

/** Whether what must be filled in is empty, or something inside it is. */
function isIncomplete(field: FieldView, draft: Draft): boolean {
  if (!field.required || field.nullable) return false;
  if (isUntouched(field, draft)) return true;
  const isNested = (field.type === 'object' || field.type === 'tuple') && !isObject(field.default);
  return isNested && partsOf(field, draft).some((part) => isIncomplete(part.field, part.draft));
}

function partsOf(field: ObjectField | TupleField, draft: Draft): { field: FieldView; draft: Draft }[] {
  if (field.type === 'tuple') return placesOf(field).map((place, at) => ({ field: place, draft: partOf(draft, at) }));
  return fieldsOf(field).map(({ name, field: child }) => ({ field: child, draft: partOf(draft, name) }));
}

function isUntouched(field: FieldView, draft: Draft): boolean {
  return filledReply(field, draft) === ABSENT && !isCleared(field, draft);
}

function keyByKey(fields: { name: string; field: FieldView }[], drafts: Draft): unknown {
  const replies = fields.map(({ name, field }) => [name, toReply(field, partOf(drafts, name))] as const);
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

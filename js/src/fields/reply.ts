/** The JSON value that a draft stands for, as `protocol.py` says for each field. */
import type { FieldView } from '../protocol';
import type { Draft } from './draft';
import { hasDefault, startDraft } from './draft';
import { isObject, sameJson } from './json';
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
    case 'object':
      return {};
    case 'boolean':
    case 'choice':
      return null;
    default:
      return '';
  }
}

/** Whether an empty field was emptied by hand. Left out, it would come back with its default. */
function isCleared(field: FieldView, draft: Draft): boolean {
  return hasDefault(field) && !sameJson(draft, startDraft(field));
}

function filledReply(field: FieldView, draft: Draft): unknown {
  switch (field.type) {
    case 'boolean':
      return draft ?? ABSENT;
    case 'choice':
      return typeof draft === 'number' ? (field.options[draft]?.value ?? null) : ABSENT;
    case 'choices': {
      const chosen = Array.isArray(draft) ? draft : [];
      if (chosen.length === 0) return ABSENT;
      return field.options.filter((_, index) => chosen.includes(index)).map((option) => option.value);
    }
    case 'object':
      return objectReply(field.fields, isObject(draft) ? draft : {});
    default:
      break;
  }
  const text = typeof draft === 'string' ? draft : '';
  if (text === '' || (field.type !== 'text' && text.trim() === '')) return ABSENT;
  // An untouched default goes back as it came, with its own offset and fractions of a second.
  if (field.type !== 'json' && field.default !== undefined && sameJson(draft, startDraft(field))) return field.default;
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

function objectReply(fields: { name: string; field: FieldView }[], drafts: Record<string, Draft>): unknown {
  const filled = fields.map(({ name, field }) => ({ name, field, draft: drafts[name] ?? null }));
  // An object that nobody touched is empty as a whole: its required keys are asked for only once one is filled in.
  if (filled.every(({ field, draft }) => filledReply(field, draft) === ABSENT && !isCleared(field, draft)))
    return ABSENT;
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

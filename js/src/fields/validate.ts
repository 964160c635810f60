/**
 * What is wrong with a reply, in words, by the path of the field: `""` is the root, `address/city` a nested key.
 *
 * `fields/words.py` says the same sentences; tests/fixtures/fields.json holds both to them.
 */
import type {
  ChoicesField,
  DateField,
  DateTimeField,
  FieldView,
  FileField,
  ListField,
  MapField,
  NumberField,
  ObjectField,
  RankField,
  TextField,
  TimeField,
  UnionField,
} from '../protocol';
import { followed, inside, joinPath, keyPath, rowField, valuePath } from './children';
import { hasDefault } from './draft';
import { isObject, jsonProblem, sameJson } from './json';
import { isDate, isDateTime, isEarlier, isTime } from './time';

export type Errors = Record<string, string>;

const FILL_IN = 'Please fill this in.';
const CHOOSE = 'Please choose one.';
const KEY_TWICE = 'This key is used above.';
const NOT_A_CHOICE = 'Not one of the choices.';

export function validate(field: FieldView, reply: unknown): Errors {
  // Nothing is in it that nobody has put there: a field may be called `__proto__`, or `constructor`.
  const errors: Errors = Object.create(null);
  check(field, reply, '', errors);
  return errors;
}

function check(asked: FieldView, reply: unknown, path: string, errors: Errors): void {
  const field = followed(asked);
  const problem = isEmpty(field, reply) ? emptyProblem(field, path !== '') : problemOf(field, reply);
  if (problem !== null) {
    errors[path] = problem;
    return;
  }
  if (Array.isArray(reply)) {
    if (field.type === 'list') checkItems(field, reply, path, errors);
    if (field.type === 'map') checkEntries(field, reply, path, errors);
    if (field.type === 'tuple') {
      for (const [index, place] of field.places.entries()) {
        check(inside(field, place), reply[index], joinPath(path, index), errors);
      }
    }
  } else if (field.type === 'union' && isObject(reply)) {
    const branch = branchOf(field, reply);
    if (branch !== null) check(inside(field, branch.field), reply['value'], path, errors);
  } else if (field.type === 'object' && isObject(reply)) {
    for (const { name, field: child } of field.fields) {
      const given = Object.hasOwn(reply, name);
      if (given || child.required) {
        check(inside(field, child), given ? reply[name] : null, joinPath(path, name), errors);
      }
    }
    checkRest(field, reply, path, errors);
  }
}

/** The maps for an object's other keys: what the object has it has but once, in whichever of them it stands. */
function checkRest(field: ObjectField, reply: Record<string, unknown>, path: string, errors: Errors): void {
  const above = new Set<string>();
  for (const { name, field: map } of field.rest ?? []) {
    const entries = Object.hasOwn(reply, name) ? reply[name] : null;
    if (entries === null) continue;
    const at = joinPath(path, name);
    check(inside(field, map), entries, at, errors);
    if (!Array.isArray(entries) || !entries.every(isEntry)) continue;
    for (const [index, [key]] of entries.entries()) {
      if (above.has(key)) errors[keyPath(at, index)] ??= KEY_TWICE;
    }
    for (const [key] of entries) above.add(key);
  }
}

function checkItems(field: ListField, items: unknown[], path: string, errors: Errors): void {
  count(field, items, path, errors);
  for (const [index, item] of items.entries()) {
    const at = joinPath(path, index);
    check(rowField(field), item, at, errors);
    const again = field.unique && items.slice(0, index).some((other) => sameJson(item, other));
    if (again && errors[at] === undefined) errors[at] = 'The same as an item above.';
  }
}

function checkEntries(field: MapField, entries: [string, unknown][], path: string, errors: Errors): void {
  count(field, entries, path, errors);
  const keys = entries.map(([key]) => key);
  for (const [index, [key, value]] of entries.entries()) {
    const problem = keyProblem(field, key, keys.slice(0, index));
    if (problem !== null) errors[keyPath(path, index)] = problem;
    check(rowField(field), value, valuePath(path, keys, index), errors);
  }
}

function keyProblem(field: MapField, key: string, above: string[]): string | null {
  const { keys, key_pattern: pattern, taken = [], elsewhere = [] } = field;
  if (key === '') return FILL_IN;
  if (above.includes(key)) return KEY_TWICE;
  if (taken.includes(key)) return 'This key has a field of its own.';
  if (keys !== null && !keys.includes(key)) return 'Not one of the keys.';
  if (pattern !== null && !matches(pattern, key)) return `Does not match the pattern ${pattern}.`;
  const other = elsewhere.find((one) => matches(one, key));
  return other === undefined ? null : `Keys that match ${other} have a place of their own.`;
}

function count(
  { min_items: least, max_items: most }: ListField | MapField,
  rows: unknown[],
  at: string,
  errors: Errors,
) {
  const items = (n: number) => (n === 1 ? '1 item' : `${n} items`);
  if (least !== null && rows.length < least) errors[at] = `At least ${items(least)}.`;
  if (most !== null && rows.length > most) errors[at] = `At most ${items(most)}.`;
}

function branchOf(field: UnionField, reply: unknown) {
  const index = isObject(reply) ? reply['branch'] : null;
  return typeof index === 'number' ? (field.branches[index] ?? null) : null;
}

function isEntry(entry: unknown): boolean {
  return Array.isArray(entry) && entry.length === 2 && typeof entry[0] === 'string';
}

/** Whether a reply means that nothing was entered. */
function isEmpty(field: FieldView, reply: unknown): boolean {
  if (reply === null || reply === undefined) return true;
  if (typeof reply !== 'string') return false;
  switch (field.type) {
    case 'text':
      return reply === '' && field.min_length !== 0;
    case 'json':
      return reply.trim() === '';
    case 'file':
    case 'number':
    case 'date':
    case 'datetime':
    case 'time':
      return reply === '';
    default:
      return false;
  }
}

function emptyProblem(field: FieldView, insideObject: boolean): string | null {
  // A key that was left out would come back with its default, so clearing such a field is no way to leave it out.
  if (field.nullable || (insideObject && !field.required && !hasDefault(field))) return null;
  if (field.read_only && insideObject) return null; // nobody can fill it in
  return field.type === 'boolean' || field.type === 'choice' || field.type === 'union' ? CHOOSE : FILL_IN;
}

/** Of the value itself; an object's keys have problems of their own. */
function problemOf(field: FieldView, reply: unknown): string | null {
  switch (field.type) {
    case 'text':
      return typeof reply === 'string' ? textProblem(field, reply) : 'Not a text.';
    case 'number':
      return numberProblem(field, reply);
    case 'boolean':
      return typeof reply === 'boolean' ? null : CHOOSE;
    case 'choice':
      return field.options.some((option) => sameJson(option.value, reply)) ? null : NOT_A_CHOICE;
    case 'choices':
      return choicesProblem(field, reply);
    case 'rank':
      return rankProblem(field, reply);
    case 'file':
      return fileProblem(field, reply);
    case 'date':
      return typeof reply === 'string' && isDate(reply) ? boundProblem(field, reply) : 'Not a date.';
    case 'datetime':
      return typeof reply === 'string' && isDateTime(reply) ? boundProblem(field, reply) : 'Not a date and time.';
    case 'time':
      return typeof reply === 'string' && isTime(reply) ? boundProblem(field, reply) : 'Not a time.';
    case 'object':
      return isObject(reply) ? null : 'Not an object.';
    case 'list':
      return Array.isArray(reply) ? null : 'Not a list.';
    case 'tuple':
      return Array.isArray(reply) && reply.length === field.places.length ? null : 'Not a list.';
    case 'map':
      return Array.isArray(reply) && reply.every(isEntry) ? null : 'Not an object.';
    case 'union':
      return branchOf(field, reply) === null ? CHOOSE : null;
    case 'ref':
      throw new Error('a reference is followed before');
    case 'json':
      return typeof reply === 'string' ? jsonProblem(reply) : 'Not JSON: the reply is not a text.';
  }
}

function choicesProblem(field: ChoicesField, reply: unknown): string | null {
  if (!Array.isArray(reply)) return 'Not a list.';
  if (!reply.every((item) => field.options.some((option) => sameJson(option.value, item)))) return NOT_A_CHOICE;
  if (reply.some((item, index) => reply.slice(0, index).some((other) => sameJson(item, other)))) return 'Chosen twice.';
  if (field.min_items !== null && reply.length < field.min_items) return `Choose at least ${field.min_items}.`;
  if (field.max_items !== null && reply.length > field.max_items) return `Choose at most ${field.max_items}.`;
  return null;
}

function rankProblem({ options }: RankField, reply: unknown): string | null {
  const isRanking =
    Array.isArray(reply) &&
    reply.length === options.length &&
    options.every(({ value }) => reply.some((item) => sameJson(item, value)));
  return isRanking ? null : 'Not each of the choices once.';
}

/** What can be said of a path without looking for it. */
function fileProblem({ kind, suffixes }: FileField, reply: unknown): string | null {
  if (typeof reply !== 'string' || reply.includes('\0')) return 'Not a path.';
  if (kind === 'file' && reply.endsWith('/')) return 'This is a folder: pick a file in it.';
  const fits = suffixes.length === 0 || suffixes.some((suffix) => reply.toLowerCase().endsWith(suffix.toLowerCase()));
  return fits ? null : `Must end with ${suffixes.join(', ').replace(/, ([^,]*)$/, ' or $1')}.`;
}

function textProblem(field: TextField, text: string): string | null {
  const length = [...text].length;
  const { min_length: least, max_length: most, pattern, format } = field;
  if (least !== null && length < least) return `At least ${characters(least)}.`;
  if (most !== null && length > most) return `At most ${characters(most)}.`;
  if (pattern !== null && !matches(pattern, text)) return `Does not match the pattern ${pattern}.`;
  const [fits, sentence] = (format !== null && FORMATS[format]) || [];
  return fits === undefined || fits.test(text) ? null : (sentence ?? null);
}

const FORMATS: Partial<Record<NonNullable<TextField['format']>, [RegExp, string]>> = {
  email: [/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'Not an e-mail address.'],
  url: [
    /^([a-z][a-z0-9+.-]*:\/\/[^\s/?#]+\S*|(file|mailto|tel|urn|news|data):\S+)$/i,
    'Not a URL: start with http:// or https://.',
  ],
  uuid: [/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i, 'Not a UUID.'],
  color: [/^#[\da-f]{6}$/i, 'Not a colour: # and six digits, such as #3b55d9.'],
  duration: [
    /^[+-]?P(?=[\dT])(\d+W|(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?)$/,
    'Not a duration: P1DT2H30M is one day, two hours and a half.',
  ],
};

function characters(n: number): string {
  return n === 1 ? '1 character' : `${n} characters`;
}

function matches(pattern: string, text: string): boolean {
  // Nothing here can stop a pattern that takes years: one that might, on such a text, is the kernel's to try.
  const steps = text.length ** (1 + (pattern.match(/[*+?{|]/g) ?? []).length);
  if (steps > 1e7 || (text.length > 9 && /\)[*+{]/.test(pattern))) return true;
  for (const flags of ['u', '']) {
    try {
      return new RegExp(pattern, flags).test(text);
    } catch {
      // Not this dialect; the kernel checks again, so a pattern that no browser reads stops nobody here.
    }
  }
  return true;
}

function numberProblem(field: NumberField, reply: unknown): string | null {
  if (typeof reply === 'string' && /^[+-]?\d{16,}$/.test(reply)) return 'Too many digits: at most 15 are kept exactly.';
  if (field.integer && !Number.isInteger(reply)) return 'Not a whole number.';
  if (typeof reply !== 'number' || !Number.isFinite(reply)) return 'Not a number.';
  const { minimum, maximum, exclusive_minimum: above, exclusive_maximum: below, multiple_of: step } = field;
  if (minimum !== null && reply < minimum) return `Must be at least ${minimum}.`;
  if (above !== null && reply <= above) return `Must be more than ${above}.`;
  if (maximum !== null && reply > maximum) return `Must be at most ${maximum}.`;
  if (below !== null && reply >= below) return `Must be less than ${below}.`;
  if (step !== null && !isMultiple(reply, step)) return `Must be a multiple of ${step}.`;
  return null;
}

/** 0.3 is a multiple of 0.1, whatever binary fractions say; the kernel does the same sum. */
function isMultiple(value: number, step: number): boolean {
  if (Number.isInteger(value) && Number.isInteger(step)) return value % step === 0;
  const rest = Math.abs(value % step);
  const tolerance = Math.abs(value) / 1e9;
  return rest <= tolerance || Math.abs(rest - step) <= tolerance;
}

function boundProblem(field: DateField | DateTimeField | TimeField, at: string): string | null {
  const { type, minimum: first, exclusive_minimum: after, maximum: last, exclusive_maximum: before } = field;
  if (first && isEarlier(at, first))
    return type === 'date' ? `Must be on or after ${first}.` : `Must be ${first} or later.`;
  if (after && !isEarlier(after, at)) return `Must be after ${after}.`;
  if (last && isEarlier(last, at))
    return type === 'date' ? `Must be on or before ${last}.` : `Must be ${last} or earlier.`;
  if (before && !isEarlier(at, before)) return `Must be before ${before}.`;
  return null;
}

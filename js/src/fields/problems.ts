/**
 * What is wrong with a value by itself, in words; what is inside of it has problems of its own, see `validate.ts`.
 *
 * `fields/words.py` says the same sentences; tests/fixtures/fields.json holds both to them.
 */
import type {
  ChoicesField,
  DateField,
  DateTimeField,
  FieldView,
  FileField,
  NumberField,
  RankField,
  TextField,
  TimeField,
  UnionField,
} from '../protocol';
import { isObject, jsonProblem, sameJson } from './json';
import { isDate, isDateTime, isEarlier, isTime } from './time';

export const CHOOSE = 'Please choose one.';
const NOT_A_CHOICE = 'Not one of the choices.';

export function problemOf(field: FieldView, reply: unknown): string | null {
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

/** `unsure` where it is not tried. */
export function matches(pattern: string, text: string, unsure = true): boolean {
  // Nothing here can stop a pattern that takes years: one that might, on such a text, is the kernel's to try.
  // An empty part fits in one place more than there are letters, and a group that is repeated as often as it says.
  const steps = (text.length + 1) ** (1 + (pattern.match(/[*+?{|]/g) ?? []).length);
  if (steps > 1e7 || /\)[*+{]/.test(pattern)) return unsure;
  for (const flags of ['u', '']) {
    try {
      return new RegExp(pattern, flags).test(text);
    } catch {
      // Not this dialect; the kernel checks again, so a pattern that no browser reads stops nobody here.
    }
  }
  return unsure;
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

export function branchOf(field: UnionField, reply: unknown) {
  const index = isObject(reply) ? reply['branch'] : null;
  return typeof index === 'number' ? (field.branches[index] ?? null) : null;
}

export function isEntry(entry: unknown): boolean {
  return Array.isArray(entry) && entry.length === 2 && typeof entry[0] === 'string';
}

/**
 * What is wrong with a reply, in words, by the path of the field: `""` is the root, `address/city` a nested key.
 *
 * `fields/words.py` says the same sentences; tests/fixtures/fields.json holds both to them.
 */
import type { FieldView, ListField, MapField, ObjectField } from '../protocol';
import { followed, inside, joinPath, keyPath, rowField, valuePath } from './children';
import { hasDefault } from './draft';
import { isObject, sameJson } from './json';
import { branchOf, CHOOSE, isEntry, matches, problemOf } from './problems';

export type Errors = Record<string, string>;

const FILL_IN = 'Please fill this in.';
const KEY_TWICE = 'This key is used above.';

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
  const other = elsewhere.find((one) => matches(one, key, false));
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

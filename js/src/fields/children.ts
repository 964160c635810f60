/**
 * From a field to the fields inside it, where a `ref` is what it stands for; `children.py` does the same.
 *
 * What a child starts from is in its parent's default where that has a say, so it is handed down here.
 */
import type { FieldView, ListField, MapField, ObjectField, TupleField, UnionField } from '../protocol';
import { isObject } from './json';

export type Ref = Extract<FieldView, { type: 'ref' }>;

/** A field of `parent`, which knows the same definitions. */
export function inside(parent: FieldView, child: FieldView): FieldView {
  return followed(knowing(parent, child));
}

/** The same, but where an object would hold itself without end the reference stays one. */
function lazily(parent: FieldView, child: FieldView): FieldView {
  const known = knowing(parent, child);
  const target = followed(known);
  return known.type === 'ref' && (target.type === 'object' || target.type === 'tuple') ? known : target;
}

function knowing(parent: FieldView, child: FieldView): FieldView {
  return parent.definitions === undefined ? child : { ...child, definitions: parent.definitions };
}

/** The field itself, or the one that it refers to, with the label, help and default of the place. */
export function followed(field: FieldView): FieldView {
  if (field.type !== 'ref') return field;
  const target = field.definitions?.[field.ref];
  if (target === undefined) throw new Error(`nothing is defined as ${field.ref}`);
  const { type: _type, ref: _ref, default: start, ...own } = field;
  const drawn = { ...target, ...own } as FieldView;
  return 'default' in field ? startingFrom(drawn, start) : drawn;
}

/** The same field with another reply to start from. */
export function startingFrom(field: FieldView, reply: unknown): FieldView {
  if (field.type !== 'json') return { ...field, default: reply };
  const { default: _before, ...json } = field;
  const text = typeof reply === 'string' ? reply : null;
  return { ...json, default_text: text, ...(reply === null ? { default: null } : {}) };
}

/** What is drawn in an object: its fields, then the maps for its other keys. */
export function fieldsOf(field: ObjectField): { name: string; field: FieldView }[] {
  const start = isObject(field.default) ? field.default : {};
  return [...field.fields, ...(field.rest ?? [])].map(({ name, field: child }) => {
    const known = lazily(field, child);
    return { name, field: Object.hasOwn(start, name) ? startingFrom(known, start[name]) : known };
  });
}

export function placesOf(field: TupleField): FieldView[] {
  const start = Array.isArray(field.default) ? field.default : [];
  return field.places.map((place, index) => {
    const known = lazily(field, place);
    return index < start.length ? startingFrom(known, start[index]) : known;
  });
}

/** The field of an item or of a map's value. */
export function rowField(field: ListField | MapField): FieldView {
  return inside(field, field.type === 'list' ? field.item : field.value);
}

export function branchField(field: UnionField, index: number): FieldView {
  const branch = field.branches[index];
  if (branch === undefined) throw new Error(`there is no branch ${index}`);
  const known = inside(field, branch.field);
  const start = field.default;
  return isObject(start) && start['branch'] === index ? startingFrom(known, start['value']) : known;
}

// ---------------------------------------------------------------- where something inside is

export function joinPath(path: string, step: string | number): string {
  return path === '' ? String(step) : `${path}/${step}`;
}

/** Where it is said what is wrong with a key of a map. */
export function keyPath(path: string, index: number): string {
  return joinPath(path, `key ${index + 1}`);
}

/** Where it is said what is wrong with a value of a map: at its key, if the key is its own. */
export function valuePath(path: string, keys: string[], index: number): string {
  const key = keys[index] ?? '';
  return joinPath(path, key === '' || keys.indexOf(key) < index ? `value ${index + 1}` : key);
}

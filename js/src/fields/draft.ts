/**
 * What a person has typed so far. It is kept as the inputs hold it, so that half a number or half a date survives;
 * `reply.ts` makes the JSON value of it.
 */
import type { TableDraft } from '../cards/table';
import type { FieldView, UnionField } from '../protocol';
import { branchField, fieldsOf, followed, placesOf } from './children';
import { isObject, sameJson } from './json';
import { type Rows, startRows } from './row-drafts';
import { toLocalInput } from './time';

/**
 * text, file, number, date, datetime, time, json: a string · boolean: true, false or null · choice: the option's index, what
 * is typed in search of one, or null · choices, rank: the options' indexes · object: a draft for each key · tuple: a draft
 * for each place, by number · list, map: their rows · union: the branch, and a draft for each that was looked at · ref:
 * the draft of what it refers to, or null while nobody has asked for it. A table, which is no field, has one of its own.
 */
export type Draft =
  | string
  | boolean
  | number
  | number[]
  | null
  | Rows
  | BranchDrafts
  | TableDraft
  | { [name: string]: Draft };

export interface BranchDrafts {
  branch: number | null;
  drafts: { [branch: number]: Draft };
}

/** The draft to start from. */
export function startDraft(field: FieldView): Draft {
  const start = field.default;
  switch (field.type) {
    case 'boolean':
      return typeof start === 'boolean' ? start : null;
    case 'choice':
      return start === undefined ? null : indexOf(field.options, start);
    case 'choices': {
      const wanted = Array.isArray(start) ? start : [];
      return field.options.flatMap((option, index) => (wanted.some((v) => sameJson(v, option.value)) ? [index] : []));
    }
    case 'rank': {
      const first = Array.isArray(start) ? start.map((value) => indexOf(field.options, value)) : [];
      return first.every((index) => index !== null) && first.length === field.options.length
        ? (first as number[])
        : field.options.map((_, index) => index);
    }
    case 'object':
      return Object.fromEntries(fieldsOf(field).map(({ name, field: child }) => [name, startDraft(child)]));
    case 'tuple':
      return Object.fromEntries(placesOf(field).map((place, index) => [index, startDraft(place)]));
    case 'list':
    case 'map':
      return startRows(field);
    case 'union':
      return startBranch(field);
    case 'ref':
      return start === undefined || start === null ? null : startDraft(followed(field));
    case 'json':
      return field.default_text ?? '';
    case 'number':
      return typeof start === 'number' ? String(start) : '';
    case 'datetime':
      return typeof start === 'string' ? toLocalInput(start) : '';
    case 'time':
      return typeof start === 'string' ? (/^\d\d:\d\d(:(?!00)\d\d)?/.exec(start)?.[0] ?? '') : '';
    case 'text':
    case 'file':
    case 'date':
      return typeof start === 'string' ? start : '';
  }
}

function startBranch(field: UnionField): BranchDrafts {
  const branch = isObject(field.default) ? field.default['branch'] : null;
  if (typeof branch !== 'number' || field.branches[branch] === undefined) return { branch: null, drafts: {} };
  return { branch, drafts: { [branch]: startDraft(branchField(field, branch)) } };
}

/** The draft of a union, whatever is there. */
export function branchesOf(draft: Draft): BranchDrafts {
  return isObject(draft) && isObject(draft['drafts'])
    ? (draft as unknown as BranchDrafts)
    : { branch: null, drafts: {} };
}

/** The draft of one part of an object or a tuple. */
export function partOf(draft: Draft, name: string | number): Draft {
  const parts = isObject(draft) ? (draft as Record<string, Draft>) : {};
  return Object.hasOwn(parts, name) ? (parts[name] ?? null) : null;
}

function indexOf(options: { value: unknown }[], value: unknown): number | null {
  const index = options.findIndex((option) => sameJson(option.value, value));
  return index < 0 ? null : index;
}

/** Whether the field starts with a value. */
export function hasDefault(field: FieldView): boolean {
  if (field.type === 'json') return field.default_text !== null && field.default_text !== 'null';
  return field.default !== undefined && field.default !== null;
}

/**
 * What a person has typed so far. It is kept as the inputs hold it, so that half a number or half a date survives;
 * `reply.ts` makes the JSON value of it.
 */
import type { FieldView } from '../protocol';
import { isObject, sameJson } from './json';
import { toLocalInput } from './time';

/**
 * text, number, date, datetime, time, json: a string · boolean: true, false or null · choice: the option's index or
 * null · choices: the options' indexes · object: a draft for each key.
 */
export type Draft = string | boolean | number | number[] | null | { [name: string]: Draft };

/** The draft to start from: the field's default, or `preset` where an object's default has one for its key. */
export function startDraft(field: FieldView, preset: unknown = field.default): Draft {
  switch (field.type) {
    case 'boolean':
      return typeof preset === 'boolean' ? preset : null;
    case 'choice':
      return preset === undefined ? null : indexOf(field.options, preset);
    case 'choices': {
      const wanted = Array.isArray(preset) ? preset : [];
      return field.options.flatMap((option, index) => (wanted.some((v) => sameJson(v, option.value)) ? [index] : []));
    }
    case 'object': {
      const values = isObject(preset) ? preset : {};
      const drafts = field.fields.map(({ name, field: child }) => [
        name,
        Object.hasOwn(values, name) ? startDraft(child, values[name]) : startDraft(child),
      ]);
      return Object.fromEntries(drafts);
    }
    case 'json':
      if (preset !== undefined && preset !== field.default) return JSON.stringify(preset, null, 2);
      return field.default_text ?? '';
    case 'number':
      return typeof preset === 'number' ? String(preset) : '';
    case 'datetime':
      return typeof preset === 'string' ? toLocalInput(preset) : '';
    case 'time':
      return typeof preset === 'string' ? (/^\d\d:\d\d(:(?!00)\d\d)?/.exec(preset)?.[0] ?? '') : '';
    case 'text':
    case 'date':
      return typeof preset === 'string' ? preset : '';
  }
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

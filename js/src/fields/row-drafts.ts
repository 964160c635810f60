/** The rows of a list or a map as they are typed. */
import type { FieldView, ListField, MapField } from '../protocol';
import { rowField, startingFrom } from './children';
import type { Draft } from './draft';
import { startDraft } from './draft';
import { isObject } from './json';

export interface Row {
  /** Its own for as long as the list is there, so that a row that moves keeps its inputs. */
  key: number;
  draft: Draft;
  /** The key of a map's entry. */
  name?: string;
  /** The reply that it started from, if it was there from the start. */
  start?: unknown;
}

export interface Rows {
  rows: Row[];
}

const MOST_BLANK = 5;

export function rowsOf(draft: Draft): Row[] {
  return isObject(draft) && Array.isArray(draft['rows']) ? (draft as unknown as Rows).rows : [];
}

/** The field of one row. */
export function fieldOfRow(field: ListField | MapField, row: Row): FieldView {
  return Object.hasOwn(row, 'start') ? startingFrom(rowField(field), row.start) : rowField(field);
}

export function startRows(field: ListField | MapField): Rows {
  if (Array.isArray(field.default)) return { rows: field.default.map((item, key) => startedRow(field, item, key)) };
  if (field.type === 'map' || !field.required || field.nullable) return { rows: [] };
  // So many are wanted; the first of them are there to be filled in.
  const blank = Math.min(field.min_items ?? 0, MOST_BLANK);
  return { rows: Array.from({ length: blank }, (_, key) => ({ key, draft: startDraft(rowField(field)) })) };
}

function startedRow(field: ListField | MapField, item: unknown, key: number): Row {
  if (field.type === 'list') return { key, draft: startDraft(startingFrom(rowField(field), item)), start: item };
  const [name, start] = item as [string, unknown];
  return { key, name, draft: startDraft(startingFrom(rowField(field), start)), start };
}

export function withBlank(field: ListField | MapField, rows: Row[]): Row[] {
  const key = 1 + Math.max(-1, ...rows.map((row) => row.key));
  const draft = startDraft(rowField(field));
  return [...rows, field.type === 'list' ? { key, draft } : { key, draft, name: '' }];
}

export function moved(rows: Row[], index: number, by: -1 | 1): Row[] {
  const other = rows[index + by];
  const row = rows[index];
  if (row === undefined || other === undefined) return rows;
  return rows.map((one) => (one === row ? other : one === other ? row : one));
}

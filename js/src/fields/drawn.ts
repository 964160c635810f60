/** Which fields are on the screen for a draft, and where two drafts differ. */
import type { FieldView } from '../protocol';
import { branchField, fieldsOf, followed, joinPath, keyPath, placesOf, valuePath } from './children';
import { branchesOf, type Draft, partOf, startDraft } from './draft';
import { isObject } from './json';
import { fieldOfRow, type Row, rowsOf } from './row-drafts';

interface Part {
  path: string;
  field: FieldView;
  draft: Draft;
  row?: Row;
}

/** What is drawn directly inside a field; a union's branch stands at the path of the union itself. */
function partsOf(field: FieldView, draft: Draft, path: string): Part[] {
  switch (field.type) {
    case 'object':
      return fieldsOf(field).map(({ name, field: child }) => ({
        path: joinPath(path, name),
        field: child,
        draft: partOf(draft, name),
      }));
    case 'tuple':
      return placesOf(field).map((place, index) => ({
        path: joinPath(path, index),
        field: place,
        draft: partOf(draft, index),
      }));
    case 'list':
    case 'map': {
      const rows = rowsOf(draft);
      const names = rows.map((row) => row.name ?? '');
      return rows.map((row, index) => ({
        path: field.type === 'list' ? joinPath(path, index) : valuePath(path, names, index),
        field: fieldOfRow(field, row),
        draft: row.draft,
        row,
      }));
    }
    case 'union': {
      const { branch, drafts } = branchesOf(draft);
      return branch === null ? [] : [{ path, field: branchField(field, branch), draft: drafts[branch] ?? null }];
    }
    case 'ref':
      return draft === null ? [] : [{ path, field: followed(field), draft }];
    default:
      return [];
  }
}

/** Whether a draft that comes from elsewhere can be one of a field; throws where it is nothing like that. */
export function fits(field: FieldView, draft: Draft): boolean {
  const inside = partsOf(field, draft, '').every((part) => fits(part.field, part.draft));
  if (/^(object|tuple|list|map|union)$/.test(field.type)) return isObject(draft) && inside;
  if (field.type === 'ref') return inside;
  return Array.isArray(draft) ? draft.every(Number.isInteger) : draft !== undefined && !isObject(draft);
}

/** The paths of the fields that are drawn. */
export function drawnPaths(field: FieldView, draft: Draft, path = ''): string[] {
  const inner = partsOf(field, draft, path).flatMap((part) => drawnPaths(part.field, part.draft, part.path));
  const keys = field.type === 'map' ? rowsOf(draft).map((_, index) => keyPath(path, index)) : [];
  return [path, ...keys, ...inner];
}

/** Where two drafts of a field differ. */
export function changedPaths(field: FieldView, before: Draft, after: Draft, path = ''): string[] {
  if (Object.is(before, after)) return [];
  const was = partsOf(field, before, path);
  const is = partsOf(field, after, path);
  switch (field.type) {
    case 'object':
    case 'tuple':
      return is.flatMap((part, index) => changedPaths(part.field, was[index]?.draft ?? null, part.draft, part.path));
    case 'list':
    case 'map': {
      const order = (parts: Part[]) => parts.map((part) => part.row?.key).join();
      const rows = is.flatMap((part, index) => {
        const row = was.find((other) => other.row?.key === part.row?.key);
        // A row that is new differs in what was typed into it.
        const inner = changedPaths(part.field, row?.draft ?? startDraft(part.field), part.draft, part.path);
        return (row?.row?.name ?? '') === (part.row?.name ?? '') ? inner : [keyPath(path, index), ...inner];
      });
      return order(was) === order(is) ? rows : [path, ...rows];
    }
    case 'union': {
      const [part] = is;
      if (part === undefined || branchesOf(before).branch !== branchesOf(after).branch) return [path];
      return changedPaths(part.field, was[0]?.draft ?? null, part.draft, path);
    }
    case 'ref': {
      const [part] = is;
      if (part === undefined || before === null) return [path];
      return changedPaths(part.field, before, part.draft, path);
    }
    default:
      return [path];
  }
}

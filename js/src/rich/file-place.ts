/** Where a text that is a path, or on its way to be one, stands in the folder of its field. */
import type { FileEntry } from '../protocol';

export interface Place {
  /** The folder, from the field's own; `""` is that one. */
  at: string;
  /** What is typed of a name in it. */
  typed: string;
}

/** `data/raw/a` in `data` is `a`, typed in `raw`. */
export function placeOf(text: string, folder: string): Place {
  const start = startOf(folder);
  const inside = text.startsWith(start) ? text.slice(start.length) : text === folder ? '' : text;
  const cut = inside.lastIndexOf('/');
  return { at: inside.slice(0, Math.max(cut, 0)), typed: inside.slice(cut + 1) };
}

/** The text of something in the folder, `""` of the folder itself. */
export function textOf(folder: string, inside: string): string {
  return inside === '' ? '' : startOf(folder) + inside;
}

export function join(at: string, name: string): string {
  return at === '' ? name : `${at}/${name}`;
}

export function parentOf(at: string): string {
  return at.slice(0, Math.max(at.lastIndexOf('/'), 0));
}

export interface Crumb {
  name: string;
  at: string;
}

/** The way from the field's folder to one inside of it. */
export function crumbsOf(folder: string, at: string): Crumb[] {
  const names = at === '' ? [] : at.split('/');
  const inner = names.map((name, index) => ({ name, at: names.slice(0, index + 1).join('/') }));
  return [{ name: nameOf(folder), at: '' }, ...inner];
}

export function nameOf(folder: string): string {
  return folder === '.' ? 'Working folder' : (folder.split('/').filter(Boolean).at(-1) ?? folder);
}

export function matching(entries: FileEntry[], typed: string): FileEntry[] {
  const wanted = typed.toLowerCase();
  return wanted === '' ? entries : entries.filter(({ name }) => name.toLowerCase().includes(wanted));
}

/** The entry that is meant by what is typed: the one of that name, one that starts so, the first. */
export function likeliest(entries: FileEntry[], typed: string): number {
  const wanted = typed.toLowerCase();
  const exact = entries.findIndex(({ name }) => name.toLowerCase() === wanted);
  if (exact >= 0) return exact;
  return Math.max(
    entries.findIndex(({ name }) => name.toLowerCase().startsWith(wanted)),
    entries.length > 0 ? 0 : -1,
  );
}

function startOf(folder: string): string {
  if (folder === '.') return '';
  return folder.endsWith('/') ? folder : `${folder}/`;
}

/** A kernel's folder in memory: what it lists, and uploads into it. */
import type { FetchIntent, FileEntry, FileField, UploadPart } from '../src/protocol';
import type { MemoryModel } from './memory-model';
import { card, form, object, plain, text } from './shapes';

const DAY = 86_400;
const NOW = 1_795_000_000;

const entry = (name: string, size: number | null, days: number): FileEntry => ({
  name,
  kind: size === null ? 'folder' : 'file',
  size,
  modified: NOW - days * DAY,
});

const FOLDERS: { [at: string]: FileEntry[] | string } = {
  '': [
    entry('2025', null, 200),
    entry('2026', null, 3),
    entry('locked', null, 12),
    entry('orders.csv', 48_213, 1),
    entry('orders-with-a-very-long-name-that-does-not-fit-into-one-line-of-the-list-at-all.csv', 1_204_551, 4),
    entry('refunds.csv', 512, 30),
    ...Array.from({ length: 12 }, (_, at) =>
      entry(`week-${String(at + 1).padStart(2, '0')}.csv`, 9_000 + at, 90 - 7 * at),
    ),
  ],
  2025: [],
  2026: [entry('raw', null, 5), entry('umsätze-märz.csv', 88_000, 60)],
  '2026/raw': Array.from({ length: 1000 }, (_, at) =>
    entry(`part-${String(at).padStart(4, '0')}.csv`, 1_000_000 + at, 5),
  ),
  locked: 'The kernel may not read data/locked.',
};

const received: { [upload: string]: number } = {};

/** Answers as `files/field.py` does. */
export function answerFiles(model: MemoryModel, { client, id, what }: FetchIntent): void {
  const tell = (said: { data: unknown } | { error: string }) =>
    setTimeout(() => model.tell({ type: 'fetched', client, id, ...said }), 30);
  if (typeof what['folder'] === 'string') {
    const found = FOLDERS[what['folder']] ?? `There is no folder ${what['folder']}.`;
    if (typeof found === 'string') return void tell({ error: found });
    const typed = String(what['typed']).toLowerCase();
    const entries = found.filter(({ name }) => name.toLowerCase().includes(typed));
    return void tell({ data: { entries, more: found.length === 1000 && typed === '' ? 12_345 : 0 } });
  }
  if (typeof what['cancel'] === 'string') {
    delete received[what['cancel']];
    return void tell({ data: null });
  }
  const { upload, name, size, data } = what as unknown as UploadPart;
  if (size > 10_000_000) return void tell({ error: `${name} is larger than 10 MB.` });
  received[upload] = (received[upload] ?? 0) + atob(data).length;
  const path = received[upload] === size ? `data/uploads/${name}` : null;
  if (path !== null) FOLDERS['uploads'] = [{ name, kind: 'file', size, modified: NOW }];
  tell({ data: { received: received[upload], path } });
}

export const file = (more: Partial<FileField> = {}): FileField => ({
  label: 'Answer',
  help: null,
  required: true,
  nullable: false,
  type: 'file',
  kind: 'file',
  source: 'files',
  folder: 'data',
  suffixes: ['.csv', '.parquet'],
  upload: 10_000_000,
  into: 'uploads',
  ...more,
});

export const fileCards = [
  card('pick_file', 'Which file do the orders come from?', {
    description: plain('A table with a row for each order.'),
    control: form(file()),
  }),
  card('import', 'What should be imported?', {
    control: form(
      object({
        table: file({ label: 'Table', default: 'data/orders.csv', upload: null }),
        target: file({ label: 'Target', kind: 'folder', suffixes: [], upload: null, help: 'The result goes there.' }),
        note: text({ label: 'Note', required: false }),
      }),
    ),
  }),
];

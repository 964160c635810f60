/** A table, and a kernel that answers what is asked of it: in memory, and simpler than the real one. */
import type { TableColumn, TableControl, TablePage, TablePositions, TableQuery } from '../src/protocol';
import { boolean, choice, date, number, text } from './shapes';

export type Cells = (string | null)[];

const FIRST = ['Ada', 'Grace', 'Alan', 'Édith', 'Katherine', 'Donald', 'Barbara', 'Tim'];
const LAST = ['Lovelace', 'Hopper', 'Turing', 'Clarke', 'Johnson', 'Knuth', 'Liskov', 'Berners-Lee'];
const REGIONS = ['EU', 'US', 'APAC'];

export function tableColumn(name: string, kind: TableColumn['kind'], more: Partial<TableColumn> = {}): TableColumn {
  return { name, kind, field: null, options: [], nullable: false, width: 8, ...more };
}

export const COLUMNS: TableColumn[] = [
  tableColumn('id', 'integer', { width: 5 }),
  tableColumn('customer', 'text', { field: text({ label: 'customer', min_length: 0 }), width: 18 }),
  tableColumn('price', 'number', { field: number({ label: 'price' }), width: 7 }),
  tableColumn('paid', 'boolean', { field: boolean({ label: 'paid' }), width: 3 }),
  tableColumn('region', 'choice', { field: choice(REGIONS, { label: 'region' }), options: REGIONS, width: 4 }),
  tableColumn('due', 'date', { field: date({ label: 'due', nullable: true }), nullable: true, width: 10 }),
  tableColumn('note', 'text', { field: null, nullable: true, width: 60 }),
];

export function rowOf(at: number): Cells {
  const day = (at * 37) % 300;
  return [
    String(1000 + at),
    `${FIRST[at % 8]} ${LAST[(at * 5 + 3) % 8]}`,
    (((at * 7919) % 10_000) / 100).toFixed(2).replace(/0$/, ''),
    at % 3 === 0 ? 'Yes' : 'No',
    REGIONS[(at * 11) % 3] ?? null,
    at % 7 === 4 ? null : new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10),
    at % 5 === 2
      ? null
      : `Ordered by mail on a ${at % 2 ? 'Monday' : 'Friday'}; wants to be called back before it is sent.`,
  ];
}

export function table(count: number, more: Partial<TableControl> = {}): TableControl {
  return {
    kind: 'table',
    columns: COLUMNS,
    count,
    pick: 'many',
    min_items: null,
    max_items: null,
    start: { picked: [], edits: [] },
    submit: 'Submit',
    ...more,
  };
}

/** What the kernel says to a query. */
export function answerQuery(rows: (at: number) => Cells, count: number, query: TableQuery): unknown {
  if (query.want === 'cell') return { text: rows(query.position ?? 0)[query.column ?? 0] };
  let shown = Array.from({ length: count }, (_, at) => at);
  const { sort, search, filters = [], only } = query;
  if (only) shown = shown.filter((at) => only.includes(at));
  if (search) shown = shown.filter((at) => rows(at).some((cell) => cell?.toLowerCase().includes(search.toLowerCase())));
  const errors = filters.filter(({ text }) => text.startsWith('?')).map((one) => ({ ...one, text: 'Not a number.' }));
  for (const { column, text } of filters) {
    if (text.startsWith('?')) continue;
    const option = COLUMNS[column]?.options[Number(text)] ?? text;
    shown = shown.filter((at) => {
      const cell = rows(at)[column] ?? null;
      if (cell === null) return text === 'empty';
      if (text === 'true' || text === 'false') return (cell === 'Yes') === (text === 'true');
      return text.startsWith('>') ? Number(cell) > Number(text.slice(1)) : cell.includes(option);
    });
  }
  if (sort) {
    const key = (at: number) => rows(at)[sort.column] ?? '';
    const sign = sort.descending ? -1 : 1;
    shown.sort((a, b) => sign * key(a).localeCompare(key(b), 'en', { numeric: true }));
  }
  if (query.want === 'positions')
    return { total: shown.length, positions: shown, most: 10_000 } satisfies TablePositions;
  const { offset = 0, limit = 0 } = query;
  return {
    total: shown.length,
    rows: shown.slice(offset, offset + limit).map((position) => ({ position, cells: rows(position) })),
    errors,
  } satisfies TablePage;
}

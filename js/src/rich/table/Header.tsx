import type { VNode } from 'preact';
import { Icon } from '../../parts/icons';
import type { TableColumn, TableFilter } from '../../protocol';
import type { TableProps } from '../props';
import { isNumeric } from './cells';
import type { Grid } from './use-grid';
import type { Pages } from './use-pages';
import type { Window } from './window';

interface HeaderProps extends TableProps {
  grid: Grid;
  ticked: ReadonlySet<number>;
  pages: Pages;
  seen: Window;
  onTickAll(): void;
}

/** The names of the columns, by which the rows are sorted, and one box that ticks all rows that are shown. */
export function Header({ control, draft, disabled, grid, ticked, pages, onView, onTickAll }: HeaderProps): VNode {
  const { sort } = draft.view;
  const press = (column: number) => {
    if (sort?.column !== column) onView({ sort: { column, descending: false } });
    else onView({ sort: sort.descending ? null : { column, descending: true } });
  };
  const all = allTicked(pages, ticked);
  return (
    <tr aria-rowindex={1}>
      <th class="hitl-tick" aria-colindex={1}>
        {control.pick === 'many' ? (
          <input
            type="checkbox"
            aria-label="Tick all rows that are shown"
            title="Tick all rows that are shown"
            {...grid.at(-1, 0)}
            disabled={disabled || pages.total === 0}
            checked={all}
            ref={(el) => {
              if (el !== null) el.indeterminate = !all && ticked.size > 0;
            }}
            onClick={(event) => {
              // It shows what is ticked, which the kernel has to be asked for.
              event.preventDefault();
              onTickAll();
            }}
          />
        ) : (
          <span class="hitl-unseen">Chosen</span>
        )}
      </th>
      {control.columns.map((column, at) => {
        const sorted = sort?.column === at ? (sort.descending ? 'descending' : 'ascending') : 'none';
        return (
          <th key={at} aria-sort={sorted} aria-colindex={at + 2} data-numeric={isNumeric(column)} title={column.name}>
            <button type="button" class="hitl-sort" {...grid.at(-1, at + 1)} onClick={() => press(at)}>
              <span class="hitl-column-name">{column.name}</span>
              <span class="hitl-sorted">
                {sorted !== 'none' && <Icon name={sorted === 'ascending' ? 'up' : 'down'} />}
              </span>
            </button>
          </th>
        );
      })}
    </tr>
  );
}

/** Whether all that is shown is ticked, as far as it is known without asking. */
function allTicked(pages: Pages, ticked: ReadonlySet<number>): boolean {
  const { total } = pages;
  if (total === null || total === 0 || total > ticked.size) return false;
  for (let index = 0; index < total; index += 1) {
    const row = pages.rowAt(index);
    if (row !== undefined && !ticked.has(row.position)) return false;
  }
  return true;
}

const HINTS: { readonly [kind in TableColumn['kind']]: string } = {
  text: 'contains',
  other: 'contains',
  integer: '>5, 2..8',
  number: '>5, 2..8',
  date: '2026-05, >2026-05-01',
  datetime: '2026-05, >2026-05-01',
  boolean: '',
  choice: '',
};

interface FiltersProps extends TableProps {
  /** The filters that cannot be read, with what is wrong with each. */
  unreadable: TableFilter[];
}

/** A filter for each column. */
export function Filters({ control, draft, unreadable, id, onView }: FiltersProps): VNode {
  const { filters } = draft.view;
  const set = (column: number, text: string) => onView({ filters: { ...filters, [column]: text } });
  return (
    <tr aria-rowindex={2} class="hitl-filters">
      <td class="hitl-tick" aria-colindex={1} />
      {control.columns.map((column, at) => {
        const problem = unreadable.find((one) => one.column === at)?.text;
        const attributes = {
          class: 'hitl-input',
          'aria-label': `Filter ${column.name}`,
          value: filters[at] ?? '',
          'aria-invalid': problem !== undefined,
          'aria-describedby': problem === undefined ? undefined : `${id}-line`,
        };
        const options = optionsOf(column);
        return (
          <td key={at} aria-colindex={at + 2}>
            {options === null ? (
              <input
                {...attributes}
                type="text"
                autocomplete="off"
                spellcheck={false}
                placeholder={HINTS[column.kind]}
                onInput={(event) => set(at, event.currentTarget.value)}
              />
            ) : (
              <select {...attributes} onChange={(event) => set(at, event.currentTarget.value)}>
                <option value="">all</option>
                {options.map(([value, label]) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ))}
              </select>
            )}
          </td>
        );
      })}
    </tr>
  );
}

function optionsOf({ kind, options, nullable }: TableColumn): [string, string][] | null {
  const empty: [string, string][] = nullable ? [['empty', '(empty)']] : [];
  if (kind === 'boolean') return [['true', 'Yes'], ['false', 'No'], ...empty];
  if (kind !== 'choice') return null;
  return [...options.map((label, at): [string, string] => [String(at), label]), ...empty];
}

import type { VNode } from 'preact';
import type { TableProps } from '../props';

interface ToolbarProps extends TableProps {
  ticked: ReadonlySet<number>;
  /** How many rows are shown; null while that is not known. */
  total: number | null;
  onPicked(picked: Iterable<number>): void;
}

/** What is looked at, and how much of it is ticked. */
export function Toolbar({ control, draft, disabled, ticked, total, onPicked, onView }: ToolbarProps): VNode {
  const { view } = draft;
  const many = control.pick === 'many';
  return (
    <div class="hitl-table-bar">
      <input
        type="search"
        class="hitl-input hitl-table-search"
        aria-label="Search in all columns"
        placeholder="Search"
        autocomplete="off"
        spellcheck={false}
        value={view.search}
        onInput={(event) => onView({ search: event.currentTarget.value })}
      />
      <button
        type="button"
        class="hitl-button hitl-small"
        aria-pressed={view.filtering}
        onClick={() => onView(view.filtering ? { filtering: false, filters: {} } : { filtering: true })}
      >
        Filters
      </button>
      {many && (
        <button
          type="button"
          class="hitl-button hitl-small"
          aria-pressed={view.only !== null}
          disabled={view.only === null && ticked.size === 0}
          // What is ticked now: a row that is unticked then stays in sight, to be ticked again.
          onClick={() => onView({ only: view.only === null ? [...ticked] : null })}
        >
          Only ticked
        </button>
      )}
      {many && (
        <button
          type="button"
          class="hitl-button hitl-small hitl-quiet"
          disabled={disabled || ticked.size === 0}
          onClick={() => onPicked([])}
        >
          Clear
        </button>
      )}
      <span class="hitl-count" role="status">
        {counted(control.count, ticked.size, total, many)}
      </span>
    </div>
  );
}

function counted(count: number, ticked: number, total: number | null, many: boolean): string {
  const shown = total === null || total === count ? '' : `${grouped(total)} shown`;
  const of = many
    ? `${grouped(ticked)} of ${grouped(count)} ticked`
    : `${grouped(count)} ${count === 1 ? 'row' : 'rows'}`;
  return [of, shown].filter(Boolean).join(' · ');
}

/** 1000000 is hard to read: 1 000 000, with spaces that do not break. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

import type { VNode } from 'preact';
import type { TableValue } from '../../protocol';
import { useMore } from './context';
import { MoreButton } from './MoreButton';
import { counted } from './words';

const PAGE = 100;

/** Rows of a data frame; what is wider or longer than its place scrolls. */
export function TableOf({ id, view, name }: { id: string; view: TableValue; name: string }): VNode {
  const { parts, loading, error, ask } = useMore(id);
  const rows = [view, ...parts].flatMap((part) => (part.kind === 'table' ? part.rows : []));
  const next = view.first + rows.length;
  const columns = view.shape[1] ?? 1;
  return (
    <div class="hitl-frame">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <div class="hitl-frame-scroll" role="group" aria-label={`Rows of ${name}`} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col" class="hitl-frame-at">
                <span class="hitl-unseen">Row</span>
              </th>
              {view.columns.map(({ name: column, numeric }, at) => (
                <th scope="col" key={at} data-numeric={numeric}>
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, at) => (
              <tr key={at}>
                <th scope="row" class="hitl-frame-at">
                  {view.first + at}
                </th>
                {row.map((cell, column) => (
                  <td key={column} data-numeric={view.columns[column]?.numeric} title={cell ?? undefined}>
                    {cell ?? <span class="hitl-frame-none">∅</span>}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div class="hitl-more" tabIndex={-1}>
        {next < view.total && (
          <MoreButton loading={loading} onMore={() => ask(next, PAGE)}>
            Show {Math.min(PAGE, view.total - next)} more rows
          </MoreButton>
        )}
        <span>
          {view.type} · {counted(view.total, 'row', 'rows')} × {counted(columns, 'column', 'columns')}
        </span>
      </div>
      {error !== null && <p class="hitl-inside-note">{error}</p>}
    </div>
  );
}

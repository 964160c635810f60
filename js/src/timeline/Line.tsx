import type { VNode } from 'preact';
import { memo } from '../parts/memo';
import { LineBody } from './LineBody';
import { RowActions } from './RowActions';
import type { Row } from './rows';
import { StepTasks } from './StepTasks';
import { nameOf } from './words';

interface LineProps {
  /** Undefined while it is being fetched. */
  row: Row | undefined;
  /** Its place in the list. */
  place: number;
  isTabStop: boolean;
  /** The task of it that somebody looks into. */
  selected: string | null;
  /** It is of the node that is selected. */
  marked: boolean;
}

/** One row of the list. Each update brings new objects for the latest ones; the others are drawn once. */
export const Line = memo<LineProps>(({ row, place, isTabStop, selected, marked }) => {
  const at = { role: 'row', 'aria-rowindex': place + 1, 'data-place': place, tabIndex: isTabStop ? 0 : -1 } as const;
  if (row === undefined) {
    return (
      // biome-ignore lint/a11y/useAriaPropsSupportedByRole: it is a row, which has these
      <div {...at} class="hitl-row" aria-label="Loading">
        {/* biome-ignore lint/a11y/useFocusableInteractive: the row is what is focused */}
        <span role="gridcell" class="hitl-row-blank" />
      </div>
    );
  }
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: it is a row, which has these
    <div
      {...at}
      class="hitl-row"
      data-kind={row.kind}
      data-marked={marked}
      aria-selected={selected !== null}
      aria-label={nameOf(row)}
    >
      <LineBody row={row} role="gridcell" />
      {/* biome-ignore lint/a11y/useFocusableInteractive: the row is what is focused */}
      <div role="gridcell" class="hitl-row-actions">
        <RowActions row={row} />
      </div>
      {row.kind === 'step' && row.count > 1 && selected !== null && <StepTasks row={row} selected={selected} />}
    </div>
  );
}) as (props: LineProps) => VNode;

import type { VNode } from 'preact';
import { duration, localTime } from '../parts/time';
import { DecisionLine } from './DecisionLine';
import type { Row } from './rows';
import { StepLine } from './StepLine';

const BY: Record<string, string> = { person: '', policy: '', code: 'by code' };

interface LineBodyProps {
  row: Row;
  /** In a grid. */
  role?: 'gridcell';
}

/** What a row says. */
export function LineBody({ row, role }: LineBodyProps): VNode {
  const isStep = row.kind === 'step';
  const tabIndex = role === undefined ? 0 : -1;
  return (
    <>
      <div role={role} class="hitl-row-main">
        {isStep ? <StepLine row={row} /> : <DecisionLine row={row} tabIndex={tabIndex} />}
      </div>
      <div role={role} class="hitl-row-when">
        {isStep ? row.took !== undefined && duration(row.took) : (BY[row.by] ?? row.by)}{' '}
        {row.at !== undefined && (
          <time dateTime={row.at} title={row.at}>
            {localTime(row.at)}
          </time>
        )}
      </div>
    </>
  );
}

import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { type Line, linesOf, summaryOf } from '../parts/compare';
import { Icon } from '../parts/icons';
import { Pieces } from '../parts/Pieces';
import type { CompareProps } from './props';

/** How a text differs from the proposal that it started from, line by line. */
export function Comparison({ before, after, disabled, onReset }: CompareProps): VNode {
  const lines = useMemo(() => linesOf(before, after), [before, after]);
  const same = before === after;
  return (
    <div class="hitl-compare">
      <div class="hitl-compare-head">
        <span class="hitl-range" role="status">
          {same ? 'As proposed' : summaryOf(lines)}
        </span>
        {!same && !disabled && (
          <button type="button" class="hitl-link" onClick={onReset}>
            <Icon name="undo" /> Back to the proposal
          </button>
        )}
      </div>
      {!same && lines !== null && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        <div class="hitl-compare-lines hitl-mono" role="group" aria-label="Changes to the proposal" tabIndex={0}>
          {lines.map((line, at) => (
            <CompareLine key={at} line={line} />
          ))}
        </div>
      )}
    </div>
  );
}

function CompareLine({ line }: { line: Line }): VNode {
  if (line.kind === 'skipped') {
    return (
      <div class="hitl-compare-skipped">
        {line.count} {line.count === 1 ? 'line' : 'lines'} as proposed
      </div>
    );
  }
  return (
    <div class="hitl-compare-line">
      <Pieces of={line.pieces} />
    </div>
  );
}

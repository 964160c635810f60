import type { VNode } from 'preact';
import { Clamped } from '../parts/Clamped';
import type { DecisionRow } from '../protocol';
import { Mark } from './Mark';
import { placeOf } from './words';

/** What was asked, and what was answered. */
export function DecisionLine({ row, tabIndex }: { row: DecisionRow; tabIndex: number }): VNode {
  const { approved, asker, question, answer, reason, by, policy } = row;
  return (
    <>
      <span class="hitl-row-step" />
      <Mark status={approved === false ? 'failed' : 'done'} />
      <div class="hitl-row-body">
        <div class="hitl-decision-head">
          <span class="hitl-node-name">{placeOf(asker)}</span>
          <span class="hitl-decision-question" title={question}>
            {question}
          </span>
        </div>
        <div class="hitl-answer">
          <Clamped text={answer} what="the answer" tabIndex={tabIndex} />
        </div>
        {reason && <div class="hitl-decision-reason">{reason}</div>}
        {by === 'policy' && policy !== undefined && <div class="hitl-policy">policy: {policy}</div>}
      </div>
    </>
  );
}

import type { VNode } from 'preact';
import { Clamped } from '../parts/Clamped';
import { Icon } from '../parts/icons';
import { memo } from '../parts/memo';
import type { DecisionsView, DecisionView } from '../protocol';

/** What was decided so far, oldest first. */
export function Timeline({ decisions }: { decisions: DecisionsView }): VNode | null {
  if (decisions.total === 0) return null;
  const earlier = decisions.total - decisions.latest.length;
  return (
    <section class="hitl-timeline" aria-label="Decisions">
      <h3 class="hitl-heading">Decisions</h3>
      {earlier > 0 && <div class="hitl-earlier">and {earlier} before these</div>}
      <ol class="hitl-decisions">
        {decisions.latest.map((decision) => (
          <Row key={decision.index} decision={decision} at={decision.at} />
        ))}
      </ol>
    </section>
  );
}

/** Decisions never change; each update brings new objects, so they are told apart by when they were made. */
const Row = memo<{ decision: DecisionView; at: string }>(({ decision }) => {
  const { approved, path, question, answer, reason } = decision;
  return (
    <li class="hitl-decision" data-approved={approved === null ? undefined : String(approved)}>
      <span class="hitl-decision-icon">
        <Icon name={approved === false ? 'cross' : 'check'} />
      </span>
      <div class="hitl-decision-body">
        <div class="hitl-decision-head">
          <span class="hitl-node-name">{path.join(' › ')}</span>
          <span class="hitl-decision-question" title={question}>
            {question}
          </span>
        </div>
        <div class="hitl-answer">
          <Clamped text={answer} what="the answer" />
        </div>
        {reason && <div class="hitl-decision-reason">{reason}</div>}
      </div>
      <span class="hitl-decision-by">
        {BY[decision.by] ?? decision.by} <time dateTime={decision.at}>{localTime(decision.at)}</time>
      </span>
    </li>
  );
});

const BY: Record<string, string> = { person: '', code: 'by code', unattended: 'unattended' };

function localTime(at: string): string {
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return at;
  const today = time.toDateString() === new Date().toDateString();
  return today
    ? time.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' })
    : time.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

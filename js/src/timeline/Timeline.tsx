import type { VNode } from 'preact';
import { ForkActions } from '../forks/ForkActions';
import { Clamped } from '../parts/Clamped';
import { Icon } from '../parts/icons';
import { memo } from '../parts/memo';
import type { DecisionsView, DecisionView } from '../protocol';
import { useName } from '../view-context';

/** What was decided so far, oldest first. */
export function Timeline({ decisions }: { decisions: DecisionsView }): VNode | null {
  const name = useName('Decisions');
  if (decisions.total === 0) return null;
  const earlier = decisions.total - decisions.latest.length;
  return (
    <section class="hitl-timeline" aria-label={name}>
      <h3 class="hitl-heading">Decisions</h3>
      {earlier > 0 && <div class="hitl-earlier">and {earlier} before these</div>}
      <ol class="hitl-decisions">
        {decisions.latest.map(({ key: _, path, ...decision }) => (
          <Row key={decision.index} {...decision} path={path.join(' › ')} />
        ))}
      </ol>
    </section>
  );
}

/** Each update brings new objects: plain props tell which rows are the same as before. */
const Row = memo<Omit<DecisionView, 'key' | 'path'> & { path: string }>(
  ({ index, approved, path, question, answer, reason, by, policy, at }) => (
    <li class="hitl-decision" data-approved={approved === null ? undefined : String(approved)}>
      <span class="hitl-decision-icon">
        <Icon name={approved === false ? 'cross' : 'check'} />
      </span>
      <div class="hitl-decision-body">
        <div class="hitl-decision-head">
          <span class="hitl-node-name">{path}</span>
          <span class="hitl-decision-question" title={question}>
            {question}
          </span>
        </div>
        <div class="hitl-answer">
          <Clamped text={answer} what="the answer" />
        </div>
        {reason && <div class="hitl-decision-reason">{reason}</div>}
        {by === 'policy' && policy !== undefined && <div class="hitl-policy">policy: {policy}</div>}
        <ForkActions decision={index} canFork about={question} />
      </div>
      <span class="hitl-decision-by">
        {BY[by] ?? by} <time dateTime={at}>{localTime(at)}</time>
      </span>
    </li>
  ),
);

const BY: Record<string, string> = { person: '', code: 'by code', unattended: 'unattended', policy: '' };

// Made once: `toLocaleTimeString` looks the reader's locale up each time, which takes milliseconds (Chromium 15x).
const TIME = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DAY_AND_TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

function localTime(at: string): string {
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return at;
  const today = time.toDateString() === new Date().toDateString();
  return (today ? TIME : DAY_AND_TIME).format(time);
}

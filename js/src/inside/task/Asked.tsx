import type { VNode } from 'preact';
import { localTime } from '../../parts/time';
import type { AskedView } from '../../protocol';
import { LongText } from '../values/Text';
import { Value } from '../values/Value';

const BY: { [by: string]: string } = {
  person: 'answered by a person',
  code: 'answered by code',
  unattended: 'unattended',
};

/** What a task asked, and what it got. */
export function Asked({ asked }: { asked: AskedView[] }): VNode {
  return (
    <ol class="hitl-asked">
      {asked.map((one, at) => (
        <li key={at}>
          {one.question !== undefined && <p class="hitl-asked-question">{one.question}</p>}
          {one.payload !== undefined && <Value id={one.payload.value} view={one.payload.view} name="the question" />}
          {one.answer === undefined ? (
            one.question !== undefined && <p class="hitl-inside-note">waits for an answer</p>
          ) : (
            <div class="hitl-asked-answer">
              <LongText
                id=""
                view={{ kind: 'text', text: one.answer, first: 0, total: one.answer.length }}
                name="the answer"
              />
              {one.reason !== undefined && <p class="hitl-asked-reason">{one.reason}</p>}
              <span class="hitl-size">
                {BY[one.by ?? ''] ?? one.by}
                {one.at !== undefined && `, ${localTime(one.at)}`}
              </span>
            </div>
          )}
        </li>
      ))}
    </ol>
  );
}

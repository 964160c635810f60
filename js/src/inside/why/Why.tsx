import type { VNode } from 'preact';
import { Spinner } from '../../parts/icons';
import type { FindingView } from '../../protocol';
import type { WhyProps } from '../props';

const RUNS_AGAIN = {
  same_run:
    'This node asks more than once. For every answer LangGraph runs it again from its top: a question that has its ' +
    'answer gets it at once, and the first that has none is asked.',
  came_back:
    'The graph has come back to this node, so the node runs anew and asks anew. And for every answer LangGraph runs ' +
    'it again from its top.',
};

const LEVELS = { error: 'Will go wrong', warning: 'May go wrong', info: 'Good to know' };

/** Why a node asks again, and what `hitl.check` knows of it. */
export function Why({ again, why }: WhyProps): VNode {
  return (
    <>
      <p>{RUNS_AGAIN[again]}</p>
      <div class="hitl-why-found" role="status">
        <Found why={why} />
      </div>
    </>
  );
}

function Found({ why }: Pick<WhyProps, 'why'>): VNode {
  if (why === null) {
    return (
      <p class="hitl-why-reading">
        <Spinner /> Reading the node’s source…
      </p>
    );
  }
  return (
    <>
      {why.findings.length > 0 && <p>So in its source this matters:</p>}
      {why.findings.length > 0 && (
        <ul>
          {why.findings.map((finding) => (
            <Finding key={`${finding.where}\n${finding.wrong}`} finding={finding} />
          ))}
        </ul>
      )}
      {why.findings.length === 0 && why.not_read.length === 0 && (
        <p>Its source was read, and there is nothing to mend: running it again does no harm that can be seen there.</p>
      )}
      {why.not_read.map((reason) => (
        <p key={reason}>Not read: {reason}.</p>
      ))}
    </>
  );
}

function Finding({ finding: { level, wrong, mend, where, code } }: { finding: FindingView }): VNode {
  return (
    <li data-level={level}>
      <div class="hitl-why-head">
        <span class="hitl-why-level">{LEVELS[level]}</span> <code>{where}</code>
      </div>
      {!wrong.includes(code) && <code class="hitl-why-code">{code}</code>}
      <div>{inWords(wrong)}</div>
      <div class="hitl-why-mend">{inWords(mend)}</div>
    </li>
  );
}

/** A sentence, with what stands between backticks in it as code. */
function inWords(sentence: string): (string | VNode)[] {
  return sentence.split('`').map((part, index) => (index % 2 === 0 ? part : <code key={index}>{part}</code>));
}

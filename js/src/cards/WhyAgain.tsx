import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { Spinner } from '../parts/icons';
import type { CardView, FindingView } from '../protocol';
import { useCanSend, useView } from '../view-context';

const TITLE = 'Why does it ask again?';

const RUNS_AGAIN = {
  same_run:
    'This node asks more than once. For every answer LangGraph runs it again from its top: a question that has its ' +
    'answer gets it at once, and the first that has none is asked.',
  came_back:
    'The graph has come back to this node, so the node runs anew and asks anew. And for every answer LangGraph runs ' +
    'it again from its top.',
};

const LEVELS = { error: 'Will go wrong', warning: 'May go wrong', info: 'Good to know' };

interface WhyAgainProps {
  card: CardView;
  id: string;
}

/** The way to what `hitl.check` knows of a node that asks again: nothing is read before somebody wants to know. */
export function WhyAgain({ card, id }: WhyAgainProps): VNode | null {
  const { connection } = useView();
  const writable = useCanSend();
  const [open, setOpen] = useState(false);
  const unknown = card.why === null;

  const toggle = () => {
    if (!open && unknown) connection.why(card.request);
    setOpen(!open);
  };

  // Without a kernel nothing can be found out any more.
  if (card.again === null || (unknown && !writable)) return null;
  return (
    <div class="hitl-why">
      <button type="button" class="hitl-link" aria-expanded={open} aria-controls={`${id}-why`} onClick={toggle}>
        {TITLE}
      </button>
      <div class="hitl-why-text" id={`${id}-why`} hidden={!open}>
        <p>{RUNS_AGAIN[card.again]}</p>
        <div class="hitl-why-found" role="status">
          {open && <Found card={card} />}
        </div>
      </div>
    </div>
  );
}

function Found({ card: { why } }: { card: CardView }): VNode {
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
        <span class="hitl-why-level">{LEVELS[level]}</span> <code class="hitl-code">{where}</code>
      </div>
      {!wrong.includes(code) && <code class="hitl-code hitl-why-code">{code}</code>}
      <div>{inWords(wrong)}</div>
      <div class="hitl-why-mend">{inWords(mend)}</div>
    </li>
  );
}

/** A sentence, with what stands between backticks in it as code. */
function inWords(sentence: string): (string | VNode)[] {
  return sentence.split('`').map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      <code class="hitl-code" key={index}>
        {part}
      </code>
    ),
  );
}

import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { InsidePart } from '../inside/InsidePart';
import type { CardView } from '../protocol';
import { useCanSend, useView } from '../view-context';

const TITLE = 'Why does it ask again?';

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
        {open && <InsidePart name="why" props={{ again: card.again, why: card.why }} />}
      </div>
    </div>
  );
}

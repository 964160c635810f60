import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { canSend } from '../link';
import { Description } from '../parts/Clamped';
import type { CardView, NodeView, RunView } from '../protocol';
import { useName, useView } from '../view-context';
import { Card } from './Card';
import { cardKey, updateCardState } from './card-state';
import { useFocusHandover } from './use-focus-handover';
import { useSteadyHeight } from './use-steady-height';

interface CardsProps {
  cards: CardView[];
  run: RunView;
  nodes: Record<string, NodeView>;
  litNode: string | null;
  onLight(node: string | null): void;
}

/** The pending requests, in the order they were asked. */
export function Cards({ cards, run, nodes, litNode, onLight }: CardsProps): VNode {
  const { connection, threadId, announce, link } = useView();
  const { region, sent } = useFocusHandover(cards);
  const [refused, setRefused] = useRefused();
  useAnnouncedQuestions(cards, announce);

  const active = run.status === 'running' || run.status === 'waiting';
  useSteadyHeight(region, cards.length, active);
  return (
    <section class="hitl-cards" ref={region} tabIndex={-1} aria-label={useName('Questions')}>
      {refused !== null && <div class="hitl-note">{refused}</div>}
      {run.said && (
        <div class="hitl-spoken" key="said">
          <Description of={run.said} />
        </div>
      )}
      {cards.map((card, index) => (
        <Card
          key={cardKey(threadId, card.request)}
          id={`hitl-${connection.client}-${card.request}`}
          card={card}
          nth={1 + cards.slice(0, index).filter(({ question }) => question === card.question).length}
          lit={litNode === card.node}
          onLight={onLight}
          onSent={(form) => {
            sent(form);
            setRefused(null);
          }}
        />
      ))}
      {cards.every(({ closed }) => closed) && active && !run.said && canSend(link) && (
        <div class="hitl-nothing" key="nothing">
          {/* LangGraph (1.2.24) tells what is asked once the step is over; it may quote a secret that was given before. */}
          {Object.values(nodes).some(({ status, tasks }) => status === 'waiting' || tasks?.waiting)
            ? `A question waits. It will appear here once ${run.status === 'waiting' ? 'what ran before is read' : 'the rest of its step is done'}.`
            : 'No question right now. The next one will appear here.'}
        </div>
      )}
    </section>
  );
}

/** An answer that came too late: said until this view sends another, as the next question may be here at once. */
function useRefused() {
  const { connection, threadId, announce } = useView();
  const told = useState<string | null>(null);
  useEffect(
    () =>
      connection.onRefused(({ request, message }) => {
        // While its card is still drawn the message belongs there.
        updateCardState(cardKey(threadId, request), () => ({ sent: null, problem: message }));
        told[1](message);
        announce(message);
      }),
    [connection, threadId, announce],
  );
  return told;
}

function useAnnouncedQuestions(cards: CardView[], announce: (text: string) => void): void {
  const [known] = useState(() => new Set(cards.map((card) => card.request)));
  useEffect(() => {
    // What is closed may be asked anew.
    for (const { request, closed } of cards) if (closed) known.delete(request);
    const fresh = cards.filter((card) => card.status === 'open' && !known.has(card.request));
    for (const card of fresh) known.add(card.request);
    if (fresh.length > 0) announce(fresh.map((card) => `Question: ${card.question}`).join(' '));
  }, [cards, known, announce]);
}

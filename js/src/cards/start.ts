import { type Draft, startDraft } from '../fields/draft';
import type { CardView } from '../protocol';
import { startDeciding } from './decide';

/** What a card's control holds before anybody has touched it. */
export function startOf(card: CardView): Draft {
  if (card.control.kind === 'decide') return startDeciding(card.control);
  return card.control.kind === 'form' ? startDraft(card.control.field) : null;
}

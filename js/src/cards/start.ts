import { type Draft, startDraft } from '../fields/draft';
import type { CardView } from '../protocol';

/** What a card's control holds before anybody has touched it. */
export function startOf(card: CardView): Draft {
  return card.control.kind === 'form' ? startDraft(card.control.field) : null;
}

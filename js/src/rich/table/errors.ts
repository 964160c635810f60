/** What is wrong with a table and its cells. */
import type { CardState } from '../../cards/card-state';
import type { CardView } from '../../protocol';

/** What the kernel said of cells, by position and column, until something is changed. */
export function cellErrors(card: CardView, state: CardState): CardView['field_errors'] {
  return isMended(card, state) ? {} : card.field_errors;
}

/** What is said of the card as a whole. */
export function tableErrors(card: CardView, state: CardState, problem: string | null): string[] {
  const texts = state.problem === null ? [] : [state.problem];
  if (!isMended(card, state)) {
    if (card.error !== null) texts.push(card.error);
    for (const [path, text] of Object.entries(card.field_errors)) {
      const [position, ...name] = path.split('/');
      texts.push(`Row ${Number(position) + 1}, ${name.join('/')}: ${text}`);
    }
  }
  if (problem !== null && state.judged.length > 0) texts.push(problem);
  return [...new Set(texts)];
}

function isMended(card: CardView, state: CardState): boolean {
  return state.mendedAt === card.refusals && state.mended.length > 0;
}

import { type Draft, startDraft } from '../fields/draft';
import type { CardView } from '../protocol';
import { startDeciding } from './decide';
import { startTable } from './table';

/** What a card's control holds before anybody has touched it. */
export function startOf({ control }: CardView): Draft {
  if (control.kind === 'decide') return startDeciding(control);
  if (control.kind === 'table') return startTable(control);
  if (control.kind === 'form') return startDraft(control.field);
  return control.kind === 'breakpoint' && control.field !== null ? startDraft(control.field) : null;
}

/** What happens to a card's state while somebody fills in its fields. */
import type { Draft } from '../fields/draft';
import { startDraft } from '../fields/draft';
import { changedPaths } from '../fields/drawn';
import type { CardView, FieldView } from '../protocol';
import type { CardState } from './card-state';

/** The draft became another one: what the kernel said of the parts that changed is out of date. */
export function withDraft(now: CardState, draft: Draft, card: CardView, changed: string[]): Partial<CardState> {
  const earlier = now.mendedAt === card.refusals ? now.mended : [];
  return { draft, mended: [...new Set([...earlier, ...changed])], mendedAt: card.refusals, problem: null };
}

/** Passing through an empty field is no mistake yet: only what was changed is judged when it is left. */
export function withLeft(now: CardState, path: string, field: FieldView): Partial<CardState> {
  const isChanged = changedPaths(field, startDraft(field), now.draft).includes(path);
  return isChanged ? { judged: [...now.judged, path] } : {};
}

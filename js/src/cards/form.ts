/** What a card does with its field: the draft of a reply, what is wrong with it, and when that is said. */
import { type Draft, startDraft } from '../fields/draft';
import { rootReply } from '../fields/reply';
import { validate } from '../fields/validate';
import type { FieldView } from '../protocol';
import type { ControlProps } from './Card';
import { changedPaths, shownErrors } from './errors';

export function formOf({ card, state, update }: ControlProps, field: FieldView) {
  const reply = rootReply(field, state.draft);
  const found = validate(field, reply);

  const change = (draft: Draft) =>
    update((now) => {
      const changed = changedPaths(now.draft, draft);
      const earlier = now.mendedAt === card.refusals ? now.mended : [];
      return { draft, mended: [...new Set([...earlier, ...changed])], mendedAt: card.refusals, problem: null };
    });

  // Passing through an empty field is no mistake yet: only what was changed is judged when it is left.
  const left = (path: string) =>
    update((now) =>
      now.left.includes(path) || !changedPaths(startDraft(field), now.draft).includes(path)
        ? {}
        : { left: [...now.left, path] },
    );

  return {
    reply,
    isValid: Object.keys(found).length === 0,
    isChanged: changedPaths(startDraft(field), state.draft).length > 0,
    ...shownErrors(card, state, found, field),
    change,
    left,
  };
}

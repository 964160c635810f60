/** What a card does with its field: the draft of a reply, what is wrong with it, and when that is said. */
import { type Draft, startDraft } from '../fields/draft';
import { changedPaths, drawnPaths } from '../fields/drawn';
import { rootReply } from '../fields/reply';
import { validate } from '../fields/validate';
import type { FieldView } from '../protocol';
import type { ControlProps } from './Card';
import { withDraft, withLeft } from './editing';
import { shownErrors } from './errors';

export function formOf({ card, state, update }: ControlProps, field: FieldView) {
  const reply = rootReply(field, state.draft);
  const found = validate(field, reply);
  return {
    reply,
    isValid: Object.keys(found).length === 0,
    isChanged: changedPaths(field, startDraft(field), state.draft).length > 0,
    ...shownErrors(card, state, found, field),
    change: (draft: Draft) => update((now) => withDraft(now, draft, card, changedPaths(field, now.draft, draft))),
    /** Somebody tried to submit: what is wrong is said at every field that is there, and not yet at one that comes later. */
    attempt: () => update((now) => ({ judged: drawnPaths(field, now.draft) })),
    left: (path: string) => update((now) => withLeft(now, path, field)),
  };
}

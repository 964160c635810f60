import type { VNode } from 'preact';
import { useFetch } from '../fetch-context';
import { jsonProblem } from '../fields/json';
import { RichPart } from '../rich/RichPart';
import { useCanSend, useView } from '../view-context';
import { ActionButton } from './ActionButton';
import type { ControlProps } from './Card';
import { CardErrors } from './CardErrors';
import { isTurned } from './card-state';
import { withDraft } from './editing';
import { shownErrors } from './errors';

/** Any question, answered in JSON: its control cannot be drawn, is broken, or somebody did not want it. */
export function JsonCard(props: ControlProps): VNode {
  const { card, id, questionId, state, disabled, update, send, keys } = props;
  const { json, failure, reason } = state;
  const canSend = useCanSend();
  const { model } = useView();
  const fetch = useFetch();
  const closed = card.secret || (!canSend && !model.get('rich'));
  const submit = () => {
    if (disabled || json === null) return;
    const problem = jsonProblem(json);
    if (problem === null) send(json, reason.trim() || null, [], true);
    else update(() => ({ problem }));
  };
  keys.current = { submit, enter: false };

  return (
    <>
      {failure && <div class="hitl-note">This control cannot be drawn here: {failure}</div>}
      {closed ? (
        <div class="hitl-note">
          Answer from code: <code>session.answer(value, to={JSON.stringify(card.key)})</code>
        </div>
      ) : (
        <RichPart
          name="json"
          props={{
            id: `${id}-json`,
            label: questionId,
            state,
            disabled,
            fetch,
            onStart: (text, problem) =>
              update((now) => ({ json: now.json ?? text, problem: problem ?? now.problem, isWanted: false })),
            onText: (text) => update((now) => ({ ...withDraft(now, now.draft, card, ['']), json: text })),
            onReason: (reason) => update(() => ({ reason })),
          }}
        />
      )}
      <CardErrors texts={shownErrors(card, state, {}, null).ofCard} />
      <div class="hitl-actions">
        <ActionButton primary disabled={disabled || json === null} onPress={submit}>
          Submit
        </ActionButton>
        {!isTurned(state, card) && (
          <ActionButton quiet disabled={disabled} onPress={() => update(() => ({ inJson: false, failure: undefined }))}>
            Back to the control
          </ActionButton>
        )}
      </div>
    </>
  );
}

import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { startDraft } from '../fields/draft';
import { Icon } from '../parts/icons';
import type { BreakpointControl } from '../protocol';
import { ActionButton } from './ActionButton';
import type { ControlProps } from './Card';
import { CardErrors } from './CardErrors';
import { shownErrors } from './errors';
import { FormBody } from './FormBody';
import { focusFirstInvalid } from './focus';
import { formOf } from './form';
import { Reason } from './Reason';

/** The state as a form, a line for the reason, and buttons: whoever has changed something goes on with it, or undoes it first. */
export function BreakpointCard(props: ControlProps & { control: BreakpointControl }): VNode {
  const { card, control, id, state, disabled, update, send, keys } = props;
  const body = useRef<HTMLDivElement>(null);
  const actions = useRef<HTMLDivElement>(null);
  const { field } = control;
  const form = field === null ? null : formOf(props, field);
  const { ofCard } = form ?? shownErrors(card, state, {}, null);

  const answer = (value: unknown) => {
    const reason = state.reason.trim();
    send(value, reason === '' ? null : reason);
  };
  const isChanged = form?.isChanged ?? false;
  const goOn = () => {
    if (disabled) return;
    if (form === null || !isChanged) {
      answer(true);
      return;
    }
    if (form.isValid) {
      answer({ update: form.reply });
      return;
    }
    form.attempt();
    // The errors are drawn first.
    requestAnimationFrame(() => focusFirstInvalid(body.current));
  };
  const undo = () => {
    if (field === null) return;
    update(() => ({ draft: startDraft(field), judged: [] }));
    // The button that was pressed is gone.
    actions.current?.querySelector('button')?.focus();
  };
  // Enter alone does nothing: the run would go on from a field that is only left.
  keys.current = { submit: goOn, enter: false };

  return (
    <>
      {field !== null && form !== null && <FormBody of={props} field={field} form={form} body={body} />}
      <Reason
        id={id}
        label="Reason"
        note="optional"
        value={state.reason}
        disabled={disabled}
        onReason={(reason) => update(() => ({ reason, problem: null }))}
      />
      <CardErrors texts={ofCard} />
      <div class="hitl-actions" ref={actions}>
        {/* One button: none beside it goes on without what was typed. */}
        <ActionButton primary disabled={disabled} onPress={goOn}>
          <Icon name="check" /> {isChanged ? 'Continue with these changes' : 'Continue'}
        </ActionButton>
        {isChanged && (
          <ActionButton disabled={disabled} onPress={undo}>
            Undo the changes
          </ActionButton>
        )}
        <ActionButton disabled={disabled} onPress={() => answer(false)}>
          <Icon name="stop" /> Stop
        </ActionButton>
      </div>
    </>
  );
}

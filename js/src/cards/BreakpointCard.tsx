import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { Field } from '../fields/Field';
import { FormProvider, LabelProvider } from '../fields/form-context';
import { Icon } from '../parts/icons';
import type { BreakpointControl } from '../protocol';
import { ActionButton } from './ActionButton';
import type { ControlProps } from './Card';
import { CardErrors } from './CardErrors';
import { shownErrors } from './errors';
import { focusFirstInvalid } from './focus';
import { formOf } from './form';

/** The state as a form, a line for the reason, and three buttons. */
export function BreakpointCard(props: ControlProps & { control: BreakpointControl }): VNode {
  const { card, control, id, questionId, state, disabled, update, send, keys } = props;
  const body = useRef<HTMLDivElement>(null);
  const { field } = control;
  const form = field === null ? null : formOf(props, field);
  const { ofCard } = form ?? shownErrors(card, state, {}, null);
  const reasonId = `${id}-reason`;

  const answer = (value: unknown) => {
    const reason = state.reason.trim();
    send(value, reason === '' ? null : reason);
  };
  const withChanges = () => {
    if (form === null || disabled) return;
    if (form.isValid) {
      answer({ update: form.reply });
      return;
    }
    update(() => ({ attempted: true }));
    // The errors are drawn first.
    requestAnimationFrame(() => focusFirstInvalid(body.current));
  };
  const isChanged = form?.isChanged ?? false;
  // Enter alone does nothing: the run would go on from a field that is only left.
  keys.current = { submit: isChanged ? withChanges : () => answer(true), enter: false };

  return (
    <>
      {field !== null && form !== null && (
        <FormProvider value={{ disabled, errorAt: (path) => form.atField[path], left: form.left }}>
          <div class="hitl-body" ref={body}>
            <LabelProvider value={questionId}>
              <Field field={field} draft={state.draft} path="" id={`${id}-field`} onDraft={form.change} />
            </LabelProvider>
          </div>
        </FormProvider>
      )}
      <div class="hitl-field hitl-reason">
        <label class="hitl-label" for={reasonId}>
          Reason <span class="hitl-optional">optional</span>
        </label>
        <input
          id={reasonId}
          class="hitl-input"
          type="text"
          autocomplete="off"
          disabled={disabled}
          value={state.reason}
          onInput={(event) => {
            const reason = event.currentTarget.value;
            update(() => ({ reason, problem: null }));
          }}
        />
      </div>
      <CardErrors texts={ofCard} />
      <div class="hitl-actions">
        {/* What was typed is what the next press is likely about. */}
        <ActionButton primary={!isChanged} disabled={disabled} onPress={() => answer(true)}>
          <Icon name="check" /> Continue
        </ActionButton>
        {form !== null && (
          <ActionButton primary={isChanged} disabled={disabled} onPress={withChanges}>
            Continue with these changes
          </ActionButton>
        )}
        <ActionButton disabled={disabled} onPress={() => answer(false)}>
          <Icon name="stop" /> Stop
        </ActionButton>
      </div>
    </>
  );
}

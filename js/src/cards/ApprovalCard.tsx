import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { Icon } from '../parts/icons';
import type { ApprovalControl } from '../protocol';
import { ActionButton } from './ActionButton';
import { AlwaysButton } from './AlwaysButton';
import type { ControlProps } from './Card';
import { CardErrors } from './CardErrors';
import { shownErrors } from './errors';
import { Reason } from './Reason';

/** Two buttons, and a line for the reason. */
export function ApprovalCard(props: ControlProps & { control: ApprovalControl }): VNode {
  const { card, control, id, state, disabled, update, send, keys } = props;
  const input = useRef<HTMLInputElement>(null);
  const { ofCard } = shownErrors(card, state, {}, null);
  const { always } = card;
  const missing = state.judged.length > 0 && state.reason.trim() === '';

  const answer = (approved: boolean, always: string[] = []) => {
    const reason = state.reason.trim();
    const needed = control.reason === 'required' || (control.reason === 'required_to_reject' && !approved);
    if (needed && reason === '') {
      update(() => ({ judged: [''] }));
      input.current?.focus();
      return;
    }
    send(approved, reason === '' ? null : reason, always);
  };
  // Enter in the reason does nothing, with Ctrl or without: it is as likely the reason of a refusal as of an approval.
  // On a button it presses that one.
  const submit = (focused: HTMLElement) => {
    if (focused.tagName === 'BUTTON') focused.click();
    else if (state.reason.trim() === '') answer(true);
  };
  keys.current = { submit, enter: false };

  return (
    <>
      {control.reason !== 'none' && (
        <Reason
          id={id}
          label={control.reason_label}
          note={requirement(control)}
          value={state.reason}
          disabled={disabled}
          required={control.reason === 'required'}
          missing={missing}
          input={input}
          onReason={(reason) =>
            update(() => ({ reason, judged: [], problem: null, mended: [''], mendedAt: card.refusals }))
          }
        />
      )}
      <CardErrors texts={ofCard} />
      <div class="hitl-actions">
        <ActionButton primary disabled={disabled} onPress={() => answer(true)}>
          <Icon name="check" /> {control.approve}
        </ActionButton>
        <ActionButton disabled={disabled} onPress={() => answer(false)}>
          <Icon name="cross" /> {control.reject}
        </ActionButton>
        {always !== undefined && (
          <AlwaysButton
            approve={control.approve}
            tool={always}
            disabled={disabled}
            onPress={() => answer(true, [always])}
          />
        )}
      </div>
    </>
  );
}

function requirement(control: ApprovalControl): string {
  if (/optional/i.test(control.reason_label)) return '';
  if (control.reason === 'optional') return 'optional';
  return control.reason === 'required_to_reject' ? `needed for “${control.reject}”` : '';
}

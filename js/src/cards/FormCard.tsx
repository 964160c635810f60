import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { FormControl } from '../protocol';
import { ActionButton } from './ActionButton';
import type { ControlProps } from './Card';
import { CardErrors } from './CardErrors';
import { FormBody } from './FormBody';
import { focusFirstInvalid } from './focus';
import { formOf } from './form';

/** A field, often an object with fields of its own, and a Submit button. */
export function FormCard(props: ControlProps & { control: FormControl }): VNode {
  const { control, disabled, send, keys } = props;
  const body = useRef<HTMLDivElement>(null);
  const { field } = control;
  const form = formOf(props, field);

  const submit = () => {
    if (disabled) return;
    if (form.isValid) {
      send(form.reply, null);
      return;
    }
    form.attempt();
    // The errors are drawn first.
    requestAnimationFrame(() => focusFirstInvalid(body.current));
  };
  keys.current = { submit, enter: true };

  return (
    <>
      <FormBody of={props} field={field} form={form} body={body} />
      <CardErrors texts={form.ofCard} />
      <div class="hitl-actions">
        <ActionButton primary disabled={disabled} onPress={submit}>
          {control.submit}
        </ActionButton>
      </div>
    </>
  );
}

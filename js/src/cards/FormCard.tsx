import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { Field } from '../fields/Field';
import { FormProvider, LabelProvider } from '../fields/form-context';
import type { FormControl } from '../protocol';
import { ActionButton } from './ActionButton';
import type { ControlProps } from './Card';
import { CardErrors } from './CardErrors';
import { focusFirstInvalid } from './focus';
import { formOf } from './form';

/** A field, often an object with fields of its own, and a Submit button. */
export function FormCard(props: ControlProps & { control: FormControl }): VNode {
  const { control, id, questionId, state, disabled, update, send, keys } = props;
  const body = useRef<HTMLDivElement>(null);
  const { field } = control;
  const { reply, isValid, atField, ofCard, change, left } = formOf(props, field);

  const submit = () => {
    if (disabled) return;
    if (isValid) {
      send(reply, null);
      return;
    }
    update(() => ({ attempted: true }));
    // The errors are drawn first.
    requestAnimationFrame(() => focusFirstInvalid(body.current));
  };
  keys.current = { submit, enter: true };

  return (
    <FormProvider value={{ disabled, errorAt: (path) => atField[path], left }}>
      <div class="hitl-body" ref={body}>
        <LabelProvider value={questionId}>
          <Field field={field} draft={state.draft} path="" id={`${id}-field`} onDraft={change} />
        </LabelProvider>
      </div>
      <CardErrors texts={ofCard} />
      <div class="hitl-actions">
        <ActionButton primary disabled={disabled} onPress={submit}>
          {control.submit}
        </ActionButton>
      </div>
    </FormProvider>
  );
}

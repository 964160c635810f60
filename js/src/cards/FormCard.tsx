import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { Draft } from '../fields/draft';
import { changedPaths } from '../fields/drawn';
import { Field } from '../fields/Field';
import { FormProvider, LabelProvider } from '../fields/form-context';
import { rootReply } from '../fields/reply';
import { validate } from '../fields/validate';
import type { FormControl } from '../protocol';
import { ActionButton } from './ActionButton';
import type { ControlProps } from './Card';
import { CardErrors } from './CardErrors';
import { withDraft, withLeft } from './editing';
import { shownErrors } from './errors';
import { focusFirstInvalid } from './focus';

/** A field, often an object with fields of its own, and a Submit button. */
export function FormCard(props: ControlProps & { control: FormControl }): VNode {
  const { card, control, id, questionId, state, disabled, update, send, keys } = props;
  const body = useRef<HTMLDivElement>(null);
  const { field } = control;
  const reply = rootReply(field, state.draft);
  const found = validate(field, reply);
  const { atField, ofCard } = shownErrors(card, state, found, field);

  const change = (draft: Draft) => update((now) => withDraft(now, draft, card, changedPaths(field, now.draft, draft)));
  const left = (path: string) => update((now) => withLeft(now, path, field));

  const submit = () => {
    if (disabled) return;
    if (Object.keys(found).length === 0) {
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

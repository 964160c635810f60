import type { RefObject, VNode } from 'preact';
import { Field } from '../fields/Field';
import { FormProvider, LabelProvider } from '../fields/form-context';
import type { FieldView } from '../protocol';
import type { ControlProps } from './Card';
import type { formOf } from './form';

interface FormBodyProps {
  of: ControlProps;
  field: FieldView;
  form: ReturnType<typeof formOf>;
  body: RefObject<HTMLDivElement | null>;
}

/** What is filled in, under the card's question. */
export function FormBody({ of, field, form, body }: FormBodyProps): VNode {
  const { id, questionId, state, disabled } = of;
  return (
    <FormProvider value={{ disabled, errorAt: (path) => form.atField[path], left: form.left }}>
      <div class="hitl-body" ref={body}>
        <LabelProvider value={questionId}>
          <Field field={field} draft={state.draft} path="" id={`${id}-field`} onDraft={form.change} />
        </LabelProvider>
      </div>
    </FormProvider>
  );
}

import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { focusFirstControl } from '../cards/focus';
import { Icon } from '../parts/icons';
import { followed, type Ref } from './children';
import { type Draft, startDraft } from './draft';
import { Field } from './Field';
import { useForm } from './form-context';
import { describedByError, type FieldProps, GroupFrame } from './frame';

/** An object inside one of its own kind: drawn when somebody asks for it, or it would never end. */
export function RefField({ field, draft, path, id, onDraft }: FieldProps<Ref>): VNode {
  const { disabled, errorAt } = useForm();
  const body = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const pressed = useRef(false);
  const there = draft !== null;
  const wrong = errorAt(path) !== undefined;
  useLayoutEffect(() => {
    if (!pressed.current) return;
    pressed.current = false;
    if (there && body.current !== null) focusFirstControl(body.current);
    else button.current?.focus();
  }, [there]);
  const press = (next: Draft) => {
    pressed.current = true;
    onDraft(next);
  };
  if (draft === null) {
    return (
      <GroupFrame field={field} path={path} id={id}>
        {!disabled && (
          <button
            ref={button}
            type="button"
            class="hitl-button hitl-small hitl-add"
            data-invalid={wrong}
            {...describedByError(wrong, id)}
            aria-label={`Add ${field.label}`}
            onClick={() => press(startDraft(followed(withoutStart(field))))}
          >
            <Icon name="plus" /> Add
          </button>
        )}
      </GroupFrame>
    );
  }
  return (
    <div class="hitl-field" ref={body}>
      <Field field={followed(field)} draft={draft} path={path} id={`${id}-0`} onDraft={onDraft} />
      {!disabled && (
        <button
          type="button"
          class="hitl-button hitl-small hitl-add"
          aria-label={`Remove ${field.label}`}
          onClick={() => press(null)}
        >
          <Icon name="cross" /> Remove
        </button>
      )}
    </div>
  );
}

/** What is added is empty, whatever was there before. */
function withoutStart({ default: _start, ...field }: Ref): Ref {
  return field;
}

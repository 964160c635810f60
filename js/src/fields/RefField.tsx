import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { focusFirstControl } from '../cards/focus';
import { Icon } from '../parts/icons';
import { followed, type Ref } from './children';
import { type Draft, startDraft } from './draft';
import { Field } from './Field';
import { LabelProvider, useForm, useLabel } from './form-context';
import { type FieldProps, GroupFrame } from './frame';

/** An object inside one of its own kind: drawn when somebody asks for it, or it would never end. */
export function RefField({ field, draft, path, id, onDraft }: FieldProps<Ref>): VNode {
  const { disabled, errorAt } = useForm();
  const label = useLabel() ?? `${id}-label`;
  const body = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const pressed = useRef(false);
  const there = draft !== null;
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
  const { default: _start, ...blank } = followed(field);
  return (
    <GroupFrame field={{ ...field, help: there ? null : field.help }} path={path} id={id} quiet={there}>
      {there && (
        <div ref={body}>
          <LabelProvider value={label}>
            <Field field={followed(field)} draft={draft} path={path} id={`${id}-0`} onDraft={onDraft} />
          </LabelProvider>
        </div>
      )}
      {!disabled && (
        <button
          ref={button}
          type="button"
          class="hitl-button hitl-small hitl-add"
          data-invalid={!there && errorAt(path) !== undefined}
          aria-label={`${there ? 'Remove' : 'Add'} ${field.label}`}
          onClick={() => press(there ? null : startDraft(blank as typeof field))}
        >
          <Icon name={there ? 'cross' : 'plus'} /> {there ? 'Remove' : 'Add'}
        </button>
      )}
    </GroupFrame>
  );
}

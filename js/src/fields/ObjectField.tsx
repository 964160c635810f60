import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { ObjectField as ObjectFieldView } from '../protocol';
import type { Draft } from './draft';
import { Field } from './Field';
import { type FieldProps, GroupFrame } from './frame';
import { isObject } from './json';
import { joinPath } from './validate';

export function ObjectField({ field, draft, path, id, onDraft }: FieldProps<ObjectFieldView>): VNode {
  // A date input can speak twice before the next drawing; each must build on what the other has said.
  const latest = useRef<Record<string, Draft>>({});
  latest.current = isObject(draft) ? (draft as Record<string, Draft>) : {};
  const change = (name: string, child: Draft) => {
    // Spread and computed keys make own properties, whatever a key is called (`__proto__`).
    latest.current = { ...latest.current, [name]: child };
    onDraft(latest.current);
  };
  return (
    <GroupFrame field={field} path={path} id={id}>
      <div class={path === '' ? 'hitl-fields' : 'hitl-fields hitl-nested'}>
        {field.fields.map(({ name, field: child }, index) => (
          <Field
            key={name}
            field={child}
            draft={Object.hasOwn(latest.current, name) ? (latest.current[name] ?? null) : null}
            path={joinPath(path, name)}
            id={`${id}-${index}`}
            onDraft={(next) => change(name, next)}
          />
        ))}
      </div>
    </GroupFrame>
  );
}

import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { FieldView } from '../protocol';
import { type Draft, partOf } from './draft';
import { Field } from './Field';
import { isObject } from './json';

interface PartsProps {
  parts: { name: string; field: FieldView; path: string }[];
  draft: Draft;
  /** Not the form itself. */
  nested: boolean;
  id: string;
  onDraft(draft: Draft): void;
}

/** The fields of an object or a tuple, each with its own part of the draft. */
export function Parts({ parts, draft, nested, id, onDraft }: PartsProps): VNode | null {
  // A date input can speak twice before the next drawing; each must build on what the other has said.
  const latest = useRef<Record<string, Draft>>({});
  latest.current = isObject(draft) ? (draft as Record<string, Draft>) : {};
  const change = (name: string, part: Draft) => {
    // Spread and computed keys make own properties, whatever a key is called (`__proto__`).
    latest.current = { ...latest.current, [name]: part };
    onDraft(latest.current);
  };
  if (parts.length === 0) return null;
  return (
    <div class={nested ? 'hitl-fields hitl-nested' : 'hitl-fields'}>
      {parts.map(({ name, field, path }, index) => (
        <Field
          key={name}
          field={field}
          draft={partOf(latest.current, name)}
          path={path}
          id={`${id}-${index}`}
          onDraft={(next) => change(name, next)}
        />
      ))}
    </div>
  );
}

import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { fieldsOf, joinPath } from '../fields/children';
import { type Draft, startDraft } from '../fields/draft';
import { Field } from '../fields/Field';
import { useForm } from '../fields/form-context';
import { isObject, sameJson } from '../fields/json';
import { ABSENT, toReply } from '../fields/reply';
import { Icon } from '../parts/icons';
import type { ArgumentView, FieldView } from '../protocol';
import { kindOf } from './Arguments';

const LONGEST = 80;

interface EnteredFieldsProps {
  field: FieldView;
  /** The values before the edit; null where the fields change nothing. */
  before: ArgumentView[] | null;
  draft: Draft;
  path: string;
  id: string;
  onDraft(draft: Draft): void;
}

/** What is entered with a decision; in an edit what was changed stands out: before → after. */
export function EnteredFields({ field, before, draft, path, id, onDraft }: EnteredFieldsProps): VNode {
  // A date input can speak twice before the next drawing; each must build on what the other has said.
  const latest = useRef<Record<string, Draft>>({});
  if (field.type !== 'object') {
    return <Field field={field} draft={draft} path={path} id={id} onDraft={onDraft} />;
  }
  latest.current = isObject(draft) ? (draft as Record<string, Draft>) : {};
  const change = (name: string, child: Draft) => {
    latest.current = { ...latest.current, [name]: child };
    onDraft(latest.current);
  };
  const parts = fieldsOf(field);
  return (
    <div class="hitl-fields">
      {parts.map(({ name, field: child }, index) => {
        const own = Object.hasOwn(latest.current, name) ? (latest.current[name] ?? null) : null;
        const input = (
          <Field
            field={child}
            draft={own}
            path={joinPath(path, name)}
            id={`${id}-${index}`}
            onDraft={(next) => change(name, next)}
          />
        );
        if (before === null) return <div key={name}>{input}</div>;
        const was = before.find((one) => one.name === name);
        return (
          <Marked
            key={name}
            field={child}
            before={was}
            draft={own}
            path={joinPath(path, name)}
            input={input}
            onDraft={(next) => change(name, next)}
          />
        );
      })}
      {parts.length === 0 && <div class="hitl-help">There is nothing to enter.</div>}
    </div>
  );
}

interface MarkedProps {
  field: FieldView;
  before: ArgumentView | undefined;
  draft: Draft;
  path: string;
  input: VNode;
  onDraft(draft: Draft): void;
}

function Marked({ field, before, draft, path, input, onDraft }: MarkedProps): VNode {
  const { disabled, errorAt } = useForm();
  const start = startDraft(field);
  const after = toReply(field, draft);
  const changed = !sameJson(after, toReply(field, start));
  const secret = before?.type === 'secret';
  return (
    <div class="hitl-edited" data-changed={changed}>
      {input}
      {before !== undefined && <span class="hitl-kind">{kindOf(before)}</span>}
      {changed && (
        <div class="hitl-change">
          <span class="hitl-unseen">Changed from</span>
          <del>
            {before === undefined ? 'not set' : before.type === 'text' ? quoted(before.text) : short(before.text)}
          </del>
          {errorAt(path) === undefined && (
            <>
              <span aria-hidden="true">→</span>
              <span class="hitl-unseen">to</span>
              <ins>{secret ? '••••••' : shown(field, after)}</ins>
            </>
          )}
          <button
            type="button"
            class="hitl-link"
            disabled={disabled}
            aria-label={`Undo the change of ${field.label}`}
            onClick={(event) => {
              // It is about to go, and would take the focus with it.
              const own = event.currentTarget.closest('.hitl-edited');
              own?.querySelector<HTMLElement>('input, textarea, select')?.focus();
              onDraft(start);
            }}
          >
            <Icon name="undo" /> Undo
          </button>
        </div>
      )}
    </div>
  );
}

function shown(field: FieldView, value: unknown): string {
  if (value === ABSENT) return 'not set';
  // A JSON field replies with the text of its value.
  if (field.type === 'json' && typeof value === 'string') return short(value);
  return typeof value === 'string' ? quoted(value) : short(JSON.stringify(value));
}

function quoted(text: string): string {
  return short(JSON.stringify(text));
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}

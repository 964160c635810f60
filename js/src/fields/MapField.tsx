import type { VNode } from 'preact';
import { NotAsItLooks } from '../parts/NotAsItLooks';
import type { MapField as MapFieldView } from '../protocol';
import { keyPath, rowField, valuePath } from './children';
import { Field } from './Field';
import { LabelProvider, useForm, useLabel } from './form-context';
import { describedByError, FieldError, type FieldProps, GroupFrame } from './frame';
import { isTall } from './ListField';
import { Rows } from './Rows';
import { fieldOfRow, type Row, rowsOf } from './row-drafts';

/** Values under keys that the person names. */
export function MapField({ field, draft, path, id, onDraft }: FieldProps<MapFieldView>): VNode {
  const label = useLabel() ?? `${id}-label`;
  const rows = rowsOf(draft);
  const names = rows.map((row) => row.name ?? '');
  const change = (changed: Row) => onDraft({ rows: rows.map((row) => (row.key === changed.key ? changed : row)) });
  return (
    <GroupFrame field={field} path={path} id={id}>
      <Rows
        field={field}
        rows={rows}
        path={path}
        id={id}
        noun="entry"
        tall={isTall(rowField(field))}
        onRows={(next) => onDraft({ rows: next })}
      >
        {(row, index) => (
          <div class="hitl-entry">
            <KeyInput
              keys={field.keys}
              name={row.name ?? ''}
              path={keyPath(path, index)}
              id={`${id}-${row.key}-key`}
              label={label}
              index={index}
              onName={(name) => change({ ...row, name })}
            />
            <span id={`${id}-${row.key}-value`} hidden>
              value {index + 1}
            </span>
            <LabelProvider value={`${label} ${id}-${row.key}-value`}>
              <Field
                field={fieldOfRow(field, row)}
                draft={row.draft}
                path={valuePath(path, names, index)}
                id={`${id}-${row.key}`}
                onDraft={(next) => change({ ...row, draft: next })}
              />
            </LabelProvider>
          </div>
        )}
      </Rows>
    </GroupFrame>
  );
}

interface KeyInputProps {
  keys: string[] | null;
  name: string;
  path: string;
  id: string;
  label: string;
  index: number;
  onName(name: string): void;
}

function KeyInput({ keys, name, path, id, label, index, onName }: KeyInputProps): VNode {
  const form = useForm();
  const wrong = form.errorAt(path) !== undefined;
  const attributes = {
    id,
    disabled: form.disabled,
    'aria-labelledby': `${label} ${id}-name`,
    'aria-invalid': wrong,
    ...describedByError(wrong, id),
    onBlur: () => form.left(path),
  };
  return (
    <div class="hitl-field hitl-key">
      <span id={`${id}-name`} hidden>
        key {index + 1}
      </span>
      {keys === null ? (
        <input
          {...attributes}
          class="hitl-input hitl-mono"
          type="text"
          autocomplete="off"
          placeholder="Key"
          value={name}
          onInput={(event) => onName(event.currentTarget.value)}
        />
      ) : (
        <select {...attributes} class="hitl-input" value={name} onChange={(event) => onName(event.currentTarget.value)}>
          <option value="">Key…</option>
          {/* A key of before that is none any more stays to be seen. */}
          {[...new Set([...keys, name])].filter(Boolean).map((key) => (
            <option key={key} value={key}>
              {key}
            </option>
          ))}
        </select>
      )}
      <NotAsItLooks text={name} />
      <FieldError path={path} id={id} />
    </div>
  );
}

import type { VNode } from 'preact';
import type { FieldView, ListField as ListFieldView } from '../protocol';
import { joinPath, rowField } from './children';
import { Field } from './Field';
import { LabelProvider, useLabel } from './form-context';
import { type FieldProps, GroupFrame } from './frame';
import { Rows } from './Rows';
import { fieldOfRow, type Row, rowsOf } from './row-drafts';

/** Items of one kind: added, removed, put in order. */
export function ListField({ field, draft, path, id, onDraft }: FieldProps<ListFieldView>): VNode {
  const label = useLabel() ?? `${id}-label`;
  const rows = rowsOf(draft);
  const change = (changed: Row) => onDraft({ rows: rows.map((row) => (row.key === changed.key ? changed : row)) });
  return (
    <GroupFrame field={field} path={path} id={id}>
      <Rows
        field={field}
        rows={rows}
        path={path}
        id={id}
        noun="item"
        tall={isTall(rowField(field))}
        onRows={(next) => onDraft({ rows: next })}
      >
        {(row, index) => (
          <>
            <span class="hitl-row-name" id={`${id}-${row.key}-name`}>
              {index + 1}
            </span>
            <LabelProvider value={`${label} ${id}-${row.key}-name`}>
              <Field
                field={fieldOfRow(field, row)}
                draft={row.draft}
                path={joinPath(path, index)}
                id={`${id}-${row.key}`}
                onDraft={(next) => change({ ...row, draft: next })}
              />
            </LabelProvider>
          </>
        )}
      </Rows>
    </GroupFrame>
  );
}

/** Whether a field takes more than a line or two. */
export function isTall(field: FieldView): boolean {
  return ['object', 'tuple', 'list', 'map', 'union', 'ref', 'choices', 'json'].includes(field.type);
}

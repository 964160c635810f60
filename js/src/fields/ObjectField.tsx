import type { VNode } from 'preact';
import type { ObjectField as ObjectFieldView } from '../protocol';
import { fieldsOf, joinPath } from './children';
import { type FieldProps, GroupFrame } from './frame';
import { Parts } from './Parts';

export function ObjectField({ field, draft, path, id, onDraft }: FieldProps<ObjectFieldView>): VNode {
  const parts = fieldsOf(field).map(({ name, field: child }) => ({ name, field: child, path: joinPath(path, name) }));
  return (
    <GroupFrame field={field} path={path} id={id}>
      <Parts parts={parts} draft={draft} nested={path !== ''} id={id} onDraft={onDraft} />
    </GroupFrame>
  );
}

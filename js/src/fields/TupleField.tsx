import type { VNode } from 'preact';
import type { TupleField as TupleFieldView } from '../protocol';
import { joinPath, placesOf } from './children';
import { type FieldProps, GroupFrame } from './frame';
import { Parts } from './Parts';

/** One field a place. */
export function TupleField({ field, draft, path, id, onDraft }: FieldProps<TupleFieldView>): VNode {
  const parts = placesOf(field).map((place, index) => ({
    name: String(index),
    field: place,
    path: joinPath(path, index),
  }));
  return (
    <GroupFrame field={field} path={path} id={id}>
      <Parts parts={parts} draft={draft} nested={path !== ''} id={id} onDraft={onDraft} />
    </GroupFrame>
  );
}

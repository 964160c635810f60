import type { VNode } from 'preact';
import type { RankField as RankFieldView } from '../protocol';
import { RichPart } from '../rich/RichPart';
import { useView } from '../view-context';
import { useForm, useLabel } from './form-context';
import { type FieldProps, GroupFrame } from './frame';

/** All of the options, put in order. */
export function RankField({ field, draft, path, id, onDraft }: FieldProps<RankFieldView>): VNode {
  const { disabled } = useForm();
  const { assets } = useView();
  const label = useLabel() ?? `${id}-label`;
  const order = Array.isArray(draft) ? draft : [];
  return (
    <GroupFrame field={field} path={path} id={id}>
      <RichPart name="rank" props={{ field, id, label, order, disabled, assets, onOrder: onDraft }} />
    </GroupFrame>
  );
}

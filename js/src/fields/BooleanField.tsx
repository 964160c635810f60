import type { VNode } from 'preact';
import type { BooleanField as BooleanFieldView } from '../protocol';
import { type FieldProps, GroupFrame, isOptional } from './frame';
import { Radios } from './Radios';

/** Yes or No rather than a checkbox: an unchecked box does not tell "no" from "not answered yet". */
export function BooleanField({ field, draft, path, id, onDraft }: FieldProps<BooleanFieldView>): VNode {
  return (
    <GroupFrame field={field} path={path} id={id}>
      <Radios
        id={id}
        path={path}
        labels={['Yes', 'No']}
        chosen={typeof draft === 'boolean' ? (draft ? 0 : 1) : null}
        clearable={isOptional(field)}
        onChoose={(index) => onDraft(index === null ? null : index === 0)}
      />
    </GroupFrame>
  );
}

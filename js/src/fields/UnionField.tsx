import type { VNode } from 'preact';
import type { UnionField as UnionFieldView } from '../protocol';
import { branchField } from './children';
import { branchesOf, startDraft } from './draft';
import { Field } from './Field';
import { LabelProvider, useForm, useLabel } from './form-context';
import { describedByError, type FieldProps, GroupFrame, isOptional } from './frame';
import { Radios } from './Radios';

const MOST_BUTTONS = 4;

/** A picker of the kind of value, then that kind's field. What was typed for another kind waits there. */
export function UnionField({ field, draft, path, id, onDraft }: FieldProps<UnionFieldView>): VNode {
  const form = useForm();
  const label = useLabel() ?? `${id}-label`;
  const { branch, drafts } = branchesOf(draft);
  const labels = field.branches.map((one) => one.label);
  const invalid = branch === null && form.errorAt(path) !== undefined;
  const choose = (index: number | null) => {
    const known = index === null || index in drafts;
    onDraft({
      branch: index,
      drafts: known ? drafts : { ...drafts, [index]: startDraft(branchField(field, index)) },
    });
  };
  return (
    <GroupFrame field={field} path={path} id={id} quiet={branch !== null}>
      {labels.length > MOST_BUTTONS ? (
        <select
          id={id}
          class="hitl-input hitl-select"
          disabled={form.disabled}
          aria-labelledby={label}
          aria-invalid={invalid}
          {...describedByError(invalid, id)}
          value={branch === null ? '' : String(branch)}
          onChange={({ currentTarget: { value } }) => choose(value === '' ? null : Number(value))}
          onBlur={() => form.left(path)}
        >
          <option value="">{isOptional(field) ? '–' : 'Choose…'}</option>
          {labels.map((name, index) => (
            <option key={name} value={String(index)}>
              {name}
            </option>
          ))}
        </select>
      ) : (
        <div role="radiogroup" aria-labelledby={label}>
          <Radios
            id={id}
            path={path}
            labels={labels}
            chosen={branch}
            clearable={isOptional(field)}
            invalid={invalid}
            onChoose={choose}
          />
        </div>
      )}
      {branch !== null && (
        <div class="hitl-branch">
          <span id={`${id}-branch`} hidden>
            {labels[branch]}
          </span>
          <LabelProvider value={`${label} ${id}-branch`}>
            <Field
              key={branch}
              field={branchField(field, branch)}
              draft={drafts[branch] ?? null}
              path={path}
              id={`${id}-${branch}`}
              onDraft={(next) => onDraft({ branch, drafts: { ...drafts, [branch]: next } })}
            />
          </LabelProvider>
        </div>
      )}
    </GroupFrame>
  );
}

import type { VNode } from 'preact';
import type { ChoiceField as ChoiceFieldView } from '../protocol';
import { type FieldProps, Frame, GroupFrame, isOptional, useInput } from './frame';
import { hasImages, ImageOptions } from './ImageOptions';
import { Radios } from './Radios';
import { SearchField } from './SearchField';

const MOST_BUTTONS = 4;
const MOST_LISTED = 12;

/** Buttons up to four options, a select beyond, and one that is searched where the list is long. Options are told apart by index: their values may be any JSON. */
export function ChoiceField(props: FieldProps<ChoiceFieldView>): VNode {
  const { field, draft, path, id, onDraft } = props;
  const isPictured = hasImages(field.options);
  if (field.options.length > MOST_LISTED && !isPictured) return <SearchField {...props} />;
  if (field.options.length > MOST_BUTTONS && !isPictured) return <Select {...props} />;
  const chosen = typeof draft === 'number' ? draft : null;
  const buttons = (
    <Radios
      id={id}
      path={path}
      labels={field.options.map((option) => option.label)}
      chosen={chosen}
      clearable={isOptional(field)}
      onChoose={onDraft}
    />
  );
  return (
    <GroupFrame field={field} path={path} id={id}>
      {isPictured ? (
        <ImageOptions
          {...{ id, path }}
          type="radio"
          options={field.options}
          chosen={chosen === null ? [] : [chosen]}
          instead={buttons}
          onToggle={onDraft}
        />
      ) : (
        buttons
      )}
    </GroupFrame>
  );
}

function Select({ field, draft, path, id, onDraft }: FieldProps<ChoiceFieldView>): VNode {
  const chosen = typeof draft === 'number' ? String(draft) : '';
  return (
    <Frame field={field} path={path} id={id}>
      <select
        {...useInput(field, path, id)}
        class="hitl-input hitl-select"
        value={chosen}
        onChange={(event) => {
          const { value } = event.currentTarget;
          onDraft(value === '' ? null : Number(value));
        }}
      >
        <option value="">{isOptional(field) ? '–' : 'Choose…'}</option>
        {field.options.map((option, index) => (
          // An option is its index; labels may repeat.
          <option key={index} value={String(index)}>
            {option.label}
          </option>
        ))}
      </select>
    </Frame>
  );
}

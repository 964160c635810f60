import type { VNode } from 'preact';
import type { ChoiceField, Option } from '../protocol';
import { type FieldProps, Frame, useInput } from './frame';

/**
 * One of many, found by typing: the browser's own list under a text input, which keyboards and screen readers know.
 * The draft is the option's index, or what is typed as long as it is none.
 */
export function SearchField({ field, draft, path, id, onDraft }: FieldProps<ChoiceField>): VNode {
  const labels = distinct(field.options);
  const input = useInput(field, path, id);
  const read = (text: string) => {
    const exact = labels.indexOf(text);
    onDraft(exact >= 0 ? exact : text);
  };
  const settle = () => {
    // While one types "new " on the way to "New York", "New" is not meant; afterwards it is.
    const loose = typeof draft === 'string' ? labels.findIndex((label) => sameWords(label, draft)) : -1;
    if (loose >= 0) onDraft(loose);
    input.onBlur();
  };
  return (
    <Frame field={field} path={path} id={id} text={typeof draft === 'string' ? draft : ''}>
      <input
        {...input}
        class="hitl-input hitl-search"
        type="text"
        list={`${id}-options`}
        autocomplete="off"
        placeholder={field.example ?? `Type to search ${labels.length} choices`}
        value={typeof draft === 'number' ? labels[draft] : typeof draft === 'string' ? draft : ''}
        onInput={(event) => read(event.currentTarget.value)}
        onBlur={settle}
      />
      <datalist id={`${id}-options`}>
        {labels.map((label) => (
          <option key={label} value={label} />
        ))}
      </datalist>
    </Frame>
  );
}

/** A list of the browser knows its options by their labels only. */
function distinct(options: Option[]): string[] {
  const counts = new Map<string, number>();
  return options.map(({ label }) => {
    const count = (counts.get(label) ?? 0) + 1;
    counts.set(label, count);
    return count === 1 ? label : `${label} (${count})`;
  });
}

function sameWords(label: string, typed: string): boolean {
  return label.trim().toLowerCase() === typed.trim().toLowerCase();
}

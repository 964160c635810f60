import type { ComponentChildren, VNode } from 'preact';
import type { ChoiceField, ChoicesField } from '../protocol';
import { RichPart } from '../rich/RichPart';
import { useView } from '../view-context';
import { useForm } from './form-context';

interface PicturedProps {
  field: ChoiceField | ChoicesField;
  id: string;
  path: string;
  /** By index. */
  chosen: readonly unknown[];
  onToggle(index: number): void;
  /** The options without their pictures. */
  children: ComponentChildren;
}

/** The options as pictures, if they have any. */
export function Pictured({ field: { type, options }, id, path, chosen, onToggle, children }: PicturedProps): VNode {
  const { disabled, errorAt, left } = useForm();
  const { assets } = useView();
  if (options.every(({ image }) => image === undefined)) return <>{children}</>;
  return (
    <RichPart
      name="tiles"
      props={{
        type: type === 'choice' ? 'radio' : 'checkbox',
        id,
        options,
        assets,
        chosen,
        disabled,
        invalid: errorAt(path) !== undefined,
        onToggle,
        onBlur: () => left(path),
      }}
      // They can be chosen before their pictures are there.
      meanwhile={children}
      instead={children}
    />
  );
}

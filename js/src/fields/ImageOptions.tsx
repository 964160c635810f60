import type { InputHTMLAttributes, VNode } from 'preact';
import { Icon } from '../parts/icons';
import { Picture, useShown } from '../parts/Picture';
import { Zoom } from '../parts/Zoom';
import type { Option } from '../protocol';
import { enlarged } from '../rich/RichPart';
import { useView } from '../view-context';
import { useForm } from './form-context';

interface ImageOptionsProps {
  type: 'radio' | 'checkbox';
  id: string;
  path: string;
  options: Option[];
  isChosen(index: number): boolean;
  onToggle(index: number): void;
}

export function hasImages(options: Option[]): boolean {
  return options.some(({ image }) => image !== undefined);
}

/** Options as a grid of pictures: real radio buttons or boxes, so that the keyboard works as ever. */
export function ImageOptions({ type, id, path, options, isChosen, onToggle }: ImageOptionsProps): VNode {
  const form = useForm();
  return (
    <div class="hitl-tiles">
      {options.map((option, index) => (
        // An option is its index; labels may repeat.
        <Tile
          key={index}
          option={option}
          input={{
            type,
            name: id,
            checked: isChosen(index),
            disabled: form.disabled,
            'aria-invalid': form.errorAt(path) !== undefined,
            onChange: () => onToggle(index),
            onBlur: () => form.left(path),
          }}
        />
      ))}
    </div>
  );
}

function Tile({ option: { label, image }, input }: { option: Option; input: InputHTMLAttributes }): VNode {
  const { assets } = useView();
  const shown = useShown(image === undefined ? undefined : assets[image]);
  return (
    <div class="hitl-tile">
      <label class="hitl-radio">
        <input {...input} />
        <span>
          {image !== undefined && <Picture {...shown} alt="" />}
          <b>{label}</b>
        </span>
      </label>
      {shown.src !== undefined && (
        <Zoom class="hitl-icon-button" src={shown.src} alt={label} enlarged={enlarged}>
          <Icon name="enlarge" />
        </Zoom>
      )}
    </div>
  );
}

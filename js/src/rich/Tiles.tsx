import type { InputHTMLAttributes, VNode } from 'preact';
import { Enlarged, type EnlargedProps } from '../parts/Enlarged';
import { Icon } from '../parts/icons';
import { Picture, useShown } from '../parts/Picture';
import { Zoom } from '../parts/Zoom';
import type { TilesProps } from './props';

/** Options as a grid of pictures: real radio buttons or boxes, so that the keyboard works as ever. */
export function Tiles({ type, id, options, chosen, assets, disabled, invalid, onToggle, onLeft }: TilesProps): VNode {
  return (
    <div class="hitl-tiles">
      {options.map(({ label, image }, index) => (
        // An option is its index; labels may repeat.
        <Tile
          key={index}
          label={label}
          isPicture={image !== undefined}
          src={image === undefined ? undefined : assets[image]}
          input={{
            type,
            name: id,
            checked: chosen.includes(index),
            disabled,
            'aria-invalid': invalid,
            onChange: () => onToggle(index),
            onBlur: onLeft,
          }}
        />
      ))}
    </div>
  );
}

interface TileProps {
  label: string;
  /** A text may be among pictures. */
  isPicture: boolean;
  src: string | undefined;
  input: InputHTMLAttributes;
}

function Tile({ label, isPicture, src, input }: TileProps): VNode {
  const shown = useShown(src);
  return (
    <div class="hitl-tile">
      <label class="hitl-radio">
        <input {...input} />
        <span>
          {isPicture && <Picture {...shown} alt="" />}
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

function enlarged(props: EnlargedProps): VNode {
  return <Enlarged {...props} />;
}

import type { VNode } from 'preact';
import { Enlarged } from '../parts/Enlarged';
import { Icon } from '../parts/icons';
import { Picture, useShown } from '../parts/Picture';
import { Zoom } from '../parts/Zoom';
import type { Option } from '../protocol';
import type { TilesProps } from './props';

/** Options as a grid of pictures: real radio buttons or boxes, so that the keyboard works as ever. */
export function Tiles({ options, ...props }: TilesProps): VNode {
  return (
    <div class="hitl-tiles">
      {options.map((option, index) => (
        // An option is its index; labels may repeat.
        <Tile key={index} {...props} option={option} index={index} />
      ))}
    </div>
  );
}

interface TileProps extends Omit<TilesProps, 'options'> {
  option: Option;
  index: number;
}

function Tile({ option: { label, image }, index, assets, type, id, chosen, ...props }: TileProps): VNode {
  const shown = useShown(image === undefined ? undefined : assets[image]);
  return (
    <div class="hitl-tile">
      <label class="hitl-radio">
        <input
          type={type}
          name={id}
          checked={chosen.includes(index)}
          disabled={props.disabled}
          aria-invalid={props.invalid}
          onChange={() => props.onToggle(index)}
          onBlur={props.onBlur}
        />
        <span>
          {image !== undefined && <Picture {...shown} alt="" />}
          <b>{label}</b>
        </span>
      </label>
      {shown.src !== undefined && (
        <Zoom class="hitl-icon-button" src={shown.src} alt={label} enlarged={(large) => <Enlarged {...large} />}>
          <Icon name="enlarge" />
        </Zoom>
      )}
    </div>
  );
}

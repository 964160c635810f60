import type { VNode } from 'preact';
import type { Option } from '../protocol';
import type { TilesProps } from '../rich/props';
import { RichPart } from '../rich/RichPart';
import { useView } from '../view-context';
import { useForm } from './form-context';

interface ImageOptionsProps extends Pick<TilesProps, 'type' | 'id' | 'options' | 'chosen' | 'onToggle'> {
  path: string;
  /** The options by their labels, where pictures cannot be drawn. */
  instead: VNode;
}

export function hasImages(options: Option[]): boolean {
  return options.some(({ image }) => image !== undefined);
}

/** Options as a grid of pictures. */
export function ImageOptions({ path, instead, ...props }: ImageOptionsProps): VNode {
  const { disabled, errorAt, left } = useForm();
  const { assets } = useView();
  const invalid = errorAt(path) !== undefined;
  return (
    <RichPart
      name="tiles"
      props={{ ...props, assets, disabled, invalid, onLeft: () => left(path) }}
      instead={instead}
    />
  );
}

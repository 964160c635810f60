import type { VNode } from 'preact';
import { useState } from 'preact/hooks';

interface Shown {
  /** Absent: it has not come, or it cannot be decoded. */
  src: string | undefined;
  onError(): void;
}

/** A picture's address for as long as it can be drawn. */
export function useShown(src: string | undefined): Shown {
  const [broken, setBroken] = useState<string>();
  return { src: src === broken ? undefined : src, onError: () => setBroken(src) };
}

interface PictureProps extends Shown {
  alt: string;
  style?: Record<string, string>;
}

/** A picture, or in its place what it shows, in words. An SVG runs and loads nothing in an `img`. */
export function Picture({ src, alt, ...rest }: PictureProps): VNode {
  if (src === undefined) {
    return <em class="hitl-no-picture">{alt === '' ? '' : `${alt}: `}this picture cannot be shown</em>;
  }
  return <img {...rest} src={src} alt={alt} draggable={false} />;
}

import type { VNode } from 'preact';
import { Enlarged, type EnlargedProps } from '../parts/Enlarged';
import { Picture, useShown } from '../parts/Picture';
import { Zoom } from '../parts/Zoom';
import type { Pictured, PicturesProps } from './props';

/** CSS px; several are shown smaller, so that they can be compared. */
const HIGHEST = 360;
const HIGHEST_OF_MANY = 220;

/** What the question is about, as pictures. */
export function Pictures({ images }: PicturesProps): VNode {
  return (
    <div class="hitl-pictures">
      {images.map((image, at) => (
        // One picture may be there twice.
        <Figure key={at} image={image} highest={images.length === 1 ? HIGHEST : HIGHEST_OF_MANY} />
      ))}
    </div>
  );
}

function Figure({ image, highest }: { image: Pictured; highest: number }): VNode {
  const { src, alt, caption } = image;
  const shown = useShown(src);
  return (
    <figure class="hitl-picture">
      <Zoom class="hitl-zoom" src={shown.src} alt={alt} enlarged={enlarged}>
        <Picture {...shown} alt={alt} style={placeOf(image, highest)} />
      </Zoom>
      {caption !== null && <figcaption>{caption}</figcaption>}
    </figure>
  );
}

/** Its place on the page, before the browser has decoded it: nothing below jumps. */
function placeOf({ width, height }: Pictured, highest: number): Record<string, string> {
  if (width === null || height === null) return { maxHeight: `${highest}px` };
  const scale = Math.min(1, highest / height);
  return { width: `${Math.max(1, Math.round(width * scale))}px`, aspectRatio: `${width} / ${height}` };
}

function enlarged(props: EnlargedProps): VNode {
  return <Enlarged {...props} />;
}

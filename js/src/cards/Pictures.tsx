import type { VNode } from 'preact';
import type { ImageView } from '../protocol';
import { useView } from '../view-context';

/** What the question is about, as pictures. */
export function Pictures({ images }: { images: ImageView[] }): VNode {
  const { assets } = useView();
  return (
    <div class="hitl-pictures">
      {images.map(({ asset, alt, caption }) => (
        <figure class="hitl-picture" key={asset}>
          <img src={assets[asset]} alt={alt} />
          {caption !== null && <figcaption>{caption}</figcaption>}
        </figure>
      ))}
    </div>
  );
}

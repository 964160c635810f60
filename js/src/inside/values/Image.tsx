import type { VNode } from 'preact';
import { Enlarged } from '../../parts/Enlarged';
import { Picture, useShown } from '../../parts/Picture';
import { Zoom } from '../../parts/Zoom';
import type { ImageValue } from '../../protocol';
import { useMore } from './context';

/** A picture, small; a click shows it as large as the window allows. */
export function ImageOf({ id, view, name }: { id: string; view: ImageValue; name: string }): VNode {
  const { parts, ask } = useMore(id);
  const [larger] = parts;
  const shown = useShown(view.url);
  const src = larger?.kind === 'image' ? larger.url : shown.src;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is clicked is the button inside; it is fetched meanwhile
    // biome-ignore lint/a11y/useKeyWithClickEvents: as above, and a key clicks the button
    <div class="hitl-image" onClick={() => larger === undefined && ask(0, 1)}>
      <Zoom src={src} alt={name} class="hitl-zoom" enlarged={(props) => <Enlarged {...props} />}>
        <Picture {...shown} alt={name} />
      </Zoom>
      {view.width !== null && view.height !== null && (
        <span class="hitl-size">
          {view.width} × {view.height}
        </span>
      )}
    </div>
  );
}

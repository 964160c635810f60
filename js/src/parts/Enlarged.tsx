import type { VNode } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './icons';

export interface EnlargedProps {
  src: string;
  alt: string;
  onClose(): void;
}

/** In the browser's top layer, so no cell clips it. The browser closes it on Escape, and gives the focus back. */
export function Enlarged({ src, alt, onClose }: EnlargedProps): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const [whole, setWhole] = useState(true);
  const [ratio, setRatio] = useState(1);
  /** Whether it has more pixels than the window, so that there is more to see. */
  const [larger, setLarger] = useState(false);
  const close = () => dialog.current?.close();

  useLayoutEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class="hitl-enlarged"
      aria-label={alt}
      onClose={onClose}
      // The card around it takes Ctrl Enter for an answer.
      onKeyDown={(event) => event.stopPropagation()}
      onClick={({ target }) => target === dialog.current && close()}
    >
      <div class="hitl-enlarged-head">
        <span>{alt}</span>
        {larger && (
          <button type="button" class="hitl-button hitl-small" aria-pressed={!whole} onClick={() => setWhole(!whole)}>
            100 %
          </button>
        )}
        <button type="button" class="hitl-icon-button" aria-label="Close" title="Close" onClick={close}>
          <Icon name="cross" />
        </button>
      </div>
      <div
        class="hitl-enlarged-picture"
        data-whole={whole}
        // It scrolls then, so the keyboard must reach it.
        {...(whole ? {} : { tabIndex: 0, role: 'group', 'aria-label': alt })}
      >
        <img
          src={src}
          alt=""
          style={{ '--hitl-ratio': String(ratio) }}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight, parentElement: box } }) => {
            setRatio(naturalWidth / (naturalHeight || 1));
            setLarger(naturalWidth > (box?.clientWidth ?? 0) || naturalHeight > (box?.clientHeight ?? 0));
          }}
        />
      </div>
    </dialog>
  );
}

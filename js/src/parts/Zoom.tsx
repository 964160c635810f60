import type { ComponentChildren, VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { EnlargedProps } from './Enlarged';

interface ZoomProps {
  /** Absent: there is nothing to enlarge. */
  src: string | undefined;
  alt: string;
  class: string;
  children: ComponentChildren;
  /** What draws it large: it is in the bundles that are sent with pictures. */
  enlarged(props: EnlargedProps): VNode;
}

/** A button that shows a picture as large as the window allows. */
export function Zoom({ src, alt, class: name, children, enlarged }: ZoomProps): VNode {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        class={name}
        aria-label={`Enlarge ${alt}`}
        title="Enlarge"
        disabled={src === undefined}
        onClick={() => setOpen(true)}
      >
        {children}
      </button>
      {open && src !== undefined && enlarged({ src, alt, onClose: () => setOpen(false) })}
    </>
  );
}

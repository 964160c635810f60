import type { ComponentChildren, VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Spinner } from '../../parts/icons';

/**
 * Asks for more of a value. It keeps the keyboard while that comes, where a disabled button drops it to the page, and
 * gives it to what it stands in, which takes the focus but is no tab stop, once there is no more. That it is pressed
 * again meanwhile is `useMore`'s to leave.
 */
export function MoreButton(props: { loading: boolean; onMore(): void; children: ComponentChildren }): VNode {
  const { loading, onMore, children } = props;
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const el = button.current;
    const around = el?.parentElement;
    const page = el?.getRootNode() as Document | ShadowRoot;
    return () => {
      if (page.activeElement === el) around?.focus({ preventScroll: true });
    };
  }, []);
  return (
    <button type="button" class="hitl-link" ref={button} aria-disabled={loading} onClick={onMore}>
      {loading && <Spinner />} {children}
    </button>
  );
}

/** Between two questions the list is empty for a moment; what is below must not jump up and down again. */
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

const HELD_MS = 1_500;

export function useSteadyHeight(region: RefObject<HTMLElement | null>, count: number, active: boolean): void {
  const height = useRef(0);
  useLayoutEffect(() => {
    if (count > 0 && region.current !== null) height.current = region.current.offsetHeight;
  });
  const hold = count === 0 && active;
  useLayoutEffect(() => {
    const el = region.current;
    if (el === null || !hold) return undefined;
    el.style.minHeight = `${height.current}px`;
    const release = () => {
      el.style.minHeight = '';
    };
    const timer = setTimeout(release, HELD_MS);
    return () => {
      clearTimeout(timer);
      release();
    };
  }, [hold, region]);
}

/** A box that stays at its end while more comes, unless somebody has scrolled up to read. */
import { useLayoutEffect, useRef } from 'preact/hooks';

const NEAR_PX = 24;

export function useFollow(content: unknown): { current: HTMLDivElement | null } {
  const box = useRef<HTMLDivElement>(null);
  const end = useRef(0);
  useLayoutEffect(() => {
    const el = box.current;
    if (el === null) return;
    const wasAtEnd = el.scrollTop + el.clientHeight >= end.current - NEAR_PX;
    end.current = el.scrollHeight;
    if (wasAtEnd) el.scrollTop = el.scrollHeight;
  }, [content]);
  return box;
}

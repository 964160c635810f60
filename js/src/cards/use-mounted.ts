import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { messageOf } from '../parts/message';
import { useView } from '../view-context';
import { mountChild } from './mount-child';

/**
 * Another widget of ours in a place of this one: the view of a fork, or of a thread that was opened. Returns that place,
 * and why the host cannot draw it there.
 */
export function useMounted(view: string | null | undefined): [RefObject<HTMLDivElement | null>, string | null] {
  const { model, host } = useView();
  const place = useRef<HTMLDivElement>(null);
  const [failure, setFailure] = useState<string | null>(null);

  useEffect(() => {
    const el = place.current;
    if (el === null || !view) return undefined;
    const end = new AbortController();
    mountChild({ ref: view, trait: 'value' }, el, { model, host, signal: end.signal }).catch((error: unknown) => {
      if (!end.signal.aborted) setFailure(messageOf(error));
    });
    return () => {
      end.abort();
      el.replaceChildren();
      setFailure(null);
    };
  }, [view, model, host]);

  return [place, failure];
}

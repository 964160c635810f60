import { useRef } from 'preact/hooks';
import type { CardView } from '../protocol';
import { useView } from '../view-context';

/** Each gives a minute; so often is enough. */
const EVERY_MS = 10_000;

/** Tells the kernel now and then that somebody is at a card: nothing answers it for them, nor takes what they enter away. */
export function useTouch(card: CardView, disabled: boolean): () => void {
  const { connection } = useView();
  const last = useRef(Number.NEGATIVE_INFINITY);
  return () => {
    if (disabled || Date.now() - last.current < EVERY_MS) return;
    last.current = Date.now();
    connection.touched(card.request);
  };
}

/** An answer can get lost on its way: the kernel dies, a websocket reconnects. The card must not wait for ever. */
import { useEffect } from 'preact/hooks';
import { useView } from '../view-context';
import type { CardState } from './card-state';

/** After it, an answer that a live kernel has surely received and not taken up may be sent again. */
export const TAKEN_WITHIN_MS = 20_000;

export function useLostAnswer(
  state: CardState,
  sending: boolean,
  update: (change: (state: CardState) => Partial<CardState>) => void,
): void {
  const { connection, link } = useView();

  useEffect(() => {
    if (sending && link === 'gone') {
      update(() => ({ sent: null, problem: 'The kernel went away before it confirmed this answer.' }));
    }
  });

  const at = state.sent?.at ?? 0;
  useEffect(() => {
    if (!sending) return undefined;
    const timer = setInterval(() => {
      // Messages arrive in order: a hello said after the answer and acked means that the answer arrived before it.
      if (connection.link !== 'live' || connection.ackedHelloAt <= at || Date.now() - at < TAKEN_WITHIN_MS) return;
      update(() => ({ sent: null, problem: 'The kernel did not take up this answer. Submit it again.' }));
    }, TAKEN_WITHIN_MS / 4);
    return () => clearInterval(timer);
  }, [sending, at, connection]);
}

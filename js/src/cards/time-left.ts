/** How long there is left, in words that get coarser the longer it is. */
import { digits } from '../parts/time';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `4:59`, `2 h 5 min`, `3 days`; null when the time is over. */
export function timeLeft(ms: number): string | null {
  if (ms <= 0) return null;
  const seconds = Math.ceil(ms / SECOND);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${digits(seconds % 60)}`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(ms / DAY)} days`;
}

/** In how many milliseconds the words change; a browser's timer takes no more than 24 days. */
export function untilItChanges(ms: number): number {
  const step = ms > HOUR + MINUTE ? MINUTE : SECOND;
  return ms % step || step;
}

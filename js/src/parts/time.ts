/** Moments and durations in the reader's words: a node, a row and the panel say the same of the same task. */

// Made once: `toLocaleTimeString` looks the reader's locale up each time, which takes milliseconds (Chromium 15x).
const TIME = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DAY_AND_TIME = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});

/** Of another day, the day too; the year is in the attribute of what shows it. */
export function localTime(at: string): string {
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return at;
  const today = time.toDateString() === new Date().toDateString();
  return (today ? TIME : DAY_AND_TIME).format(time);
}

/** `<1 ms`, `340 ms`, `2.4 s`, `1 min 05 s`, `2 h 03 min`. */
export function duration(seconds: number): string {
  if (seconds < 0.0005) return '<1 ms';
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  return seconds < 59.95 ? `${seconds.toFixed(1)} s` : minutes(Math.round(seconds));
}

/** Of a minute and more; whole seconds. */
export function minutes(seconds: number): string {
  const whole = Math.floor(seconds / 60);
  return whole < 60
    ? `${whole} min ${digits(seconds % 60)} s`
    : `${Math.floor(whole / 60)} h ${digits(whole % 60)} min`;
}

/** With zeros before it. */
export const digits = (n: number, count = 2) => String(n).padStart(count, '0');

/** Moments and durations in the reader's words. */

// Made once: `toLocaleTimeString` looks the reader's locale up each time, which takes milliseconds (Chromium 15x).
const TIME = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DAY_AND_TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

export function localTime(at: string): string {
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return at;
  const today = time.toDateString() === new Date().toDateString();
  return (today ? TIME : DAY_AND_TIME).format(time);
}

/** `8 ms`, `1.2 s`, `3 min 20 s`. */
export function duration(seconds: number): string {
  if (seconds < 0.0005) return '<1 ms';
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

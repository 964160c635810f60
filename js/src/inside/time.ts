/** How long something took, in as few characters as tell it. */
export function duration(seconds: number): string {
  if (seconds < 0.0005) return '<1 ms';
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${whole % 60} s`;
}

// Made once: it looks the reader's locale up, which takes milliseconds (Chromium 15x).
const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});

const MINUTES = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

export function clock(at: string, format = CLOCK): string {
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? at : format.format(time);
}

/** For what people do, no thousandths. */
export function time(at: string): string {
  return clock(at, MINUTES);
}

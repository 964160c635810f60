/** Moments in the reader's words. */

// Made once: `toLocaleTimeString` looks the reader's locale up each time, which takes milliseconds (Chromium 15x).
const TIME = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DAY_AND_TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

export function localTime(at: string): string {
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return at;
  const today = time.toDateString() === new Date().toDateString();
  return (today ? TIME : DAY_AND_TIME).format(time);
}

/** Dates and times, between RFC 3339 and what the browser's own inputs hold. */

const pad = (n: number, width = 2) => String(n).padStart(width, '0');

/** `2026-11-22T09:00:00Z` as `<input type="datetime-local">` holds it, in the browser's own zone. */
export function toLocalInput(rfc3339: string): string {
  const at = new Date(rfc3339);
  if (Number.isNaN(at.getTime())) return '';
  const day = `${pad(at.getFullYear(), 4)}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  const seconds = at.getSeconds() === 0 ? '' : `:${pad(at.getSeconds())}`;
  return `${day}T${pad(at.getHours())}:${pad(at.getMinutes())}${seconds}`;
}

/** The other way, with the offset that the browser's zone has at that very moment. */
export function fromLocalInput(local: string): string {
  const at = new Date(local);
  if (Number.isNaN(at.getTime())) return local;
  const ahead = -at.getTimezoneOffset();
  const offset = `${ahead < 0 ? '-' : '+'}${pad(Math.floor(Math.abs(ahead) / 60))}:${pad(Math.abs(ahead) % 60)}`;
  return `${withSeconds(local)}${offset}`;
}

/** `10:00` as `10:00:00`; also at the end of a date and time. */
export function withSeconds(text: string): string {
  const whole = text.replace(/\.\d+$/, '');
  return /\d\d:\d\d:\d\d$/.test(whole) ? whole : `${whole}:00`;
}

/** The offset that a time ends with, or nothing. */
export function offsetOf(time: unknown): string {
  return typeof time === 'string' ? (/(?:z|[+-]\d\d:?\d\d)$/i.exec(time)?.[0] ?? '') : '';
}

export function isDate(text: string): boolean {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (parts === null) return false;
  const [year, month, day] = parts.slice(1).map(Number) as [number, number, number];
  if (year === 0 || month < 1 || month > 12) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return day >= 1 && day <= days;
}

export function isTime(text: string): boolean {
  return /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(z|[+-]([01]\d|2[0-3]):[0-5]\d)?$/i.test(text);
}

export function isDateTime(text: string): boolean {
  return /[Tt ]/.test(text.charAt(10)) && isDate(text.slice(0, 10)) && isTime(text.slice(11));
}

/** Dates and times, between RFC 3339 and what the browser's own inputs hold. */

import { digits } from '../parts/time';

/** `2026-11-22T09:00:00Z` as `<input type="datetime-local">` holds it, in the browser's own zone. */
export function toLocalInput(rfc3339: string): string {
  const at = new Date(rfc3339);
  if (Number.isNaN(at.getTime())) return '';
  const day = `${digits(at.getFullYear(), 4)}-${digits(at.getMonth() + 1)}-${digits(at.getDate())}`;
  const seconds = at.getSeconds() === 0 ? '' : `:${digits(at.getSeconds())}`;
  return `${day}T${digits(at.getHours())}:${digits(at.getMinutes())}${seconds}`;
}

/** The other way, with the offset that the browser's zone has at that very moment. */
export function fromLocalInput(local: string): string {
  const at = new Date(local);
  if (Number.isNaN(at.getTime())) return local;
  // Not `getTimezoneOffset`, which rounds: before there were time zones a place had minutes and seconds of its own.
  const [year, month, day, hour, minute, second] = withSeconds(local).split(/\D/).map(Number) as [number, ...number[]];
  const clock = new Date(Date.UTC(2000, 0, 1, hour, minute, second)).setUTCFullYear(year, (month ?? 1) - 1, day);
  const ahead = (clock - at.setMilliseconds(0)) / 60_000;
  if (!Number.isInteger(ahead)) return `${at.toISOString().slice(0, 19)}Z`;
  const offset = `${ahead < 0 ? '-' : '+'}${digits(Math.floor(Math.abs(ahead) / 60))}:${digits(Math.abs(ahead) % 60)}`;
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
  // Of what is no day some browsers make another one, and some none.
  const at = new Date(`${text}T00:00Z`);
  return /^(?!0000)\d{4}(-\d\d){2}$/.test(text) && !Number.isNaN(+at) && at.toISOString().startsWith(text);
}

export function isTime(text: string): boolean {
  return /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(z|[+-]([01]\d|2[0-3]):[0-5]\d)?$/i.test(text);
}

export function isDateTime(text: string): boolean {
  return /[Tt ]/.test(text.charAt(10)) && isDate(text.slice(0, 10)) && isTime(text.slice(11));
}

const PARTS =
  /^(?:(\d{4})-(\d\d)-(\d\d)[T ]?)?(?:(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?(?:(Z)|([+-])(\d\d):(\d\d))?$/i;

/**
 * Whether a date, time or moment is before another one of its kind: as moments where both have an offset, else as the
 * clock on the wall shows them. `fields/moments.py` does the same.
 */
export function isEarlier(left: string, right: string): boolean {
  const bothKnown = offsetOf(left) !== '' && offsetOf(right) !== '';
  const [a, b] = [onALine(left, bothKnown), onALine(right, bothKnown)];
  return a.seconds === b.seconds ? a.fraction < b.fraction : a.seconds < b.seconds;
}

/** Digits of a fraction compare as the fractions do, once the zeros at the end are gone. */
function onALine(text: string, withOffset: boolean): { seconds: number; fraction: string } {
  const parts = PARTS.exec(text) ?? [];
  const at = (index: number) => Number(parts[index] ?? 0);
  // `Date.UTC` takes the year 50 for 1950.
  const days = parts[1] === undefined ? 0 : new Date(0).setUTCFullYear(at(1), at(2) - 1, at(3)) / 86_400_000;
  const offset = withOffset ? (parts[9] === '-' ? -1 : 1) * (at(10) * 60 + at(11)) : 0;
  const seconds = days * 86_400 + (at(4) * 60 + at(5) - offset) * 60 + at(6);
  return { seconds, fraction: (parts[7] ?? '').replace(/0+$/, '') };
}

/** Sizes and dates of files, as people read them. */

const UNITS = ['kB', 'MB', 'GB', 'TB'];

/** As `files/words.py` says them. */
export function sizeOf(bytes: number): string {
  if (bytes < 1000) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  let value = bytes;
  let unit = '';
  for (unit of UNITS) {
    value /= 1000;
    if (value < 999.5) break;
  }
  const digits = value < 9.95 ? value.toFixed(1) : value.toFixed(0);
  return `${digits.replace(/\.0$/, '')} ${unit}`;
}

/** Args: seconds since 1970. */
export function dayOf(seconds: number): string {
  return new Date(seconds * 1000).toLocaleDateString(undefined, { year: 'numeric', month: 'short', day: 'numeric' });
}

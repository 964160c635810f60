/** Icons as strokes on a 16 px grid, in the colour of the text around them. */
import type { VNode } from 'preact';

const PATHS = {
  check: 'M3.5 8.5l3 3 6-7',
  cross: 'M4.5 4.5l7 7m0-7l-7 7',
  question: 'M5.9 6.2a2.1 2.1 0 1 1 3.2 1.8c-.8.5-1.1.9-1.1 1.7M8 12.2v.1',
  stop: 'M5 5h6v6H5z',
  retry: 'M12.5 8a4.5 4.5 0 1 1-1.4-3.3M12.5 2.5v2.7H9.8',
  pencil: 'M3.5 12.5l.6-2.8 6.6-6.6 2.2 2.2-6.6 6.6zM9.3 4.5l2.2 2.2',
  reply: 'M3.5 4.5h9v6h-5l-2.5 2.3v-2.3h-1.5z',
  undo: 'M3.5 8a4.5 4.5 0 1 0 1.4-3.3M3.5 2.5v2.7h2.7',
  up: 'M4 9.5l4-4 4 4',
  down: 'M4 6.5l4 4 4-4',
  back: 'M9.5 4l-4 4 4 4',
  enlarge: 'M9.5 3.5h3v3m0-3l-3.5 3.5M6.5 12.5h-3v-3m0 3L7 9',
  plus: 'M8 3.5v9M3.5 8h9',
  copy: 'M6 6h6.5v6.5H6zM3.5 10V3.5H10',
  lines: 'M3.5 5h9m-9 3h9m-9 3h5',
  minus: 'M3.5 8h9',
  fit: 'M3 6V3h3m4 0h3v3m0 4v3h-3m-4 0H3v-3M6.5 6.5h3v3h-3z',
  follow: 'M8 1.5v3m0 7v3M1.5 8h3m7 0h3M8 4.5a3.5 3.5 0 1 0 .01 0z',
  fork: 'M4.5 3v10M4.5 10h3.5a3 3 0 0 0 3-3V4M8.8 6l2.2-2.2L13.2 6',
  beside: 'M3 3.5h10v9H3zM8 3.5v9',
  dot: 'M8 8v.01',
} as const;

export type IconName = keyof typeof PATHS;

/** Always beside its meaning in words, so a screen reader skips it. */
export function Icon({ name }: { name: IconName }): VNode {
  return (
    <svg class="hitl-icon" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

export function Spinner(): VNode {
  return (
    <svg class="hitl-icon hitl-spin" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
      <circle cx="8" cy="8" r="5.5" stroke-dasharray="22 13" />
    </svg>
  );
}

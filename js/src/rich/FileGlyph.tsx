import type { VNode } from 'preact';

const PATHS = {
  folder: 'M2 4.5a1 1 0 0 1 1-1h3l1.5 1.8H13a1 1 0 0 1 1 1v5.2a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1z',
  file: 'M4 2.5h5l3 3v8H4zM9 2.5v3h3',
  upload: 'M8 10.5v-7M5 6l3-3 3 3M3 10.5v2.5h10v-2.5',
} as const;

/** Always beside its meaning in words, as an `Icon` of the first bundle. */
export function FileGlyph({ name }: { name: keyof typeof PATHS }): VNode {
  return (
    <svg class="hitl-icon hitl-glyph" data-glyph={name} viewBox="0 0 16 16" width="15" height="15" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

import type { VNode } from 'preact';
import { apart } from './odd';

/** An input cannot mark what is in it, so this says it below. */
export function NotAsItLooks({ text = '' }: { text?: string | undefined }): VNode | null {
  const [before = '', odd] = apart(text);
  if (odd === undefined) return null;
  const at = String(before).length;
  return (
    <div class="hitl-change" role="status">
      Not as it looks: <span class="hitl-text">{text.slice(Math.max(at - 24, 0), at + 48)}</span>
    </div>
  );
}

import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { copyText } from './copy';

/** A line of code to take along. */
export function Code({ text }: { text: string }): VNode {
  const code = useRef<HTMLElement>(null);
  const [copied, setCopied] = useState(false);
  return (
    <div class="hitl-copy">
      <code ref={code}>{text}</code>
      <button
        type="button"
        class="hitl-button hitl-small"
        onClick={async () => setCopied(await copyText(text, code.current))}
      >
        {copied ? 'Copied' : 'Copy'}
      </button>
    </div>
  );
}

import type { VNode } from 'preact';
import { useFollow } from './use-follow';

/** What a model says, while it says it. */
export function Tokens({ text, live }: { text: string; live: boolean }): VNode {
  const box = useFollow(text);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <div class="hitl-tokens" ref={box} role="group" aria-label="What a model streamed" tabIndex={0} data-live={live}>
      {text}
    </div>
  );
}

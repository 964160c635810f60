import type { VNode } from 'preact';

/** What is wrong with the answer as a whole. Always there, so that a screen reader hears what comes into it. */
export function CardErrors({ texts }: { texts: string[] }): VNode {
  return (
    <div class="hitl-card-errors" role="alert">
      {texts.map((text) => (
        <div class="hitl-error" key={text}>
          {text}
        </div>
      ))}
    </div>
  );
}

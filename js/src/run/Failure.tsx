import type { VNode } from 'preact';
import { Clamped } from '../parts/Clamped';
import type { ErrorView } from '../protocol';
import { useName } from '../view-context';

/** The exception that failed the run. */
export function Failure({ error, asks }: { error: ErrorView; asks: boolean }): VNode {
  return (
    <section class="hitl-failure" aria-label={useName('Error')}>
      <div class="hitl-failure-head">
        <strong>{error.type}</strong>
        {error.node !== null && (
          <>
            {' in '}
            <span class="hitl-node-name">{error.node}</span>
          </>
        )}
      </div>
      {error.message !== '' && (
        <div>
          <Clamped text={error.message} what="the message" />
        </div>
      )}
      {asks && <div>What is asked below can still be answered. Retry runs what has failed again.</div>}
      {error.traceback !== '' && (
        <details>
          <summary>Traceback</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <pre class="hitl-traceback" tabIndex={0}>
            {error.traceback}
          </pre>
        </details>
      )}
    </section>
  );
}

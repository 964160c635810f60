import type { VNode } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { Spinner } from '../../parts/icons';
import type { ComparisonView } from '../../protocol';
import type { ComparedProps } from '../props';
import { ComparisonTable } from './ComparisonTable';

/** Where a fork parts from this run: asked for anew whenever one of them has come further. */
export function Compared({ status, fork, look }: ComparedProps): VNode {
  const [found, setFound] = useState<ComparisonView | string | null>(null);
  const { name, waits_for } = fork;
  const state = [status, fork.status, ...waits_for].join('\n');

  // As long as it is looked at: what is answered below does not move away under the pointer when it is the last.
  const isAsked = useMemo(() => fork.status === 'waiting' || fork.status === 'running', [name]);

  useEffect(() => {
    let isOver = false;
    look({ kind: 'comparison', fork: name }).then(
      (data) => isOver || setFound(data as ComparisonView),
      (error: Error) => isOver || setFound(error.message),
    );
    return () => {
      isOver = true;
    };
  }, [look, name, state]);

  return (
    <section class="hitl-compared" aria-label="Comparison" data-last={isAsked}>
      {found === null && (
        <div class="hitl-nothing">
          <Spinner /> Comparing…
        </div>
      )}
      {typeof found === 'string' && <div class="hitl-note">The runs cannot be compared: {found}</div>}
      {found !== null && typeof found === 'object' && <ComparisonTable of={found} name={name} />}
    </section>
  );
}

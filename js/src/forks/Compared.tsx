import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ComparisonView, ForkView, RunView } from '../protocol';
import { useView } from '../view-context';
import { ComparisonTable } from './ComparisonTable';

/** Where a fork parts from this run: asked for anew whenever one of them has come further. */
export function Compared({ run, fork, name }: { run: RunView; fork: ForkView; name: string }): VNode {
  const { connection } = useView();
  const [found, setFound] = useState<ComparisonView | string | null>(null);
  const { thread_id, status, waits_for } = fork;
  const state = [run.status, status, ...waits_for].join('\n');

  useEffect(() => {
    let isOver = false;
    connection.look({ kind: 'comparison', fork: thread_id }).then(
      (data) => isOver || setFound(data as ComparisonView),
      (error: Error) => isOver || setFound(error.message),
    );
    return () => {
      isOver = true;
    };
  }, [connection, thread_id, state]);

  return (
    <section class="hitl-compared" aria-label="Comparison">
      {found === null && <div class="hitl-nothing">Comparing…</div>}
      {typeof found === 'string' && <div class="hitl-note">The runs cannot be compared: {found}</div>}
      {found !== null && typeof found === 'object' && <ComparisonTable of={found} name={name} />}
    </section>
  );
}

import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { useMounted } from '../cards/use-mounted';
import type { ForkView } from '../protocol';
import { useCanSend, useView } from '../view-context';

interface ForkPanelProps {
  fork: ForkView;
  /** Its place among the forks. */
  at: number;
  id: string;
  labelledBy: string;
}

/** A fork's own view, a widget of its own: its graph, its cards and its timeline work as anywhere. */
export function ForkPanel({ fork, at, id, labelledBy }: ForkPanelProps): VNode {
  const { connection } = useView();
  const writable = useCanSend();
  const { name, view } = fork;
  const [place, failure] = useMounted(view);

  useEffect(() => {
    // Made when somebody looks: each brings the whole bundle along.
    if (view === undefined && writable) connection.openFork(name);
  }, [view, writable, connection, name]);

  const elsewhere = (
    <>
      In another cell, <code>session.forks[{at}]</code> shows it.
    </>
  );
  return (
    <div
      class="hitl-panel hitl-fork"
      id={id}
      role="tabpanel"
      aria-labelledby={labelledBy}
      data-name={`${name}: ${fork.label}`}
      tabIndex={-1}
    >
      {failure !== null && (
        <div class="hitl-note">
          A run cannot be drawn inside of another here: {failure}. {elsewhere}
        </div>
      )}
      {view === undefined && (
        <div class="hitl-nothing">{writable ? 'Opening the fork…' : <>No kernel answers. {elsewhere}</>}</div>
      )}
      <div ref={place} />
    </div>
  );
}

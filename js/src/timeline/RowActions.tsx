import type { VNode } from 'preact';
import { ForkActions } from '../forks/ForkActions';
import { useView } from '../view-context';
import { CopyButton } from './CopyButton';
import type { Row } from './rows';

/** What can be done with a row. Its buttons are reached from the row by the right arrow key, so none is a tab stop. */
export function RowActions({ row }: { row: Row }): VNode | null {
  const { connection } = useView();
  if (row.kind === 'decision') {
    // The row has the beginning of a long one.
    const whole = () => connection.look({ kind: 'answer', decision: row.index });
    return (
      <>
        <ForkActions decision={row.index} canFork={row.can_fork} whyNot={row.why_not} about={row.question} />
        <CopyButton what="the answer" text={() => whole().then(String, () => row.answer)} />
      </>
    );
  }
  const error = row.tasks.find((task) => task.error !== undefined)?.error;
  const { step, path, nodes, tasks } = row;
  const code = `session.history[${step}]`;
  // A step of a nested graph has no number.
  const about = step ?? `${path.join(' › ')} › ${nodes[0]?.name}`;
  return (
    <>
      <ForkActions
        {...(step === null ? { task: tasks[0]?.id } : { step })}
        canFork={row.can_fork}
        whyNot={row.why_not}
        about={`step ${about}`}
      />
      {error !== undefined ? (
        <CopyButton what="the error" text={() => error} />
      ) : (
        step !== null && <CopyButton what={code} text={() => code} />
      )}
    </>
  );
}

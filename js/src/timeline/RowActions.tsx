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
        <ForkActions decision={row.index} canFork={row.can_fork} about={row.question} />
        <CopyButton what="the answer" text={() => whole().then(String, () => row.answer)} />
      </>
    );
  }
  const error = row.tasks.find((task) => task.error !== undefined)?.error;
  const { step } = row;
  if (step === null) return error === undefined ? null : <CopyButton what="the error" text={() => error} />;
  const code = `session.history[${step}]`;
  return (
    <>
      <ForkActions step={step} canFork={row.can_fork} about={`step ${step}`} />
      {error === undefined ? (
        <CopyButton what={code} text={() => code} />
      ) : (
        <CopyButton what="the error" text={() => error} />
      )}
    </>
  );
}

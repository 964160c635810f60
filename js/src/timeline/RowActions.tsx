import type { VNode } from 'preact';
import { useView } from '../view-context';
import { CopyButton } from './CopyButton';
import type { Row } from './rows';

/** What can be done with a row. Its buttons are reached from the row by the right arrow key, so none is a tab stop. */
export function RowActions({ row }: { row: Row }): VNode | null {
  const { connection } = useView();
  if (row.kind === 'decision') {
    // The row has the beginning of a long one.
    const whole = () => connection.look({ kind: 'answer', decision: row.index });
    return <CopyButton what="the answer" text={() => whole().then(String, () => row.answer)} />;
  }
  const error = row.tasks.find((task) => task.error !== undefined)?.error;
  if (error !== undefined) return <CopyButton what="the error" text={() => error} />;
  if (row.step === null) return null;
  return <CopyButton what={`session.history[${row.step}]`} text={() => `session.history[${row.step}]`} />;
}

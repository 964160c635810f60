import { duration } from '../parts/time';
import type { StepRow, TaskView } from '../protocol';
import type { Row } from './rows';

/** How a screen reader is told of a row. */
export function nameOf(row: Row): string {
  if (row.kind === 'decision') return `${placeOf(row.asker)}: ${row.question} ${row.answer}`;
  const names = row.nodes.map(({ name, count }) => (count > 1 ? `${name} ×${count}` : name)).join(', ');
  const { path, copy = '' } = row;
  const place = path.join(' › ');
  // A graph beside those of other nodes goes by its node, with which its path ends.
  const graph = place.endsWith(copy) ? place : `${place} › ${copy}`;
  const where = path.length === 0 ? `Step ${row.step ?? ''}` : `Step in ${graph}`;
  if (row.changed !== undefined) return `${where}: ${row.changed}`;
  return `${where}: ${names}, ${row.status}${row.took === undefined ? '' : `, ${duration(row.took)}`}`;
}

/** Where something was asked, as it is drawn. */
export function placeOf(path: string[]): string {
  return path.join(' › ').replace('__start__', 'start');
}

/** The task of a step that one wants to see first. */
export function taskOf({ tasks, status }: StepRow): TaskView | undefined {
  return tasks.find((task) => task.status === status) ?? tasks[0];
}

/** Whether a row is about a node, or about one in it. */
export function isOf(row: Row, node: string): boolean {
  // Of many tasks a row has the first few, and of more the names.
  const named = row.kind === 'decision' ? [row.path] : row.nodes.map(({ name }) => [...row.path, name]);
  const ids = [
    ...named.map((path) => path.join(':')),
    ...(row.kind === 'step' ? row.tasks.map((task) => task.node) : []),
  ];
  return ids.some((id) => id === node || id.startsWith(`${node}:`));
}

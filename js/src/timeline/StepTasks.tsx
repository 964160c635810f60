import type { VNode } from 'preact';
import { duration } from '../parts/time';
import type { StepRow } from '../protocol';
import { useView } from '../view-context';
import { Mark } from './Mark';

/** The tasks of a step that has several, when somebody looks into one of them. */
export function StepTasks({ row: { tasks, count }, selected }: { row: StepRow; selected: string }): VNode {
  const { select } = useView();
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the row is what is focused
    <div role="gridcell" class="hitl-row-tasks">
      {tasks.map((task) => (
        <button
          key={task.id}
          type="button"
          tabIndex={-1}
          aria-pressed={task.id === selected}
          aria-label={`${task.copy ?? task.name}, ${task.status}`}
          onClick={() => select({ kind: 'task', task: task.id, node: task.node })}
        >
          <Mark status={task.status} /> {task.copy ?? task.name}{' '}
          {task.took !== undefined && <i>{duration(task.took)}</i>}
        </button>
      ))}
      {count > tasks.length && <i>and {count - tasks.length} more</i>}
    </div>
  );
}

import type { VNode } from 'preact';
import { Icon } from '../parts/icons';
import { NodeIcon } from '../parts/NodeIcon';
import type { StepRow } from '../protocol';

/** A step: which nodes ran, and what became of them. */
export function StepLine({ row: { step, path, copy, status, nodes, tasks, count, changed } }: { row: StepRow }): VNode {
  const error = tasks.find((task) => task.error)?.error;
  const attempts = count === 1 && tasks[0]?.attempts;
  return (
    <>
      <span class="hitl-row-step">{step}</span>
      {path.map((_, depth) => (
        <span key={depth} class="hitl-row-indent" />
      ))}
      <span class="hitl-row-mark" data-status={status}>
        {changed ? <Icon name="pencil" /> : <NodeIcon status={status} />}
      </span>
      <div class="hitl-row-body">
        <div class="hitl-row-names">
          {nodes.map(({ name, count }) => (
            <span key={name}>
              {name}
              {count > 1 && <i> ×{count}</i>}
            </span>
          ))}
          {copy && <i>{copy}</i>}
          {attempts && <i>{attempts} attempts</i>}
          {changed && <i>{changed}</i>}
          {tasks.every((task) => task.cached) && <i>cached</i>}
          {/* What was answered is in a row of its own, where this kernel knows it. */}
          {tasks.some((task) => task.asked) && <i>asked</i>}
          {tasks.some((task) => task.printed) && (
            <i title="It printed something">
              <Icon name="lines" />
            </i>
          )}
        </div>
        {error && (
          <div class="hitl-row-error" title={error}>
            {error}
          </div>
        )}
      </div>
    </>
  );
}

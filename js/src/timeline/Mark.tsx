import type { VNode } from 'preact';
import { NodeIcon } from '../parts/NodeIcon';
import type { NodeStatus } from '../protocol';

/** What a step or a task is. */
export function Mark({ status }: { status: NodeStatus }): VNode {
  return (
    <span class="hitl-row-mark" data-status={status}>
      <NodeIcon status={status} />
    </span>
  );
}

import type { VNode } from 'preact';
import { Icon, type IconName, Spinner } from '../parts/icons';
import type { NodeStatus } from '../protocol';

const ICONS: Record<Exclude<NodeStatus, 'running'>, IconName> = {
  idle: 'dot',
  next: 'dot',
  waiting: 'question',
  done: 'check',
  failed: 'cross',
};

/** What a step or a task is. */
export function Mark({ status }: { status: NodeStatus }): VNode {
  return (
    <span class="hitl-row-mark" data-status={status}>
      {status === 'running' ? <Spinner /> : <Icon name={ICONS[status]} />}
    </span>
  );
}

import type { VNode } from 'preact';
import type { NodeStatus } from '../protocol';
import { Icon, type IconName, Spinner } from './icons';

const ICONS: Record<Exclude<NodeStatus, 'running'>, IconName> = {
  idle: 'dot',
  next: 'dot',
  waiting: 'question',
  done: 'check',
  failed: 'cross',
};

/** What became of a node, a step or a task. */
export function NodeIcon({ status }: { status: NodeStatus }): VNode {
  return status === 'running' ? <Spinner /> : <Icon name={ICONS[status]} />;
}

import type { VNode } from 'preact';
import { Icon, type IconName, Spinner } from '../parts/icons';
import type { SessionStatus } from '../protocol';

export const WORDS: Record<SessionStatus, string> = {
  idle: 'Not started',
  running: 'Running',
  waiting: 'Waiting for you',
  finished: 'Finished',
  failed: 'Failed',
  stopped: 'Stopped',
};

export function Status({ status }: { status: SessionStatus }): VNode {
  return (
    <span class="hitl-status" data-status={status} role="status">
      <StatusIcon status={status} />
      {WORDS[status]}
    </span>
  );
}

const ICONS: Partial<Record<SessionStatus, IconName>> = {
  idle: 'dot',
  waiting: 'question',
  finished: 'check',
  failed: 'cross',
  stopped: 'stop',
};

export function StatusIcon({ status }: { status: SessionStatus }): VNode {
  const name = ICONS[status];
  return name === undefined ? <Spinner /> : <Icon name={name} />;
}

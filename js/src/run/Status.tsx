import type { VNode } from 'preact';
import { Icon, Spinner } from '../parts/icons';
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

export function StatusIcon({ status }: { status: SessionStatus }): VNode {
  switch (status) {
    case 'running':
      return <Spinner />;
    case 'waiting':
      return <Icon name="question" />;
    case 'finished':
      return <Icon name="check" />;
    case 'failed':
      return <Icon name="cross" />;
    case 'stopped':
      return <Icon name="stop" />;
    case 'idle':
      return <Icon name="dot" />;
  }
}

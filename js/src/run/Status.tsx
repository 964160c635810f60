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

interface StatusProps {
  status: SessionStatus;
  /** It is what was known last. */
  past: boolean;
}

export function Status({ status, past }: StatusProps): VNode {
  const seen = past ? 'idle' : status;
  return (
    <span class="hitl-status" data-status={seen} role="status">
      <StatusIcon status={seen} />
      {past ? `Was ${WORDS[status].toLowerCase()}` : WORDS[status]}
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

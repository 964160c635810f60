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

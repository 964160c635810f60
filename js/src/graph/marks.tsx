/** The small signs on a node. A status is never told by colour alone. */
import type { VNode } from 'preact';
import type { EdgePath, NodeBox, NodeStatus, NodeView } from '../protocol';

export function Mark({ status, x, y }: { status: NodeStatus; x: number; y: number }): VNode | null {
  if (status === 'idle') return null;
  return (
    <g class="hitl-mark" transform={`translate(${x} ${y})`}>
      {status === 'running' && <circle class="hitl-spin" r="4.5" stroke-dasharray="18 10.3" />}
      {status === 'next' && <path d="M-2-4l4 4-4 4" />}
      {status === 'waiting' && <path d="M-2.6 -1.9a2.6 2.6 0 1 1 3.9 2.3c-.9.5-1.3.9-1.3 1.9M0 4.9v.1" />}
      {status === 'done' && <path d="M-4 .4l2.8 2.8 5.2-6.2" />}
      {status === 'failed' && <path d="M-3.2-3.2l6.4 6.4M3.2-3.2l-6.4 6.4" />}
    </g>
  );
}

type Shares = [NodeStatus, number][];

/**
 * How far it says that it is; of several tasks, how many are done, have failed and wait, and how far those that run say
 * that they are: a bar that is full is one that has arrived.
 */
export function sharesOf({ status, tasks, progress }: NodeView): Shares | undefined {
  if (tasks !== undefined && tasks.started > 1 && status !== 'done') {
    const { started, done, failed, waiting } = tasks;
    const far = Math.max(0, (progress ?? 0) - done / started);
    return [
      ['done', done / started],
      ['failed', failed / started],
      ['waiting', waiting / started],
      ['running', far],
    ];
  }
  return progress === undefined || status !== 'running' ? undefined : [['running', progress]];
}

/** At the lower edge of its node. */
export function Bar({ shares, width, y }: { shares: Shares; width: number; y: number }): VNode {
  const room = width - 14;
  let x = 7;
  return (
    <g class="hitl-bar">
      <rect x={x} y={y} width={room} height="3" rx="1.5" />
      {shares.map(([part, share]) => {
        const at = x;
        x += share * room;
        return share > 0 && <rect key={part} data-part={part} x={at} y={y} width={share * room} height="3" rx="1.5" />;
      })}
    </g>
  );
}

/**
 * On the right upper corner, where no label can be: how often it has finished, was called again, was not called. Where an
 * arrow comes in there, on the left one.
 */
export function Badge({ view, box, edges }: { view: NodeView; box: NodeBox; edges: EdgePath[] }): VNode | null {
  const { runs, retried, cached } = view;
  const words = [runs > 1 && `×${runs}`, retried && `↻${retried}`, cached && 'cached'].filter(Boolean).join(' ');
  if (words === '') return null;
  const width = 8 + words.length * 6.4;
  const isTaken = edges.some(({ target, points }) => {
    const [x = 0, y = 0] = points.at(-1) ?? [];
    return target === box.id && y < box.y + 8 && x > box.x + box.width - width;
  });
  const x = isTaken ? -5 : box.width + 5 - width;
  return (
    <g class="hitl-badge">
      <rect x={x} y="-13" width={width} height="15" rx="7.5" />
      <text x={x + width / 2} y="-5">
        {words}
      </text>
    </g>
  );
}

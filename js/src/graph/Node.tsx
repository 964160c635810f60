import type { VNode } from 'preact';
import { memo } from '../parts/memo';
import type { NodeBox, NodeStatus } from '../protocol';

export interface NodeProps {
  box: NodeBox;
  status: NodeStatus;
  runs: number;
  error: string | undefined;
  lit: boolean;
  /** Its question can be jumped to. */
  onOpen: ((node: string) => void) | undefined;
  onLight(node: string | null): void;
}

/** Room that the layout leaves at both sides of a label. */
const ICON_AT = 12;

export const Node = memo<NodeProps>(({ box, status, runs, error, lit, onOpen, onLight }) => {
  const failed = status === 'failed' && error !== undefined;
  return (
    // A click is a shortcut for the mouse; by keyboard the question is the next stop.
    // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a drawing, also where its error can be focused
    <g
      class="hitl-node"
      role="img"
      aria-label={`${box.label}, ${status}`}
      data-kind={box.kind}
      data-status={status}
      data-node={box.id}
      data-lit={lit}
      data-opens={onOpen !== undefined}
      // A failed node is a stop for the keyboard: its exception is told when it is focused.
      tabindex={failed ? 0 : -1}
      {...(failed ? { 'aria-description': error } : {})}
      onClick={onOpen && (() => onOpen(box.id))}
      onMouseEnter={() => onLight(box.id)}
      onMouseLeave={() => onLight(null)}
    >
      {failed && <title>{error}</title>}
      <rect x={box.x} y={box.y} width={box.width} height={box.height} rx={radiusOf(box)} />
      <Label box={box} />
      {box.kind === 'node' && <Mark status={status} x={box.x + ICON_AT} y={box.y + box.height / 2} />}
      {box.kind === 'node' && runs > 1 && <Runs runs={runs} x={box.x + box.width} y={box.y} />}
    </g>
  );
});

function radiusOf(box: NodeBox): number {
  if (box.kind === 'group') return 10;
  return box.kind === 'node' ? 8 : box.height / 2;
}

function Label({ box }: { box: NodeBox }): VNode {
  if (box.kind === 'group') {
    return (
      <text class="hitl-group-label" x={box.x + 12} y={box.y + 14}>
        {box.label}
      </text>
    );
  }
  return (
    <text class="hitl-node-label" x={box.x + box.width / 2} y={box.y + box.height / 2}>
      {box.label}
    </text>
  );
}

/** How often it has finished: a badge on the right upper corner. */
function Runs({ runs, x, y }: { runs: number; x: number; y: number }): VNode {
  const label = `×${runs}`;
  const width = 8 + label.length * 6;
  return (
    <g class="hitl-runs">
      <rect x={x - width + 5} y={y - 8} width={width} height="15" rx="7.5" />
      <text x={x - width / 2 + 5} y={y}>
        {label}
      </text>
    </g>
  );
}

/** A status is never told by colour alone. */
function Mark({ status, x, y }: { status: NodeStatus; x: number; y: number }): VNode | null {
  if (status === 'idle') return null;
  return (
    <g class="hitl-mark" transform={`translate(${x} ${y})`}>
      {status === 'running' && <circle class="hitl-spin" r="4.5" stroke-dasharray="18 10.3" />}
      {status === 'waiting' && <path d="M-2.6 -1.9a2.6 2.6 0 1 1 3.9 2.3c-.9.5-1.3.9-1.3 1.9M0 4.9v.1" />}
      {status === 'done' && <path d="M-4 .4l2.8 2.8 5.2-6.2" />}
      {status === 'failed' && <path d="M-3.2-3.2l6.4 6.4M3.2-3.2l-6.4 6.4" />}
    </g>
  );
}

import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { NodeBox, NodeView } from '../protocol';
import { atLength } from './words';

interface TipProps {
  /** Where it is in the graph's box, in px. */
  at: NodeBox;
  view: NodeView;
  /** It was asked for: shown without a pause. */
  now: boolean;
}

const GAP = 6;

/** What there is no room for in a node: its whole name, what is known of it, its exception. */
export function Tip({ at, view, now }: TipProps): VNode {
  const tip = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const el = tip.current as HTMLDivElement;
    const box = el.parentElement as HTMLElement;
    const room = (el.closest('.hitl-root')?.clientWidth ?? 0) - box.offsetLeft - el.offsetWidth;
    el.style.left = `${Math.max(0, Math.min(at.x, room))}px`;
    // Above it where there is no room below: the cell would have to scroll.
    const below = at.y + at.height + GAP;
    el.style.top = `${below + el.offsetHeight < box.clientHeight ? below : at.y - GAP - el.offsetHeight}px`;
  });
  return (
    <div class="hitl-tip" role="tooltip" ref={tip} data-now={now}>
      {/* Of `start` and `end` what is read in them. */}
      <b>{/^[se]/.test(at.kind) ? at.label : at.id.split(':').join(' › ')}</b>
      <span>{atLength(at, view).join(', ')}</span>
      {view.error !== undefined && <code>{view.error}</code>}
    </div>
  );
}

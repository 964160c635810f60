import { memo } from '../parts/memo';
import type { NodeBox, NodeView } from '../protocol';
import { Elapsed } from './Elapsed';
import { Badge, Bar, Mark } from './marks';
import { atLength, nameOf, shortly } from './words';

export interface NodeProps {
  box: NodeBox;
  /** Its `NodeView` as JSON. Each update brings new objects, but a node that says the same is not drawn again. */
  doing: string;
  lit: boolean;
  selected: boolean;
  /** The one that Tab leads to; from there the arrow keys lead on. */
  entry: boolean;
}

/** What it does when it is clicked, and the tooltip, are the whole drawing's business. */
export const Node = memo<NodeProps>(({ box, doing, lit, selected, entry }) => {
  const view: NodeView = JSON.parse(doing);
  const { width, height, kind } = box;
  const words = shortly(view);
  const since = view.status === 'running' && !view.tasks?.waiting ? view.since : undefined;
  // Its name and, below it, how far it is or how long it took.
  const raised = kind === 'node' && (words !== '' || since !== undefined) ? 6 : 0;
  return (
    <g
      class="hitl-node"
      data-kind={kind}
      data-status={view.status}
      data-node={box.id}
      data-at={box.id}
      data-lit={lit || selected}
      style={{ transform: `translate(${box.x}px, ${box.y}px)` }}
    >
      <g
        role="option"
        tabindex={entry ? 0 : -1}
        aria-label={[nameOf(box), ...atLength(box, view)].join(', ')}
        aria-selected={selected}
        // A failed node's exception is told when it is focused.
        {...(view.error === undefined ? {} : { 'aria-description': view.error })}
      >
        {box.folded !== undefined && <rect x="4" y="4" width={width} height={height} rx="8" />}
        <rect
          style={{ width, height }}
          width={width}
          height={height}
          rx={kind === 'group' ? 10 : kind === 'node' ? 8 : height / 2}
        />
      </g>
      {/* The name above says all of this, whole. */}
      {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: texts and signs, which nobody can focus */}
      <g aria-hidden="true">
        <text
          class={kind === 'group' ? 'hitl-group-label' : 'hitl-node-label'}
          x={kind === 'group' ? 12 : width / 2}
          y={kind === 'group' ? 14 : height / 2}
          style={{ transform: `translateY(${-raised}px)` }}
        >
          {box.label}
        </text>
        {raised > 0 && (
          <text class="hitl-node-meta" x={width / 2} y={height / 2 + 7}>
            {since === undefined ? words : <Elapsed since={since} before={words} />}
          </text>
        )}
        {kind === 'node' && (
          <>
            <Mark status={view.status} x={12} y={height / 2 - raised} />
            <Bar view={view} width={width} y={height - 5} />
            <Badge view={view} x={width + 5} />
          </>
        )}
      </g>
    </g>
  );
});

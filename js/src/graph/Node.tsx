import { memo } from '../parts/memo';
import type { EdgePath, NodeBox, NodeView } from '../protocol';
import { Elapsed } from './Elapsed';
import { Badge, Bar, Mark, sharesOf } from './marks';
import { atLength, nameOf, shortly } from './words';

export interface NodeProps {
  box: NodeBox;
  /** Its `NodeView` as JSON. Each update brings new objects, but a node that says the same is not drawn again. */
  doing: string;
  lit: boolean;
  selected: boolean;
  /** The one that Tab leads to; from there the arrow keys lead on. */
  entry: boolean;
  edges: EdgePath[];
}

/** What it does when it is clicked, and the tooltip, are the whole drawing's business. */
export const Node = memo<NodeProps>(({ box, doing, lit, selected, entry, edges }) => {
  const view: NodeView = JSON.parse(doing);
  const { width, height, kind } = box;
  const words = shortly(view);
  const since = view.status === 'running' && !view.tasks?.waiting ? view.since : undefined;
  const shares = kind === 'node' ? sharesOf(view) : undefined;
  // Its name and, below it, how far it is or how long it took; and a bar below that.
  const raised = kind !== 'node' || (words === '' && since === undefined) ? 0 : shares ? 9 : 7.5;
  return (
    // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a <g> between a listbox and its option makes that a group (Chromium 156)
    <g
      role="none"
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
        {kind !== 'group' && (
          <text class="hitl-node-label" x={width / 2} y={height / 2} style={{ transform: `translateY(${-raised}px)` }}>
            {box.label}
          </text>
        )}
        {raised > 0 && (
          <text class="hitl-node-meta" x={width / 2} y={height / 2 + (shares ? 4.5 : 8)}>
            {since === undefined ? words : <Elapsed since={since} before={words} />}
          </text>
        )}
        {kind === 'node' && (
          <>
            <Mark status={view.status} x={12} y={height / 2 - raised} />
            {shares && <Bar shares={shares} width={width} y={height - 5.5} />}
          </>
        )}
        <Badge view={view} box={box} edges={edges} />
      </g>
    </g>
  );
});

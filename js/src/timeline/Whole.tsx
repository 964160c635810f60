import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { GraphView, TimelineView } from '../protocol';
import { useCanSend, useView, type View, ViewProvider } from '../view-context';
import { CopyAnswers } from './CopyAnswers';
import { List } from './List';

export interface WholeProps {
  /** Of the bundle that draws this one, which has a context of its own. */
  view: View;
  timeline: TimelineView;
  graph: GraphView | null;
}

/** All of the timeline: every row, a filter, and what can be copied. */
export function Whole({ view, ...rest }: WholeProps): VNode {
  return (
    <ViewProvider value={view}>
      <Filtered {...rest} />
    </ViewProvider>
  );
}

/** The filter that goes along with the node that is selected. */
const SELECTED = '*';

function Filtered({ timeline, graph }: Omit<WholeProps, 'view'>): VNode {
  const { selection } = useView();
  const live = useCanSend();
  const [filter, setFilter] = useState('');
  const selected = selection?.kind === 'node' ? selection.node : '';
  // Without a kernel nobody knows which rows those are.
  const node = live ? (filter === SELECTED ? selected : filter) : '';
  const nodes = graph?.nodes.filter(({ kind }) => kind === 'node' || kind === 'group') ?? [];
  return (
    <>
      <div class="hitl-timeline-head">
        <h3 class="hitl-heading">Timeline</h3>
        {nodes.length > 1 && (
          <select
            class="hitl-filter"
            aria-label="Show the timeline of"
            disabled={!live}
            value={live ? filter : ''}
            onChange={({ currentTarget }) => setFilter(currentTarget.value)}
          >
            <option value="">All nodes</option>
            <option value={SELECTED}>The selected node</option>
            {nodes.map(({ id }) => (
              <option key={id} value={id}>
                {id.replaceAll(':', ' › ')}
              </option>
            ))}
          </select>
        )}
        <span class="hitl-timeline-space" />
        {timeline.decisions > 0 && <CopyAnswers disabled={!live} decisions={timeline.decisions} />}
      </div>
      <List timeline={timeline} node={node === '' ? null : node} />
    </>
  );
}

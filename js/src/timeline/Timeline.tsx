import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { LoadedPart } from '../loaded/LoadedPart';
import type { GraphView, TimelineView } from '../protocol';
import type { RichProps } from '../rich/props';
import { useCanSend, useName, useView } from '../view-context';
import { Latest } from './Latest';

/**
 * What the run did and what was decided, oldest first: the latest rows, until somebody goes there or there are more. All
 * rows, and what can be done with them, are in the second bundle.
 */
export function Timeline({ timeline, graph }: { timeline: TimelineView; graph: GraphView | null }): VNode | null {
  const view = useView();
  const name = useName('Timeline');
  const live = useCanSend();
  const [touched, setTouched] = useState(false);
  const missing = timeline.total - timeline.latest.length;
  // What is selected is marked in all rows.
  const wanted = touched || view.selection !== null || (live && missing > 0);

  if (timeline.total === 0) return null;
  const touch = () => setTouched(true);
  const latest = (
    <>
      <div class="hitl-timeline-head">
        <h3 class="hitl-heading">Timeline</h3>
      </div>
      {missing > 0 && (
        <div class="hitl-earlier">
          and {missing} before these{live ? '' : ', which a kernel has to tell'}
        </div>
      )}
      <Latest rows={timeline.latest} />
    </>
  );
  return (
    <section class="hitl-timeline" aria-label={name} onPointerEnter={touch} onFocusIn={touch}>
      <LoadedPart<RichProps, 'timeline'>
        code="rich"
        name="timeline"
        props={{ view, timeline, graph }}
        when={wanted}
        meanwhile={latest}
        // Where the page forbids it, these rows are what there is.
        instead={() => latest}
      />
    </section>
  );
}

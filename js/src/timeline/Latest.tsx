import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { memo } from '../parts/memo';
import { useView } from '../view-context';
import { LineBody } from './LineBody';
import type { Row } from './rows';
import { taskOf } from './words';

/** The rows that the trait has, to be read. */
export function Latest({ rows }: { rows: Row[] }): VNode {
  const box = useRef<HTMLOListElement>(null);
  useLayoutEffect(() => {
    if (box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  });
  return (
    <ol
      ref={box}
      class="hitl-rows-box"
      aria-label="Steps and decisions"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
    >
      {rows.map((row) => (
        <Item key={row.row} row={row} />
      ))}
    </ol>
  );
}

const Item = memo<{ row: Row }>(({ row }) => {
  const { select } = useView();
  const task = row.kind === 'step' ? taskOf(row) : undefined;
  return (
    // The first touch of a finger is a click already, long before all of the timeline is there.
    // biome-ignore lint/a11y/useKeyWithClickEvents: a key comes by focus, and all of the timeline with that
    <li
      class="hitl-row"
      data-kind={row.kind}
      onClick={() => task && select({ kind: 'task', task: task.id, node: task.node })}
    >
      <LineBody row={row} />
    </li>
  );
});

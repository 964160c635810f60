import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { memo } from '../parts/memo';
import { LineBody } from './LineBody';
import type { Row } from './rows';

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

const Item = memo<{ row: Row }>(({ row }) => (
  <li class="hitl-row" data-kind={row.kind}>
    <LineBody row={row} />
  </li>
));

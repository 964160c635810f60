import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { BreakpointIntent, NodeBox } from '../protocol';

type When = BreakpointIntent['when'];

/** Switches a breakpoint of a node on or off. */
export type Toggle = (node: string, when: When, on: boolean) => void;

interface BreakpointProps {
  box: NodeBox;
  /** `before`, `after`, both with a comma between, or nothing: one value, so that an update without news draws nothing. */
  breakpoints: string;
  /** Somebody is at the node: those that are off are drawn too. */
  lit: boolean;
  /** Without it nothing can be switched here; those that are on are drawn all the same. */
  onToggle: Toggle | undefined;
}

/** How far from its node's corner a dot is. */
const INSET = 5;

/**
 * Where the run stops at a node: dots at its left edge, as in a debugger's gutter. The graph runs downwards, so the upper
 * one is before the node and the lower one after it. Drawn beside the node, not in it: to a screen reader that is one
 * image. By keyboard `b` and `B` do the same at the node: two more stops at each of them would be too many.
 */
export function Breakpoint({ box, breakpoints, lit, onToggle }: BreakpointProps): VNode {
  const [asked, setAsked] = useState('');
  // What the kernel then says is the answer.
  useEffect(() => setAsked(''), [breakpoints]);

  const dot = (when: When, y: number): VNode | null => {
    const on = breakpoints.includes(when);
    if (!on && !(lit && onToggle)) return null;
    const label = `Stop ${when} ${box.label}`;
    return (
      <g
        class="hitl-stop"
        role="switch"
        aria-label={label}
        aria-checked={on}
        aria-disabled={onToggle === undefined}
        data-asked={asked === when}
        tabindex={-1}
        // The node keeps the focus.
        onMouseDown={(event) => event.preventDefault()}
        onClick={
          onToggle &&
          (() => {
            setAsked(when);
            onToggle(box.id, when, !on);
          })
        }
      >
        <title>{`${label} (${when === 'before' ? 'b' : 'B'})`}</title>
        <rect x={box.x - 14} y={y - 11} width="22" height="22" />
        <circle cx={box.x} cy={y} r="5" />
      </g>
    );
  };
  return (
    <>
      {dot('before', box.y + INSET)}
      {dot('after', box.y + box.height - INSET)}
    </>
  );
}

/** What a key does at a node. */
export function breakpointKey(event: KeyboardEvent, { box, breakpoints, onToggle }: BreakpointProps): void {
  const when = event.key === 'b' ? 'before' : event.key === 'B' ? 'after' : undefined;
  if (when !== undefined && !event.ctrlKey && !event.metaKey && !event.altKey) {
    onToggle?.(box.id, when, !breakpoints.includes(when));
  }
}

import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { BreakpointIntent, NodeBox, NodeView } from '../protocol';

type When = BreakpointIntent['when'];

/** Switches a breakpoint of a node on or off. */
export type Toggle = (node: string, when: When, on: boolean) => void;

interface BreakpointsProps {
  boxes: NodeBox[];
  viewOf(node: string): NodeView;
  /** The node that is pointed at or has the focus: what is off is offered there. */
  pointed: string | null;
  /** The nodes that no breakpoint can be at. */
  neverStops: string[] | undefined;
  /** Without it nothing can be switched; what is on is drawn all the same. */
  onToggle: Toggle | undefined;
}

const SIGN = 'M-2-5h4l3 3v4l-3 3h-4l-3-3v-4z';

/** How long a node's are offered when the mouse has left it, as it may be on the way to them. */
const GRACE_MS = 250;

/**
 * Where the run stops: stop signs at the edges of nodes, on the left before it and on the right after it. A layer above
 * the nodes: to a screen reader a node is one thing, with nothing in it.
 */
export function Breakpoints({ boxes, viewOf, pointed, neverStops, onToggle }: BreakpointsProps): VNode {
  const [offered, offer] = useState(pointed);
  useEffect(() => {
    if (pointed !== null) offer(pointed);
    const over = setTimeout(() => offer(pointed), GRACE_MS);
    return () => clearTimeout(over);
  }, [pointed]);

  return (
    <>
      {boxes.map((box) => {
        const view = viewOf(box.id);
        const on = onAt(view);
        const toggle = neverStops?.includes(box.id) ? undefined : onToggle;
        const offers = toggle && box.kind === 'node' && box.id === offered;
        const inside = view.stops_inside;
        return (offers || on !== '' || inside) && <Signs key={box.id} {...{ box, on, inside, offers, toggle }} />;
      })}
    </>
  );
}

interface SignsProps {
  box: NodeBox;
  /** `before`, `after`, both, or nothing. */
  on: string;
  /** How many there are in what is folded in it. */
  inside: number | undefined;
  offers: boolean | undefined;
  toggle: Toggle | undefined;
}

function Signs({ box, on, inside, offers, toggle }: SignsProps): VNode {
  const [asked, ask] = useState('');
  // What the kernel then says is the answer.
  useEffect(() => ask(''), [on]);

  const sign = (when: When, x: number): VNode | null => {
    const isOn = on.includes(when);
    if (!isOn && !offers) return null;
    const label = `Stop ${when} ${box.label}`;
    return (
      // By keyboard `b` and `B` do it at the node: two more stops at each of them would be too many.
      <g
        class="hitl-stop"
        role="switch"
        aria-label={label}
        aria-checked={isOn}
        aria-disabled={!toggle}
        data-asked={asked === when}
        // The mouse is still at the node.
        data-node={box.id}
        tabindex={-1}
        transform={`translate(${x} ${box.kind === 'group' ? 13 : box.height / 2})`}
        // The node keeps the focus.
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => {
          if (toggle === undefined) return;
          ask(when);
          toggle(box.id, when, !isOn);
        }}
      >
        <title>{`${label} (${when === 'before' ? 'b' : 'B'})`}</title>
        <rect x={when === 'before' ? -14 : -6} y="-12" width="20" height="24" />
        <path d={SIGN} />
      </g>
    );
  };
  return (
    <g data-at={box.id} style={{ transform: `translate(${box.x}px, ${box.y}px)` }}>
      {sign('before', -2)}
      {sign('after', box.width + 2)}
      {inside && (
        // The node's name says it.
        // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a sign, which nobody can focus
        <g class="hitl-stop" aria-hidden="true" data-inside transform={`translate(16 ${box.height + 2})`}>
          <path d={SIGN} />
        </g>
      )}
    </g>
  );
}

function onAt(view: NodeView): string {
  return view.breakpoints?.join() ?? '';
}

/** What `b` and `B` do at a node. */
export function breakpointKey(
  when: When,
  { id, kind }: NodeBox,
  view: NodeView,
  { neverStops, onToggle }: Pick<BreakpointsProps, 'neverStops' | 'onToggle'>,
): void {
  if (kind === 'node' && !neverStops?.includes(id)) onToggle?.(id, when, !onAt(view).includes(when));
}

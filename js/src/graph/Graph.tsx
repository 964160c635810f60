import type { VNode } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { memo } from '../parts/memo';
import type { GraphView, NodeBox, NodeView } from '../protocol';
import { useCanSend, useView } from '../view-context';
import { Breakpoints, breakpointKey, type Toggle } from './Breakpoints';
import { currentNode } from './current';
import { Edge, EdgeLabel } from './Edge';
import { Folds } from './Folds';
import { Node } from './Node';
import { inBox } from './place';
import { Tip } from './Tip';
import { Toolbar, ZOOM } from './Toolbar';
import { useMotion } from './use-motion';
import { usePlace } from './use-place';
import { walk } from './walk';

interface GraphProps {
  graph: GraphView;
  nodes: Record<string, NodeView>;
  edges: Record<string, number>;
  /** The nodes that a question of theirs can be jumped to. */
  asking: ReadonlySet<string>;
  litNode: string | null;
  /** The nodes that no breakpoint can be at. */
  neverStops: string[] | undefined;
  /** Without it no breakpoint can be switched. */
  onToggle: Toggle | undefined;
  onLight(node: string | null): void;
  onOpen(node: string): void;
}

const IDLE: NodeView = { status: 'idle', runs: 0 };

/** The live graph. Drawn from the kernel's layout; only what an update changes is drawn again. */
export function Graph(props: GraphProps): VNode {
  const { graph, nodes, edges, asking, litNode, neverStops, onToggle, onLight, onOpen } = props;
  const { connection, selection, select } = useView();
  const canFold = useCanSend();
  const canvas = useRef<HTMLDivElement>(null);
  /** The node that Tab leads to: the last one that was clicked or walked to. */
  const [entered, enter] = useState<string | null>(null);
  /** What is folded or unfolded by a key: it keeps the focus, though it is drawn as something else then. */
  const folding = useRef<string | null>(null);
  const [tip, setTip] = useState<{ node: string; now: boolean } | null>(null);

  const box = (id: string | null | undefined) => graph.nodes.find((one) => one.id === id);
  /** Where a node is drawn: it may be folded in another. */
  const around = (id: string): NodeBox | undefined =>
    box(id) ?? ((id && around(id.slice(0, Math.max(0, id.lastIndexOf(':'))))) || undefined);
  const viewOf = (id: string) => (Object.hasOwn(nodes, id) ? nodes[id] : undefined) ?? IDLE;
  const current = currentNode(graph.nodes, viewOf);
  const entry = box(entered) ?? current ?? graph.nodes[0];
  const placing = usePlace(canvas, graph, current, entry, () => setTip(null));

  useMotion(canvas, graph);

  const marked = around(selection?.node ?? '')?.id;
  // What is selected in the timeline may be out of sight here.
  useLayoutEffect(() => {
    if (selection?.kind === 'task') placing.show(box(marked));
  }, [marked]);

  const act = (id: string) => {
    const kind = box(id)?.kind;
    if (asking.has(id)) onOpen(id);
    else if (kind === 'node' || kind === 'group') select({ kind: 'node', node: id });
  };
  const fold = (id: string) => {
    enter(id);
    if (canFold) connection.fold(id, !box(id)?.folded);
  };
  const focus = (id: string) => {
    const drawn = canvas.current?.querySelectorAll<SVGElement>('[role=option]') ?? [];
    [...drawn].find((one) => nodeOf(one) === id)?.focus({ preventScroll: true });
  };
  useLayoutEffect(() => {
    if (folding.current !== null) focus(folding.current);
    folding.current = null;
  }, [graph]);
  const keys: Record<string, () => void> = {
    Enter: () => act(entry?.id ?? ''),
    ' ': () => {
      if (entry?.kind !== 'group' && !entry?.folded) return act(entry?.id ?? '');
      folding.current = entry.id;
      fold(entry.id);
    },
    Escape: () => {
      select(null);
      setTip(null);
    },
    b: () => entry && breakpointKey('before', entry, viewOf(entry.id), props),
    B: () => entry && breakpointKey('after', entry, viewOf(entry.id), props),
    f: () => placing.follow(!placing.following),
    0: placing.fit,
    '+': () => placing.zoom(ZOOM),
    '=': () => placing.zoom(ZOOM),
    '-': () => placing.zoom(1 / ZOOM),
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = entry && walk(graph, entry, event.key);
    const press = keys[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey || (to === undefined && press === undefined)) return;
    event.preventDefault();
    press?.();
    if (to == null) return;
    enter(to.id);
    placing.show(to);
    focus(to.id);
  };
  const point = (event: Event) => {
    const id = nodeAt(event);
    onLight(id);
    if (id !== tip?.node) setTip(id === null ? null : { node: id, now: viewOf(id).status === 'failed' });
  };

  const groups = graph.nodes.filter(({ kind }) => kind === 'group');
  const tipped = tip === null ? undefined : box(tip.node);
  const draw = (one: NodeBox) => (
    <Node
      key={one.id}
      box={one}
      doing={JSON.stringify(viewOf(one.id))}
      lit={litNode === one.id}
      selected={marked === one.id}
      entry={entry === one}
      edges={graph.edges}
    />
  );
  return (
    <div class="hitl-graph" role="group" aria-label="Graph">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the same is done by keys on the nodes */}
      <div
        class="hitl-canvas"
        ref={canvas}
        {...placing.hands}
        onDblClick={placing.fit}
        // Not at a part of the drawing: Chromium stops with Tab at each that listens for the focus (156).
        onFocusIn={(event) => {
          const id = nodeAt(event);
          if (id === null) return;
          enter(id);
          if (!(event.target as Element).matches(':focus-visible')) return;
          placing.show(box(id));
          setTip({ node: id, now: true });
        }}
        onFocusOut={() => setTip(null)}
      >
        {/* biome-ignore lint/a11y/useKeyWithMouseEvents: a focused node has the same tooltip by `onFocusIn` */}
        <svg
          class="hitl-drawing"
          role="none"
          width={graph.width}
          height={graph.height}
          onMouseOver={point}
          onMouseLeave={point}
        >
          <g
            role="listbox"
            aria-label="Nodes"
            onKeyDown={onKeyDown}
            onClick={(event) => {
              const id = nodeAt(event);
              if (id === null) return;
              enter(id);
              act(id);
            }}
          >
            {groups.map(draw)}
            <Edges graph={graph} edges={edges} />
            {/* Above the lines, which lead into a frame where its name may be. */}
            {groups.map(({ id, label, x, y }) => (
              // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a text, which nobody can focus
              <g key={id} data-at={id} style={{ transform: `translate(${x}px, ${y}px)` }} aria-hidden="true">
                <text class="hitl-group-label" x="12" y="14">
                  {label}
                </text>
              </g>
            ))}
            {graph.nodes.filter(({ kind }) => kind !== 'group').map(draw)}
          </g>
          <Breakpoints boxes={graph.nodes} pointed={tip?.node ?? null} {...{ viewOf, neverStops, onToggle }} />
          {canFold && <Folds nodes={graph.nodes} onFold={fold} />}
        </svg>
        <div class="hitl-fading" />
      </div>
      <Toolbar placing={placing} />
      {tip !== null && tipped !== undefined && (
        <Tip at={inBox(placing.at, tipped)} view={viewOf(tip.node)} now={tip.now} />
      )}
    </div>
  );
}

function nodeAt({ target }: Event): string | null {
  return nodeOf(target as Element);
}

function nodeOf(drawn: Element): string | null {
  return drawn.closest<SVGElement>('[data-node]')?.dataset['node'] ?? null;
}

/** Edges that were taken are drawn last, so that they lie on top where lines meet. */
const Edges = memo<{ graph: GraphView; edges: Record<string, number> }>(({ graph, edges }) => {
  const count = (id: string) => edges[id] ?? 0;
  const draw = (taken: boolean) =>
    graph.edges
      .filter(({ id }) => count(id) > 0 === taken)
      .map((edge) => <Edge key={edge.id} edge={edge} taken={taken} />);
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a group of lines, which nobody can focus
    <g aria-hidden="true">
      <g>{draw(false)}</g>
      <g>{draw(true)}</g>
      {graph.edges.map((edge) => (
        <EdgeLabel key={edge.id} edge={edge} count={count(edge.id)} />
      ))}
    </g>
  );
});

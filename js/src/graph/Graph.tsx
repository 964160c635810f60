import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { memo } from '../parts/memo';
import type { EdgePath, GraphView, NodeView } from '../protocol';
import { Breakpoints, breakpointKey, type Toggle } from './Breakpoints';
import { Edge, EdgeLabel } from './Edge';
import { Node } from './Node';
import { scrollToNode } from './scroll';

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

/** The live graph. Drawn from the kernel's layout; only what an update changes is drawn again. */
export function Graph(props: GraphProps): VNode {
  const { graph, nodes, edges, asking, litNode, neverStops, onToggle, onLight, onOpen } = props;
  const box = useRef<HTMLDivElement>(null);
  const current = currentNode(graph, nodes);
  useEffect(() => {
    if (box.current !== null && current !== null) scrollToNode(box.current, current);
  }, [current]);

  const { width, height } = graph;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div class="hitl-graph" ref={box} tabIndex={0} role="group" aria-label="Graph">
      <svg
        class="hitl-drawing"
        viewBox={`0 0 ${width} ${height}`}
        style={{ aspectRatio: `${width} / ${height}` }}
        aria-label="Nodes"
        role="group"
        onKeyDown={(event) => {
          const id = (event.target as Element).closest<SVGElement>('[data-node]')?.dataset['node'];
          const at = graph.nodes.find((one) => one.id === id);
          if (at !== undefined && !event.ctrlKey && !event.metaKey && !event.altKey) breakpointKey(event, at, props);
        }}
      >
        <Boxes kind="group" {...{ graph, nodes, asking, litNode, onLight, onOpen }} />
        <Edges graph={graph} edges={edges} />
        <EdgeLabels edges={graph.edges} />
        <Boxes kind="node" {...{ graph, nodes, asking, litNode, onLight, onOpen }} />
        <Breakpoints boxes={graph.nodes} {...{ nodes, litNode, neverStops, onToggle, onLight }} />
      </svg>
    </div>
  );
}

/** Frames lie below the edges, nodes above. */
function Boxes({
  kind,
  graph,
  nodes,
  asking,
  litNode,
  onLight,
  onOpen,
}: Omit<GraphProps, 'edges' | 'neverStops' | 'onToggle'> & { kind: 'group' | 'node' }): VNode {
  const boxes = graph.nodes.filter((box) => (box.kind === 'group') === (kind === 'group'));
  return (
    <>
      {boxes.map((box) => {
        const state = Object.hasOwn(nodes, box.id) ? nodes[box.id] : undefined;
        return (
          <Node
            key={box.id}
            box={box}
            status={state?.status ?? 'idle'}
            runs={state?.runs ?? 0}
            error={state?.error}
            lit={litNode === box.id}
            onOpen={asking.has(box.id) ? onOpen : undefined}
            onLight={onLight}
          />
        );
      })}
    </>
  );
}

/** Edges that were taken are drawn last, so that they lie on top where lines meet. */
const Edges = memo<{ graph: GraphView; edges: Record<string, number> }>(({ graph, edges }) => {
  const isTaken = (edge: EdgePath) => (Object.hasOwn(edges, edge.id) ? (edges[edge.id] ?? 0) > 0 : false);
  const taken = graph.edges.filter(isTaken);
  const others = graph.edges.filter((edge) => !isTaken(edge));
  return (
    <>
      {[...others, ...taken].map((edge) => (
        <Edge key={edge.id} edge={edge} taken={isTaken(edge)} />
      ))}
    </>
  );
});

const EdgeLabels = memo<{ edges: EdgePath[] }>(({ edges }) => (
  <>
    {edges.map((edge) => (
      <EdgeLabel key={edge.id} edge={edge} />
    ))}
  </>
));

/** Where the run is: at the node that waits, else at the one that runs. */
function currentNode(graph: GraphView, nodes: Record<string, NodeView>): string | null {
  for (const status of ['waiting', 'running', 'failed'] as const) {
    const found = graph.nodes.find((box) => box.kind === 'node' && nodes[box.id]?.status === status);
    if (found !== undefined) return found.id;
  }
  return null;
}

import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { AppProps } from './App';
import { Graph } from './graph/Graph';
import { sizeStyle } from './graph/size';
import { useTraits } from './traits';
import { useLink, ViewProvider } from './view-context';

const NONE = {};
const NOBODY: ReadonlySet<string> = new Set();
const nothing = () => undefined;

/** A graph without a run: what `hitl.draw` shows. */
export function Drawing({ model, host, connection }: AppProps): VNode {
  const { graph, nodes } = useTraits(model);
  const link = useLink(connection);
  const [litNode, light] = useState<string | null>(null);

  const seen = {
    threadId: '',
    runName: undefined,
    expecting: null,
    expect: nothing,
    assets: NONE,
    selection: null,
    select: nothing,
    announce: nothing,
  };
  return (
    <ViewProvider value={{ model, host, connection, link, ...seen }}>
      <div class="hitl-alone" style={sizeStyle(graph)}>
        {graph !== null && (
          <Graph
            graph={graph}
            nodes={nodes}
            edges={NONE}
            asking={NOBODY}
            litNode={litNode}
            neverStops={undefined}
            onToggle={undefined}
            onLight={light}
            onOpen={nothing}
          />
        )}
      </div>
    </ViewProvider>
  );
}

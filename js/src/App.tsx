import type { VNode } from 'preact';
import { useCallback, useMemo, useRef, useState } from 'preact/hooks';
import { Cards } from './cards/Cards';
import { focusFirstControl } from './cards/focus';
import type { Connection } from './connection';
import { Forks } from './forks/Forks';
import { useExpected } from './forks/use-expected';
import type { Toggle } from './graph/Breakpoints';
import { Graph } from './graph/Graph';
import { sizeStyle } from './graph/size';
import type { Host, Model } from './host';
import { Inside } from './inside/Inside';
import { canSend } from './link';
import { AlwaysApproved } from './run/AlwaysApproved';
import { Failure } from './run/Failure';
import { Header } from './run/Header';
import { LinkBanner } from './run/LinkBanner';
import { Notices } from './run/Notices';
import { Timeline } from './timeline/Timeline';
import { useTraits } from './traits';
import { type Selection, useLink, type View, ViewProvider } from './view-context';

export interface AppProps {
  model: Model;
  host: Host | undefined;
  connection: Connection;
}

/** One view of a session. */
export function App({ model, host, connection }: AppProps): VNode {
  const { graph, run, nodes, edges, cards: told, assets, timeline, forks } = useTraits(model);
  const link = useLink(connection);
  // A saved page has no use for the box of a chat that has finished; where a kernel is gone, what was typed there stays.
  const cards = run.status === 'finished' && link === 'saved' ? told.filter(({ closed }) => closed) : told;
  const asks = cards.some(({ status }) => status === 'open');
  const [announcement, announce] = useState('');
  const [litNode, light] = useState<string | null>(null);
  const [selection, select] = useState<Selection | null>(null);
  const [chosen, choose] = useState<string | null>(null);
  const columns = useRef<HTMLDivElement>(null);

  // One set for as long as the same nodes ask, so that an update draws no node again for it.
  const askingNodes = cards.flatMap(({ node, closed }) => (closed ? [] : node)).join('\n');
  const asking = useMemo(() => new Set(askingNodes.split('\n')), [askingNodes]);

  const openCard = useCallback(
    (node: string) => {
      const asked = (model.get('cards') as typeof cards).find((card) => card.node === node && !card.closed);
      const forms = columns.current?.querySelectorAll<HTMLElement>('.hitl-card') ?? [];
      const form = [...forms].find((one) => one.dataset['request'] === asked?.request);
      if (form === undefined) return select({ kind: 'node', node });
      focusFirstControl(form);
      form.scrollIntoView({ block: 'nearest' });
    },
    [model],
  );

  const { expecting, expect } = useExpected({
    run,
    forks,
    cards,
    link,
    onFork: (fork) => {
      choose(fork.name);
      announce(`${fork.name} has started: ${fork.label}. It is shown.`);
      // Its panel is drawn first.
      requestAnimationFrame(() =>
        columns.current?.closest('.hitl-root')?.querySelector<HTMLElement>('.hitl-fork')?.focus(),
      );
    },
    onQuestion: ({ node }) => requestAnimationFrame(() => openCard(node)),
  });
  const toggle: Toggle = (node, when, on) => {
    if (connection.breakpoint(node, when, on)) announce(`${on ? 'Stops' : 'No longer stops'} ${when} ${node}`);
  };

  const view: View = useMemo(
    () => ({
      ...{
        model,
        host,
        connection,
        link,
        threadId: run.thread_id,
        runName: run.name,
        assets,
        selection,
        select,
        announce,
      },
      ...{ expecting, expect },
    }),
    [model, host, connection, link, run.thread_id, run.name, assets, selection, expecting, expect],
  );

  return (
    <ViewProvider value={view}>
      <Forks run={run} forks={forks} chosen={chosen} onChoose={choose}>
        <Header run={run} asks={asks} />
        <LinkBanner status={run.status} attach={run.attach} />
        <Notices notices={run.notices} />
        <AlwaysApproved run={run} />
        {/* Where it is wide it may be cut off beside what is asked; where it is low it leaves room for that below. */}
        <div
          class="hitl-columns"
          data-flat={graph !== null && graph.width > 410 && graph.height < 340}
          ref={columns}
          style={sizeStyle(graph)}
        >
          {graph === null ? (
            <div class="hitl-graph hitl-laying-out">Laying out the graph…</div>
          ) : (
            <Graph
              {...{ graph, nodes, edges, asking, litNode }}
              neverStops={run.never_stops}
              onToggle={canSend(link) ? toggle : undefined}
              onLight={light}
              onOpen={openCard}
            />
          )}
          <div class="hitl-side">
            {run.error !== null && <Failure error={run.error} asks={asks} />}
            <Cards cards={cards} run={run} nodes={nodes} litNode={litNode} onLight={light} />
            <Timeline timeline={timeline} graph={graph} />
          </div>
        </div>
        <Inside seq={run.seq} nodes={nodes} />
      </Forks>
      <div class="hitl-unseen" aria-live="polite">
        {announcement}
      </div>
    </ViewProvider>
  );
}

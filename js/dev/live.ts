/** A graph at work: every status, and every sign on a node, at once. */

import type { Traits } from '../src/host';
import type { GraphView, NodeView } from '../src/protocol';
import graphs from './live-graph.json';
import { approval, card, run } from './shapes';
import { timelineOf } from './timeline';

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();

const nodes: Record<string, NodeView> = {
  __start__: { status: 'done', runs: 1 },
  plan: { status: 'done', runs: 3, took: 2.41, breakpoints: ['before'] },
  search: { status: 'done', runs: 2, took: 0.34, cached: 1 },
  research: { status: 'running', runs: 0, since: ago(64) },
  'research:fetch': {
    status: 'running',
    runs: 0,
    since: ago(64),
    tasks: { started: 50, running: 6, waiting: 2, failed: 1, done: 41 },
  },
  'research:read': { status: 'running', runs: 1, since: ago(7), progress: 0.4, attempt: 2, retried: 1 },
  'research:judge': { status: 'failed', runs: 0 },
  'research:judge:rate': {
    status: 'failed',
    runs: 0,
    took: 12.04,
    error: 'ValueError: the model says "maybe", and a rating is a number from 1 to 5',
  },
  writers: { status: 'waiting', runs: 1, took: 65, stops_inside: 2 },
  review: { status: 'waiting', runs: 1, breakpoints: ['before', 'after'] },
  publish: { status: 'next', runs: 0 },
};

const scenario = (graph: GraphView): Omit<Traits, 'assets' | 'forks'> => ({
  graph,
  run: run({ status: 'running' }),
  nodes,
  edges: {
    '__start__->plan': 1,
    'plan->search': 2,
    'search->plan': 2,
    'plan->research:fetch': 1,
    'plan->research': 1,
    'research:fetch->research:read': 3,
    'research:read->research:fetch': 2,
    'research:read->research:judge:rate': 1,
  },
  cards: [card('review', 'Is the report good?', { control: approval() })],
  timeline: timelineOf([]),
});

export const live = {
  live: scenario(graphs.open as GraphView),
  'live-folded': scenario(graphs.folded as GraphView),
};

/** What a fold asks for. */
export function foldLive(graph: GraphView, group: string, folded: boolean): GraphView {
  if (group !== 'research') return graph;
  return (folded ? graphs.folded : graphs.open) as GraphView;
}

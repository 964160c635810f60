/** The kernel's state as the view draws it: read from the model's traits, never written. */
import { useEffect, useState } from 'preact/hooks';
import type { Model, Traits } from './host';

const NAMES = ['graph', 'run', 'nodes', 'edges', 'cards', 'assets', 'timeline', 'forks'] as const;

const EMPTY: Traits = {
  graph: null,
  run: { seq: 0, status: 'idle', thread_id: '', notices: [], error: null, can_retry: false, attach: null },
  nodes: {},
  edges: {},
  cards: [],
  assets: {},
  timeline: { epoch: 0, total: 0, decisions: 0, latest: [] },
  forks: [],
};

export function readTraits(model: Model): Traits {
  const read = NAMES.map((name) => [name, model.get(name) ?? EMPTY[name]]);
  return Object.fromEntries(read) as unknown as Traits;
}

/** Calls `listener` after each change of a trait; returns how to stop it. */
export function onTraits(model: Model, listener: () => void): () => void {
  for (const name of NAMES) model.on(`change:${name}`, listener);
  return () => {
    for (const name of NAMES) model.off(`change:${name}`, listener);
  };
}

export function useTraits(model: Model): Traits {
  const [traits, setTraits] = useState(() => readTraits(model));
  useEffect(() => {
    // One message may change several traits, one event each; Preact draws them in one go. The arguments of the event
    // differ between hosts, so the model is read again.
    const read = () => setTraits(readTraits(model));
    read();
    return onTraits(model, read);
  }, [model]);
  return traits;
}

/** Draws a view of a model in memory, and takes it away after the test. */
import { within } from '@testing-library/dom';
import { act } from '@testing-library/preact';
import userEvent from '@testing-library/user-event';
import { afterEach } from 'vitest';
import { MemoryModel } from '../dev/memory-model';
import { column, run } from '../dev/shapes';
import { NOTHING } from '../dev/timeline';
import type { Host, Traits } from '../src/host';
import type { AnswerIntent, CardView } from '../src/protocol';
import widget from '../src/widget';

export const GRAPH = column(['ask_approval', 'ask_address', 'ask_budget']);

const TRAITS: Traits = {
  graph: GRAPH,
  run: run(),
  nodes: {},
  edges: {},
  cards: [],
  assets: {},
  timeline: NOTHING,
  forks: [],
};

const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
  document.body.replaceChildren();
});

/** A thread of its own for each model: what is typed is kept by thread and request. */
let threads = 0;

export function modelOf(traits: Partial<Traits> = {}): MemoryModel {
  threads += 1;
  const model = new MemoryModel({ ...TRAITS, ...traits });
  model.set({ run: { ...run({ thread_id: `thread-${threads}` }), ...traits.run } });
  // A live kernel; tests of a dead or busy one say so.
  model.kernel = (intent) => {
    if (intent.type === 'hello') queueMicrotask(() => model.tell({ type: 'ack', client: intent.client }));
  };
  return model;
}

export function draw(model: MemoryModel, host?: Host) {
  const el = document.createElement('div');
  document.body.append(el);
  let end: () => void = () => undefined;
  act(() => {
    end = widget.render({ model, el, ...(host === undefined ? {} : { host }) });
  });
  ends.push(end);
  return { model, el, end, view: within(el), user: userEvent.setup() };
}

export function drawCards(...cards: CardView[]) {
  return draw(modelOf({ cards }));
}

/** Kernel to browser. */
export function update(model: MemoryModel, traits: Partial<Traits>): void {
  act(() => model.set(traits));
}

export function answers(model: MemoryModel): AnswerIntent[] {
  return model.sent.filter((intent) => intent.type === 'answer');
}

/** The one answer that was sent. */
export function answerOf(model: MemoryModel): unknown {
  const sent = answers(model);
  if (sent.length !== 1) throw new Error(`${sent.length} answers were sent`);
  return sent[0]?.value;
}

export function card(el: HTMLElement, name: string): HTMLElement {
  return within(el).getByRole('form', { name });
}

/** Draws a scenario as the page's address says: ?scenario=three&theme=dark&kernel=live|busy|gone|saved */
import type { Traits } from '../src/host';
import type { FetchIntent, GraphView, Intent, TableQuery } from '../src/protocol';
import rich from '../src/rich/index';
import widget from '../src/widget';
import { answerFiles } from './files';
import { foldLive } from './live';
import { MemoryModel, sliderManager } from './memory-model';
import { scenarios } from './scenarios';
import { decision } from './shapes';
import { answerQuery, rowOf } from './table';

const query = new URLSearchParams(location.search);
const theme = query.get('theme') ?? 'light';
const kernel = query.get('kernel') ?? 'live';
document.body.dataset['jpThemeLight'] = String(theme === 'light');

const scenario = query.get('scenario') ?? 'three';
// A graph without a run, as `hitl.draw` shows it.
const drawing = { graph: scenarios['form']?.graph ?? null, alone: true } as object;
const model = new MemoryModel(scenario === 'drawing' ? drawing : (scenarios[scenario] as Traits));
// The second bundle, as the kernel would send it.
Object.assign(window, { rich });
model.set({ rich: 'export default window.rich;' } as object);
model.widget_manager = sliderManager();
model.kernel = (intent) => {
  if (kernel === 'gone') throw new Error('Cannot send');
  if (kernel !== 'live') return;
  if (intent.type === 'hello') setTimeout(() => model.tell({ type: 'ack', client: intent.client }), 5);
  else if (intent.type === 'fetch') setTimeout(() => tell(intent), Number(query.get('slow') ?? 40));
  else setTimeout(() => take(intent), 300);
};

/** A part of what a card shows. */
function tell(intent: FetchIntent): void {
  const { client, id, request, what } = intent;
  const card = (model.get('cards') as Traits['cards']).find((one) => one.request === request);
  if (card?.control.kind !== 'table') {
    answerFiles(model, intent);
    return;
  }
  const { count } = card.control;
  model.tell({ type: 'fetched', client, id, data: answerQuery(rowOf, count, what as unknown as TableQuery) });
}

/** A kernel that is content with every answer. */
function take(intent: Intent): void {
  const cards = model.get('cards') as Traits['cards'];
  const run = model.get('run') as Traits['run'];
  const { total, latest } = model.get('decisions') as Traits['decisions'];
  if (intent.type === 'breakpoint') {
    const nodes = model.get('nodes') as Traits['nodes'];
    const node = nodes[intent.node] ?? { status: 'idle', runs: 0 };
    const others = (node.breakpoints ?? []).filter((when) => when !== intent.when);
    const breakpoints = intent.on ? [...others, intent.when].sort().reverse() : others;
    model.set({ nodes: { ...nodes, [intent.node]: { ...node, breakpoints } } });
  }
  if (intent.type === 'stop') model.set({ run: { ...run, status: 'stopped' }, cards: [] });
  if (intent.type === 'retry') model.set({ run: { ...run, status: 'running', error: null, can_retry: false } });
  if (intent.type === 'fold')
    model.set({ graph: foldLive(model.get('graph') as GraphView, intent.group, intent.folded) });
  if (intent.type !== 'answer') return;
  const card = cards.find((one) => one.request === intent.request);
  if (card === undefined) return;
  const answer = typeof intent.value === 'string' ? intent.value : JSON.stringify(intent.value);
  const left = cards.filter((one) => one !== card);
  model.set({
    cards: left,
    run: { ...run, status: left.length === 0 ? 'finished' : 'waiting' },
    nodes: { ...(model.get('nodes') as Traits['nodes']), [card.node]: { status: 'done', runs: 1 } },
    decisions: {
      total: total + 1,
      latest: [
        ...latest,
        decision(total, card.node, {
          question: card.question,
          answer,
          at: new Date().toISOString(),
          reason: intent.reason ?? null,
          approved: typeof intent.value === 'boolean' ? intent.value : null,
        }),
      ],
    },
  });
}

Object.assign(window, { model });
widget.render({ model, el: document.getElementById('cell') as HTMLElement });
if (kernel === 'busy') setTimeout(() => model.set({ run: model.get('run') as Traits['run'] }), 10);

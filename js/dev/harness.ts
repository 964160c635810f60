/** Draws a scenario as the page's address says: ?scenario=three&theme=dark&kernel=live|busy|gone|saved */
import type { Traits } from '../src/host';
import insideCode from '../src/inside/index';
import type { FetchIntent, GraphView, Intent, LookIntent, TableQuery } from '../src/protocol';
import rich from '../src/rich/index';
import widget from '../src/widget';
import { comparison, host } from './all';
import { answerFiles } from './files';
import { answerLook } from './inside';
import { foldLive } from './live';
import { MemoryModel, sliderManager } from './memory-model';
import { scenarios } from './scenarios';
import { decision } from './shapes';
import { answerQuery, rowOf } from './table';
import { answered, longTimeline, rowsOf, timelineOf } from './timeline';

const query = new URLSearchParams(location.search);
const theme = query.get('theme') ?? 'light';
const kernel = query.get('kernel') ?? 'live';
document.body.dataset['jpThemeLight'] = String(theme === 'light');

const scenario = query.get('scenario') ?? 'three';
// A graph without a run, as `hitl.draw` shows it.
const drawing = { graph: scenarios['form']?.graph ?? null, alone: true } as object;
const model = new MemoryModel(scenario === 'drawing' ? drawing : (scenarios[scenario] as Traits));
// The other bundles, as the kernel would send them.
Object.assign(window, { rich, insideCode });
model.set({ rich: 'export default window.rich;' } as object);
model.widget_manager = sliderManager();
model.kernel = (intent) => {
  if (kernel === 'gone') throw new Error('Cannot send');
  if (kernel !== 'live') return;
  if (intent.type === 'hello') setTimeout(() => model.tell({ type: 'ack', client: intent.client }), 5);
  else if (intent.type === 'fetch') setTimeout(() => tell(intent), Number(query.get('slow') ?? 40));
  else if (intent.type === 'need') model.set({ inside: 'export default window.insideCode;' } as object);
  else if (intent.type === 'look') setTimeout(() => look(intent), Number(query.get('slow') ?? 40));
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

/** Every row that there is; the trait has the last of them. */
const rows =
  query.get('scenario') === 'timeline'
    ? longTimeline(5_000)
    : [...(model.get('timeline') as Traits['timeline']).latest];

/** Steps go on, as fast as a graph may run: `go(20)` adds so many with each of twenty updates a second. */
function go(each: number): () => void {
  const timer = setInterval(() => {
    rows.push(...longTimeline(rows.length + each, rows.length));
    const timeline = model.get('timeline') as Traits['timeline'];
    model.set({ timeline: { ...timeline, total: rows.length, latest: rows.slice(-20) } });
  }, 50);
  return () => clearInterval(timer);
}
Object.assign(window, { go });

function look({ client, id, at }: LookIntent): void {
  const data =
    at.kind === 'rows'
      ? rowsOf(rows, at)
      : at.kind === 'replay'
        ? "unattended={'review': hitl.each([True, 'No'])}"
        : at.kind === 'answer'
          ? `the whole of ${JSON.stringify(at)}`
          : at.kind === 'comparison'
            ? comparison
            : answerLook(at);
  model.tell({ type: 'fetched', client, id, data });
}

/** A kernel that is content with every answer. */
function take(intent: Intent): void {
  const cards = model.get('cards') as Traits['cards'];
  const run = model.get('run') as Traits['run'];
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
  rows.push(
    answered(
      decision(rows.filter(({ kind }) => kind === 'decision').length, card.node, {
        question: card.question,
        answer,
        at: new Date().toISOString(),
        reason: intent.reason ?? null,
        approved: typeof intent.value === 'boolean' ? intent.value : null,
      }),
    ),
  );
  model.set({
    cards: left,
    run: { ...run, status: left.length === 0 ? 'finished' : 'waiting' },
    nodes: { ...(model.get('nodes') as Traits['nodes']), [card.node]: { status: 'done', runs: 1 } },
    timeline: timelineOf(rows),
  });
}

Object.assign(window, { model });
const el = document.getElementById('cell') as HTMLElement;
// A fork's view is a widget of its own.
widget.render({ model, el, ...(scenario === 'all' ? { host } : {}) });
if (kernel === 'busy') setTimeout(() => model.set({ run: model.get('run') as Traits['run'] }), 10);

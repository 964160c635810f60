/** All that a view may show at once: two forks, every status in the graph, a question, a timeline, the kernel's words. */
import type { Host, Traits } from '../src/host';
import type { ComparisonView, ForkView } from '../src/protocol';
import widget from '../src/widget';
import { live } from './live';
import { MemoryModel } from './memory-model';
import { decision, run } from './shapes';
import { answered, step, timelineOf, withTask } from './timeline';

const rows = [
  step('plan', { step: 0, took: 2.41 }),
  step('search', { step: 1, took: 0.34 }),
  answered(
    decision(0, 'plan', { question: 'Is this plan fine?', answer: 'Yes', approved: true, reason: 'Short enough.' }),
  ),
  withTask(step('fetch', { path: ['research'], count: 12, took: 2.4 }), { printed: 120 }),
  withTask(step('read', { path: ['research'], took: 0.61 }), { cached: true }),
  withTask(step('rate', { path: ['research', 'judge'], status: 'failed', took: 30.02 }), {
    error: 'ValueError: the model says "maybe", and a rating is a number from 1 to 5',
    attempts: 3,
  }),
  answered(
    decision(1, 'review', {
      question: 'Which tone should the report have, and how long may it be?',
      answer: 'Friendly, and not longer than a page.',
      by: 'code',
    }),
  ),
  step('writers', { step: 2, status: 'running', count: 3 }),
  step('review', { step: 3, status: 'waiting' }),
];
// What the harness's kernel has a panel full of things for.
for (const row of rows) if (row.kind === 'step' && row.status === 'failed' && row.tasks[0]) row.tasks[0].id = 't3';

const fork = (n: number, more: Partial<ForkView>): ForkView => ({
  name: `Fork ${n}`,
  kind: 'answer',
  label: 'review → Formal',
  status: 'waiting',
  waits_for: ['review'],
  view: `anywidget:fork-${n}`,
  ...more,
});

export const all = {
  all: {
    ...live.live,
    run: run({ status: 'waiting' }),
    timeline: timelineOf(rows),
    forks: [
      fork(1, { label: 'plan → No, the second source is not to be trusted at all', status: 'finished', waits_for: [] }),
      fork(2, { label: 'step 1', kind: 'state' as ForkView['kind'] }),
    ],
  },
};

/** What draws a fork. */
export const host: Host = {
  getModel: async () => new MemoryModel({}),
  getWidget: async (ref) => ({
    render: async ({ el, signal }) => {
      const finished = ref.endsWith('1');
      const traits = {
        ...live.live,
        run: run({ status: finished ? 'finished' : 'waiting', thread_id: ref, name: finished ? 'Fork 1' : 'Fork 2' }),
        timeline: timelineOf(rows.slice(0, 5)),
        cards: finished ? [] : live.live.cards,
        forks: [],
        assets: {},
      } as Traits;
      const model = new MemoryModel(traits);
      model.set({ rich: 'export default window.rich;' } as object);
      model.kernel = (intent) => {
        if (intent.type === 'hello') setTimeout(() => model.tell({ type: 'ack', client: intent.client }), 5);
      };
      const end = widget.render({ model, el });
      signal?.addEventListener('abort', () => end());
    },
  }),
} as Host;

export const comparison: ComparisonView = {
  words: 'The two runs part at step 1 (search).',
  before: 4,
  pairs: [
    { step: 0, ours: 'plan: wrote plan: 3 sources', theirs: 'plan: wrote plan: 3 sources', same: true },
    { step: 1, ours: 'search: wrote found: 12', theirs: 'search: wrote found: 4', same: false },
    { step: 2, ours: 'writers ×3: wrote nothing', theirs: null, same: false },
  ],
  after: 2,
  parts_at: 1,
  keys: [
    { key: 'found', ours: '12', theirs: '4' },
    { key: 'report', ours: 'A long report that says that all is well.', theirs: 'not there' },
  ],
  same: ['request', 'plan'],
};

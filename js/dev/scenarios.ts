/** What a reader may have in front of them, one scenario each. */

import markdownTexts from '../../tests/fixtures/markdown.json';
import type { Traits } from '../src/host';
import type { GraphView, MarkdownNode } from '../src/protocol';
import { all } from './all';
import { fileCards } from './files';
import { gallery } from './gallery';
import { live } from './live';
import nestedGraph from './nested-graph.json';
import { assets, pictures } from './pictures';
import { policies } from './policies';
import {
  approval,
  approve,
  argumentList,
  boolean,
  breakpoint,
  card,
  choice,
  choices,
  column,
  date,
  datetime,
  decide,
  decision,
  edit,
  form,
  item,
  json,
  number,
  object,
  plain,
  reject,
  respond,
  run,
  text,
  time,
} from './shapes';
import { rowOf, table } from './table';
import { answered, decided, longTimeline, NOTHING, step, timelineOf, withTask } from './timeline';

const THREE = column(['ask_approval', 'ask_address', 'ask_budget']);
const NESTED = nestedGraph as GraphView;

const search = { query: 'order 42 refund policy', limit: 42, order: '42', strict: false };
const searchForm = object({
  query: text({ default: search.query }),
  limit: number({ integer: true, minimum: 1, maximum: 100, default: search.limit }),
  order: text({ default: search.order }),
  strict: boolean({ default: search.strict }),
});
const refund = {
  order_id: '42',
  amount: 129.9,
  notify: true,
  coupon: null,
  note: '',
  lines: [{ sku: 'A-1', quantity: 2 }],
};
const refundForm = object({
  order_id: text({ default: '42' }),
  amount: number({ default: 129.9 }),
  notify: boolean({ default: true }),
  coupon: json({ default_text: 'null' }),
  note: text({ default: '', min_length: 0 }),
  lines: json({ default_text: JSON.stringify(refund.lines, null, 2) }),
});

const guestsForm = object({ guests: number({ integer: true, minimum: 1, maximum: 8 }), day: date() });
const questionsForm = object({
  0: text({ label: 'What is the project called?' }),
  1: choice(['Python', 'TypeScript', 'Rust'], { label: 'In which language?' }),
  2: choices(['Lint', 'Test', 'Build'], { label: 'What should run in CI?', required: false }),
});
const decline = { ...reject, name: 'decline', label: 'Decline', field: null };
const cancel = { ...reject, name: 'cancel', label: 'Cancel', field: null };

const invoice = object(
  {
    customer: text(),
    email: text({ label: 'E-mail', format: 'email', help: 'Where the invoice goes to.' }),
    total: number({ label: 'Total', minimum: 0, maximum: 10_000, default: 120.5 }),
    due: date({ label: 'Due', minimum: '2026-11-22' }),
    paid: boolean({ required: false }),
    address: object({
      street: text({ min_length: 3 }),
      city: text(),
      country: choice(['Germany', 'France', 'Spain', 'Italy', 'Poland'], { nullable: true }),
    }),
    note: text({ multiline: true, required: false }),
  },
  { label: 'Invoice' },
);

/** What the kernel makes of a text that the tests on both sides read. */
const described = (name: string) => markdownTexts.find((one) => one.name === name)?.tree as MarkdownNode[];

const STEPS = [
  step('plan', { step: 0, took: 0.42 }),
  step('research', { step: 1, took: 3.1 }),
  step('search', { path: ['research'], count: 12, took: 2.4 }),
  withTask(step('summarise', { path: ['research'], took: 0.61 }), { printed: 120, cached: true }),
  answered(
    decision(0, 'plan', { question: 'Is this plan fine?', answer: 'Yes', approved: true, reason: 'Short enough.' }),
  ),
  withTask(step('write', { step: 2, status: 'failed', took: 30.02 }), {
    error: 'ConnectionError: The search service did not answer within 30 s.',
    attempts: 3,
  }),
  answered(
    decision(1, 'review', { question: 'Which tone?', answer: 'Friendly, and not longer than a page.', by: 'code' }),
  ),
  step('send', { step: 3, status: 'running', count: 3 }),
  step('review', { step: 4, status: 'waiting' }),
];

export const scenarios: Record<string, Omit<Traits, 'assets' | 'forks'> & Partial<Pick<Traits, 'assets' | 'forks'>>> = {
  inside: {
    graph: column(['plan', 'refund', 'notify']),
    run: run({ status: 'failed', can_retry: true }),
    nodes: {
      plan: { status: 'done', runs: 1 },
      refund: { status: 'failed', runs: 2, error: 'OrderError: no such order: 42' },
      __start__: { status: 'done', runs: 1 },
    },
    edges: {},
    cards: [],
    timeline: timelineOf([]),
  },
  breakpoints: {
    graph: THREE,
    run: run({ status: 'running' }),
    nodes: {
      ask_approval: { status: 'running', runs: 0 },
      ask_address: { status: 'idle', runs: 0, breakpoints: ['before'] },
      ask_budget: { status: 'idle', runs: 0, breakpoints: ['before', 'after'] },
      __start__: { status: 'done', runs: 1 },
    },
    edges: { '__start__->ask_approval': 1 },
    cards: [],
    timeline: NOTHING,
  },
  ...live,
  ...all,

  elsewhere: {
    graph: THREE,
    run: run({
      status: 'running',
      notices: [
        'Somebody else is at work on this thread, or has left it in the middle of a step. What comes of it will be shown here; Stop ends the waiting for it.',
      ],
    }),
    nodes: {
      ask_approval: { status: 'done', runs: 1 },
      ask_address: { status: 'done', runs: 1 },
      ask_budget: { status: 'next', runs: 0 },
      __start__: { status: 'done', runs: 1 },
    },
    edges: { '__start__->ask_approval': 1, 'ask_approval->ask_address': 1 },
    cards: [
      card('ask_approval', 'Do you approve the refund?', {
        status: 'answered',
        closed: 'Answered in another session (by person, at 14:03:22 UTC): approved',
        description: plain('The order arrived broken; the customer sent photos.'),
        control: approval({ reason: 'optional' }),
      }),
      card('ask_address', "What's your address?", {
        status: 'answered',
        closed: 'Somebody else has answered this, or changed the thread: it is not asked any more.',
      }),
    ],
    timeline: timelineOf([step('ask_approval', { step: 0, took: 0.02 }), step('ask_address', { step: 1 })]),
  },

  three: {
    graph: THREE,
    run: run({ notices: ['No checkpointer: answers will not survive the kernel.'] }),
    nodes: {
      ask_approval: { status: 'waiting', runs: 0 },
      ask_address: { status: 'waiting', runs: 0 },
      ask_budget: { status: 'waiting', runs: 0 },
      __start__: { status: 'done', runs: 1 },
    },
    edges: { '__start__->ask_approval': 1 },
    cards: [
      card('ask_approval', 'Do you approve the refund?', {
        description: plain('The order arrived broken; the customer sent photos.'),
        context: [
          { label: 'Order', text: '42', mono: false },
          {
            label: 'Tool call',
            text: JSON.stringify({ name: 'refund', args: { order: 42, amount: 129.9, currency: 'EUR' } }, null, 2),
            mono: true,
          },
        ],
        control: approval(),
      }),
      card('ask_address', "What's your address?", { control: form(text()) }),
      card('ask_budget', "What's your budget?", { control: form(number({ minimum: 0, maximum: 5000, default: 100 })) }),
    ],
    timeline: NOTHING,
  },

  steps: {
    graph: column(['plan', 'research', 'write', 'review']),
    run: run({ status: 'running' }),
    nodes: { plan: { status: 'done', runs: 1 }, research: { status: 'running', runs: 2 } },
    edges: {},
    cards: [],
    timeline: timelineOf(STEPS),
  },

  timeline: {
    graph: column(['plan', 'research', 'write', 'review']),
    run: run({ status: 'running' }),
    nodes: { plan: { status: 'done', runs: 1 }, research: { status: 'running', runs: 2 } },
    edges: {},
    cards: [],
    timeline: timelineOf(longTimeline(5_000)),
  },

  files: {
    graph: column(['pick_file', 'import']),
    run: run(),
    nodes: { pick_file: { status: 'waiting', runs: 0 }, import: { status: 'waiting', runs: 0 } },
    edges: {},
    cards: fileCards,
    timeline: NOTHING,
  },

  form: {
    graph: NESTED,
    run: run(),
    nodes: {
      __start__: { status: 'done', runs: 1 },
      classify_request: { status: 'done', runs: 3 },
      approve_refund: { status: 'done', runs: 1 },
      'customer:collect': { status: 'done', runs: 12 },
      'customer:ask_address': { status: 'waiting', runs: 0 },
      customer: { status: 'running', runs: 0 },
    },
    edges: Object.fromEntries(NESTED.edges.slice(0, 4).map((edge) => [edge.id, 1])),
    cards: [
      card('customer:ask_address', 'Is the invoice right?', {
        asker: ['customer', 'ask_address'],
        control: form(invoice),
        error: 'The graph refused this answer.',
        field_errors: { customer: 'Nobody of this name.', 'address/city': 'Please fill this in.' },
        refusals: 1,
      }),
    ],
    timeline: decided(14, [
      decision(12, 'classify_request', { question: 'What kind of request is it?', answer: 'refund' }),
      decision(13, 'approve_refund', {
        question: 'Do you approve the refund?',
        answer: 'Yes',
        approved: true,
        reason: 'The photos show it.',
      }),
    ]),
  },

  decide: {
    graph: column(['model', 'tools']),
    run: run(),
    nodes: { tools: { status: 'waiting', runs: 0 } },
    edges: {},
    cards: [
      card('tools', 'Run search?', {
        control: decide([
          item('search', [approve, edit(searchForm), reject, respond], {
            description: plain('Search the web for what was said about an order.'),
            arguments: argumentList(search),
          }),
        ]),
      }),
      card('model', 'Run write_file?', {
        control: decide([
          item('write_file', [approve, reject], {
            arguments: argumentList({
              path: '/srv/shop/src/components/checkout/shipping/address-form-with-a-long-name.tsx',
              content: 'import { useState } from "react";\n\nexport function Form() {\n  return null;\n}\n'.repeat(4),
              overwrite_existing_files_without_asking: true,
            }),
          }),
        ]),
      }),
    ],
    timeline: decided(3, [
      decision(0, 'tools', { question: 'Run search?', answer: 'Approved', approved: true }),
      decision(1, 'tools', { question: 'Run delete?', answer: 'Rejected: that is the wrong file', approved: false }),
      decision(2, 'tools', {
        question: 'Review 2 actions',
        answer: 'search: Edited: limit 5 → 10\nrefund: Approved',
        approved: true,
      }),
    ]),
  },

  batch: {
    graph: column(['model', 'review']),
    run: run(),
    nodes: { review: { status: 'waiting', runs: 0 } },
    edges: {},
    cards: [
      card('review', 'Review 3 actions', {
        control: decide([
          item('search', [approve, edit(searchForm), reject, respond], { arguments: argumentList(search) }),
          item('refund', [approve, edit(refundForm), reject], {
            description: plain('Refunds above 100 € need a second pair of eyes.'),
            arguments: argumentList(refund),
          }),
          item('search (2)', [approve, reject], { arguments: argumentList({ query: 'delivery times' }) }),
        ]),
      }),
    ],
    timeline: NOTHING,
  },

  mcp: {
    graph: column(['model', 'tools']),
    run: run(),
    nodes: { tools: { status: 'waiting', runs: 0 } },
    edges: {},
    cards: [
      card('tools', 'book_table asks for your input', {
        control: decide(
          [
            item('guests', [{ ...approve, name: 'accept', label: 'Accept', field: guestsForm }, decline, cancel], {
              description: plain('How many are you, and when?'),
              start: 'accept',
            }),
            item('deposit', [{ ...approve, name: 'accept', label: 'Accept' }, decline, cancel], {
              description: plain('Please pay the deposit.'),
              link: { url: 'https://pay.example.org/deposit?booking=42', host: 'pay.example.org' },
            }),
          ],
          { rest: null },
        ),
      }),
    ],
    timeline: NOTHING,
  },

  ask_user: {
    graph: column(['model', 'tools']),
    run: run(),
    nodes: { tools: { status: 'waiting', runs: 0 } },
    edges: {},
    cards: [
      card('tools', 'Answer 3 questions', {
        control: decide([
          item('questions', [{ ...approve, name: 'answered', label: 'Answer', field: questionsForm }, cancel], {
            start: 'answered',
          }),
        ]),
      }),
    ],
    timeline: NOTHING,
  },

  choices: {
    graph: THREE,
    run: run(),
    nodes: { ask_approval: { status: 'waiting', runs: 0 } },
    edges: {},
    cards: [
      card('ask_approval', 'Where does it go?', { control: form(choice(['EU', 'US', 'Elsewhere'])) }),
      card('ask_address', 'Which warehouse?', {
        control: form(choice(Array.from({ length: 30 }, (_, index) => `Warehouse ${index + 1}`))),
      }),
      card('ask_tags', 'Which labels fit?', {
        control: form(choices(['fragile', 'express', 'gift', 'insured'], { min_items: 1 })),
      }),
      card('ask_budget', 'Which regions are affected?', {
        control: form(
          choices(
            Array.from({ length: 40 }, (_, index) => `Region ${index + 1}`),
            { max_items: 3 },
          ),
        ),
      }),
      card('ask_ok', 'Is it urgent?', { control: form(boolean()) }),
    ],
    timeline: NOTHING,
  },

  policies,

  gallery: { graph: null, run: run(), nodes: {}, edges: {}, cards: gallery, timeline: NOTHING },

  times: {
    graph: THREE,
    run: run(),
    nodes: { ask_approval: { status: 'waiting', runs: 0 } },
    edges: {},
    cards: [
      card('day', 'When is it due?', { control: form(date({ minimum: '2026-01-01' })) }),
      card('moment', 'When shall we call?', { control: form(datetime({ default: '2026-11-22T09:00:00Z' })) }),
      card('clock', 'At what time each day?', { control: form(time({ default: '08:30:00+02:00' })) }),
      card('state', 'What should the state become?', {
        control: form(json({ default_text: '{\n  "order": 42,\n  "items": [1, 2]\n}' })),
      }),
      card('secret', 'What is the password?', { control: form(text({ format: 'password' })) }),
      card('slider', 'How large a share?', {
        control: { kind: 'widget', ref: 'IPY_MODEL_slider', trait: 'value', submit: 'Submit' },
      }),
      card('long', 'Is this draft good enough to be sent?', {
        context: [{ label: 'Draft', text: 'Dear customer, we are sorry to hear that.\n'.repeat(30), mono: false }],
        control: approval({ reason: 'required_to_reject' }),
      }),
    ],
    timeline: NOTHING,
  },

  breakpoint: {
    graph: THREE,
    run: run(),
    nodes: { __start__: { status: 'done', runs: 1 }, ask_approval: { status: 'done', runs: 1 } },
    edges: { '__start__->ask_approval': 1 },
    cards: [
      card('ask_address', 'Before ask_address: continue?', {
        context: [
          {
            label: 'Messages',
            text: JSON.stringify([{ type: 'human', content: 'Refund order 42' }], null, 2),
            mono: true,
          },
        ],
        control: breakpoint(
          object(
            {
              request: text({ default: 'refund', min_length: 0 }),
              budget: number({ default: 250 }),
              region: choice(['EU', 'US'], { default: 'EU' }),
              tags: json({ default_text: '["urgent"]' }),
              note: text({ required: false, multiline: true }),
            },
            { label: 'State' },
          ),
        ),
      }),
      card('ask_budget', 'After ask_approval: continue?', { control: breakpoint(null) }),
    ],
    timeline: decided(2, [
      decision(0, 'ask_approval', { question: 'Before ask_approval: continue?', answer: 'Yes', approved: true }),
      decision(1, 'ask_address', {
        question: 'Before ask_address: continue?',
        answer: 'update: {"budget": 300}',
        reason: 'The customer called.',
      }),
    ]),
  },

  failed: {
    graph: NESTED,
    run: run({
      status: 'failed',
      can_retry: true,
      error: {
        type: 'ConnectionError',
        message: 'The payment service did not answer within 30 s.',
        node: 'approve_refund',
        traceback: Array.from({ length: 30 }, (_, n) => `  File "agent.py", line ${n * 7}, in approve_refund`).join(
          '\n',
        ),
      },
    }),
    nodes: {
      __start__: { status: 'done', runs: 1 },
      classify_request: { status: 'done', runs: 1 },
      approve_refund: { status: 'failed', runs: 0, error: 'ConnectionError: The payment service did not answer.' },
    },
    edges: Object.fromEntries(NESTED.edges.slice(0, 2).map((edge) => [edge.id, 1])),
    cards: [],
    timeline: decided(1, [decision(0, 'classify_request', { answer: 'refund' })]),
  },

  finished: {
    graph: THREE,
    run: run({ status: 'finished' }),
    nodes: Object.fromEntries(THREE.nodes.map((box) => [box.id, { status: 'done' as const, runs: 1 }])),
    edges: Object.fromEntries(THREE.edges.map((edge) => [edge.id, 1])),
    cards: [],
    timeline: decided(3, [
      decision(0, 'ask_approval', {
        question: 'Do you approve the refund?',
        answer: 'No',
        approved: false,
        reason: 'The photos show another order.',
      }),
      decision(1, 'ask_address', { question: "What's your address?", answer: '12 Main St\n10115 Berlin' }),
      decision(2, 'ask_budget', { question: "What's your budget?", answer: '250', by: 'code' }),
    ]),
  },

  table: {
    graph: null,
    run: run(),
    nodes: {},
    edges: {},
    cards: [
      card('rows', 'Which orders are refunded, and with how much?', {
        description: plain('Prices can be changed.'),
        control: table(1_200, {
          max_items: 50,
          start: {
            picked: [3, 5],
            edits: [{ position: 5, column: 2, value: 12.5, now: '12.5', was: rowOf(5)[2] ?? null }],
          },
        }),
      }),
      card('one', 'Which one comes first?', {
        control: { ...table(4), columns: table(4).columns.slice(0, 3), pick: 'one' },
      }),
    ],
    timeline: NOTHING,
  },

  running: {
    graph: null,
    run: run({ status: 'running', thread_id: '0d9c3a52-6b1f-4a62-9d0c-3f5a2b7c8d90' }),
    nodes: { ask_approval: { status: 'running', runs: 0 } },
    edges: {},
    cards: [],
    timeline: NOTHING,
  },

  markdown: {
    graph: column(['model', 'tools']),
    run: run(),
    nodes: { tools: { status: 'waiting', runs: 0 } },
    edges: {},
    cards: [
      card('model', 'Refund order 42?', {
        description: described('a tool that is described well'),
        control: approval(),
      }),
      card('tools', 'Run search?', {
        control: decide([
          item('search', [approve, reject], {
            description: described('a docstring as langchain passes it on'),
            arguments: argumentList({ query: search.query, limit: 10 }),
          }),
        ]),
      }),
      ...markdownTexts
        .slice(2)
        .map(({ name }) =>
          card(name.replaceAll(' ', '_'), `Is this ${name}?`, { asker: ['tools'], description: described(name) }),
        ),
    ],
    timeline: NOTHING,
  },

  again: {
    graph: THREE,
    run: run(),
    nodes: { ask_approval: { status: 'waiting', runs: 0 } },
    edges: {},
    cards: [
      card('ask_approval', 'And to which address?', {
        again: 'same_run',
        why: {
          findings: [
            {
              level: 'error',
              wrong:
                '`requests.post(f"{API}/orders/{order}/hold", timeout=5)` sends a request before `interrupt(...)` asks; the node runs from its top each time it is resumed, so this happens again with every answer.',
              mend: 'Do it after the question, in a node of its own, or in a `@task`, whose result is kept.',
              where: 'orders/nodes.py:42',
              code: 'requests.post(f"{API}/orders/{order}/hold", timeout=5)',
            },
            {
              level: 'info',
              wrong: '`print(...)` prints before `interrupt(...)` asks; it is printed again with every answer.',
              mend: 'Print it after the question.',
              where: 'orders/nodes.py:40',
              code: 'print(order)',
            },
          ],
          not_read: [],
        },
      }),
      card('ask_address', 'Whom shall we tell?', { again: 'came_back', why: { findings: [], not_read: [] } }),
      card('ask_budget', 'How much is it?', { again: 'came_back' }),
    ],
    timeline: NOTHING,
  },
  hostile: {
    graph: THREE,
    run: run({ notices: ['<img src=x onerror="alert(1)">'] }),
    nodes: { ask_approval: { status: 'waiting', runs: 0 } },
    edges: {},
    cards: [
      card('ask_approval', '<script>alert(1)</script> Approve?\nIt has two lines.', {
        description: plain('W'.repeat(300)),
        context: [{ label: '<b>Args</b>', text: `<a href="javascript:alert(1)">${'x'.repeat(900)}</a>`, mono: true }],
        control: approval({ approve: 'Yes, do it', reject: 'No <i>way</i>' }),
      }),
    ],
    timeline: NOTHING,
  },

  pictures: {
    graph: column(['one', 'several', 'which', 'some']),
    run: run(),
    nodes: {},
    edges: {},
    cards: pictures,
    assets,
    timeline: NOTHING,
  },
};

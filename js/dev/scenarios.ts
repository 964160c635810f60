/** What a reader may have in front of them, one scenario each. */

import markdownTexts from '../../tests/fixtures/markdown.json';
import type { Traits } from '../src/host';
import type { GraphView, MarkdownNode } from '../src/protocol';
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

const THREE = column(['ask_approval', 'ask_address', 'ask_budget']);
const NESTED = nestedGraph as GraphView;
const NO_DECISIONS = { total: 0, latest: [] };

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

export const scenarios: Record<string, Omit<Traits, 'assets'> & Partial<Pick<Traits, 'assets'>>> = {
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
    decisions: NO_DECISIONS,
  },
  ...live,

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
    decisions: NO_DECISIONS,
  },

  files: {
    graph: column(['pick_file', 'import']),
    run: run(),
    nodes: { pick_file: { status: 'waiting', runs: 0 }, import: { status: 'waiting', runs: 0 } },
    edges: {},
    cards: fileCards,
    decisions: NO_DECISIONS,
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
        path: ['customer', 'ask_address'],
        control: form(invoice),
        error: 'The graph refused this answer.',
        field_errors: { customer: 'Nobody of this name.', 'address/city': 'Please fill this in.' },
        refusals: 1,
      }),
    ],
    decisions: {
      total: 14,
      latest: [
        decision(12, 'classify_request', { question: 'What kind of request is it?', answer: 'refund' }),
        decision(13, 'approve_refund', {
          question: 'Do you approve the refund?',
          answer: 'Yes',
          approved: true,
          reason: 'The photos show it.',
        }),
      ],
    },
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
    decisions: {
      total: 3,
      latest: [
        decision(0, 'tools', { question: 'Run search?', answer: 'Approved', approved: true }),
        decision(1, 'tools', { question: 'Run delete?', answer: 'Rejected: that is the wrong file', approved: false }),
        decision(2, 'tools', {
          question: 'Review 2 actions',
          answer: 'search: Edited: limit 5 → 10\nrefund: Approved',
          approved: true,
        }),
      ],
    },
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
    decisions: NO_DECISIONS,
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
    decisions: NO_DECISIONS,
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
    decisions: NO_DECISIONS,
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
    decisions: NO_DECISIONS,
  },

  policies,

  gallery: { graph: null, run: run(), nodes: {}, edges: {}, cards: gallery, decisions: NO_DECISIONS },

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
    decisions: NO_DECISIONS,
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
    decisions: {
      total: 2,
      latest: [
        decision(0, 'ask_approval', { question: 'Before ask_approval: continue?', answer: 'Yes', approved: true }),
        decision(1, 'ask_address', {
          question: 'Before ask_address: continue?',
          answer: 'update: {"budget": 300}',
          reason: 'The customer called.',
        }),
      ],
    },
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
    decisions: { total: 1, latest: [decision(0, 'classify_request', { answer: 'refund' })] },
  },

  finished: {
    graph: THREE,
    run: run({ status: 'finished' }),
    nodes: Object.fromEntries(THREE.nodes.map((box) => [box.id, { status: 'done' as const, runs: 1 }])),
    edges: Object.fromEntries(THREE.edges.map((edge) => [edge.id, 1])),
    cards: [],
    decisions: {
      total: 3,
      latest: [
        decision(0, 'ask_approval', {
          question: 'Do you approve the refund?',
          answer: 'No',
          approved: false,
          reason: 'The photos show another order.',
        }),
        decision(1, 'ask_address', { question: "What's your address?", answer: '12 Main St\n10115 Berlin' }),
        decision(2, 'ask_budget', { question: "What's your budget?", answer: '250', by: 'code' }),
      ],
    },
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
    decisions: NO_DECISIONS,
  },

  running: {
    graph: null,
    run: run({ status: 'running', thread_id: '0d9c3a52-6b1f-4a62-9d0c-3f5a2b7c8d90' }),
    nodes: { ask_approval: { status: 'running', runs: 0 } },
    edges: {},
    cards: [],
    decisions: NO_DECISIONS,
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
          card(name.replaceAll(' ', '_'), `Is this ${name}?`, { path: ['tools'], description: described(name) }),
        ),
    ],
    decisions: NO_DECISIONS,
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
    decisions: NO_DECISIONS,
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
    decisions: NO_DECISIONS,
  },

  pictures: {
    graph: column(['one', 'several', 'which', 'some']),
    run: run(),
    nodes: {},
    edges: {},
    cards: pictures,
    assets,
    decisions: NO_DECISIONS,
  },
};

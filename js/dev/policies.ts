/** What answers for a person: deadlines, a batch of which a policy has decided a part, a tool that is always approved. */
import type { Traits } from '../src/host';
import {
  approval,
  approve,
  argumentList,
  card,
  column,
  decide,
  decision,
  edit,
  form,
  item,
  number,
  object,
  reject,
  respond,
  run,
  text,
} from './shapes';
import { decided } from './timeline';

const soon = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

const search = { query: 'order 42 refund policy', limit: 5 };
const searchForm = object({ query: text({ default: search.query }), limit: number({ default: 5 }) });

export const policies: Omit<Traits, 'forks'> = {
  graph: column(['model', 'review', 'ask_budget', 'pay']),
  run: run({ always: ['lookup', 'read_file'] }),
  nodes: { review: { status: 'waiting', runs: 0 }, ask_budget: { status: 'waiting', runs: 0 } },
  edges: {},
  assets: {},
  cards: [
    card('review', 'Review 3 actions', {
      control: decide([
        item('search', [approve, edit(searchForm), reject, respond], {
          arguments: argumentList(search),
          always: 'search',
          start: 'approve',
          policy: 'read-only tools',
        }),
        item('refund', [approve, reject], { arguments: argumentList({ order: 42, amount: 129.9 }), always: 'refund' }),
        item('refund (2)', [approve, reject], {
          arguments: argumentList({ order: 43, amount: 9.9 }),
          always: 'refund',
        }),
      ]),
    }),
    card('ask_budget', "What's your budget?", {
      control: form(number({ minimum: 0, default: 100 })),
      deadline: { at: soon(299), before: 'Takes the default in', after: 'The time is up.', acts: true },
    }),
    card('model', 'Run search?', {
      control: decide([
        item('search', [approve, edit(searchForm), reject, respond], {
          arguments: argumentList(search),
          always: 'search',
        }),
      ]),
      deadline: { at: soon(45), before: 'Policy “nobody looked” answers in', after: 'The time is up.', acts: true },
    }),
    card('pay', 'Run pay?', {
      control: approval({ reason: 'optional' }),
      always: 'pay',
      context: [{ label: 'Amount', text: '40', mono: true }],
      asking: 'gpt-4o',
    }),
    card('old', 'Which account is it?', {
      control: form(text()),
      deadline: {
        at: soon(-5),
        before: 'Expires in',
        after: 'Expired. There is no default to take, so it waits for you.',
        acts: false,
      },
    }),
  ],
  timeline: decided(2, [
    decision(0, 'review', {
      question: 'Run refund?',
      answer: 'Approved',
      approved: true,
      by: 'policy',
      policy: 'small refunds',
    }),
    decision(1, 'review', {
      question: 'Review 2 actions',
      answer: 'search: Approved (policy: read-only tools)\nrefund: Rejected: too much',
      policy: 'read-only tools',
    }),
  ]),
};

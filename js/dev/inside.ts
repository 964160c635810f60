/** A task with all that there may be to see in one, for the harness and the tests. */
import type { InsideView, LookIntent, NodeInsideView, ShownValue, TaskView, ValueView } from '../src/protocol';

export const text = (value: string, total = value.length, first = 0): ValueView => ({
  kind: 'text',
  text: value,
  first,
  total,
});

export const number = (value: number): ValueView => ({ kind: 'number', text: String(value) });

export const list = (items: ValueView[], more: { first?: number; total?: number; type?: string } = {}): ValueView => ({
  kind: 'list',
  type: 'list',
  first: 0,
  total: items.length + (more.first ?? 0),
  items,
  ...more,
});

export const map = (entries: Record<string, ValueView>, more: { total?: number; type?: string } = {}): ValueView => ({
  kind: more.type === undefined ? 'map' : 'object',
  type: 'dict',
  first: 0,
  total: Object.keys(entries).length,
  entries: Object.entries(entries).map(([key, value]) => ({ key, value })),
  ...more,
});

export const shown = (value: string, view: ValueView): ShownValue => ({ value, view });

const said = (role: string, words: string): ValueView => ({
  kind: 'message',
  role,
  content: [
    role === 'tool'
      ? text(words)
      : { kind: 'markdown', nodes: [{ tag: 'p', children: [words] }], total: words.length, cut: false },
  ],
  calls: [],
});

const frame: ValueView = {
  kind: 'table',
  type: 'DataFrame',
  shape: [1280, 4],
  columns: [
    { name: 'order', numeric: true },
    { name: 'customer', numeric: false },
    { name: 'price', numeric: true },
    { name: 'note', numeric: false },
  ],
  first: 0,
  total: 1280,
  rows: Array.from({ length: 20 }, (_, at) => [
    String(4200 + at),
    ['Ada Lovelace', 'Grace Hopper', 'Edsger Dijkstra'][at % 3] ?? null,
    (17.5 * (at + 1)).toFixed(2),
    at % 4 === 0 ? null : 'leave it at the door, please, and do not ring',
  ]),
};

const picture: ValueView = {
  kind: 'image',
  type: 'Figure',
  url: `data:image/svg+xml;utf8,${encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="180"><rect width="320" height="180" fill="#fff"/><polyline points="10,170 60,120 110,140 160,70 210,90 310,10" fill="none" stroke="#3b55d9" stroke-width="3"/></svg>',
  )}`,
  width: 320,
  height: 180,
};

const task = (id: string, more: Partial<TaskView> = {}): TaskView => ({
  id,
  node: 'refund',
  name: 'refund',
  status: 'failed',
  took: 1.284,
  attempts: 3,
  ...more,
});

const draft = (day: string, tail: string) =>
  `Dear Ada,\n\nthank you for your order. It will be sent on ${day}.\nThe package has three parts.\n\nIt cannot be changed any more, but it can be sent back.\nPlease keep the box.\n\nYours,\n${tail}`;

/** The beginning of a text of a million characters. */
export const REPORT = `${'A long line of a long report. '.repeat(30)}\n`.repeat(2);

export const inside: InsideView = {
  task: task('t3'),
  path: ['shop', 'refund'],
  step: 4,
  began: '2026-11-26T00:31:44.865Z',
  given: shown(
    't3/given',
    map({
      request: text('refund order 42'),
      customer: map({ name: text('Ada'), id: number(7), vip: { kind: 'boolean', text: 'True' } }, { type: 'Customer' }),
      token: { kind: 'secret' },
      messages: list([said('human', 'Where is my order?'), said('ai', 'Let me look.')]),
      orders: list(
        Array.from({ length: 50 }, (_, at) => number(4200 + at)),
        { total: 1280 },
      ),
      report: text(REPORT, 1_000_000),
      archive: { kind: 'folded', type: 'dict', summary: '10000 entries' },
      nothing: { kind: 'null', text: 'None' },
      when: { kind: 'opaque', type: 'date', text: 'datetime.date(2026, 1, 2)' },
      empty: list([]),
    }),
  ),
  changes: [
    {
      key: 'total',
      kind: 'changed',
      before: shown('t3/before:0', number(100)),
      after: shown('t3/after:0', number(57)),
    },
    { key: 'address', kind: 'added', after: shown('t3/after:1', text('12 Main St')) },
    {
      key: 'messages',
      kind: 'appended',
      after: shown(
        't3/after:2',
        list(
          [
            {
              kind: 'message',
              role: 'ai',
              content: [],
              calls: [
                { name: 'refund', arguments: map({ order: number(42), amount: number(17.5), reason: text('broken') }) },
              ],
            },
            { ...said('tool', 'no such order'), failed: true, name: 'refund' } as ValueView,
          ],
          { first: 2 },
        ),
      ),
    },
    {
      key: 'draft',
      kind: 'changed',
      before: shown('t3/before:3', text(draft('Monday', 'the shop'))),
      after: shown('t3/after:3', text(draft('Tuesday morning', 'your shop'))),
    },
    {
      key: 'facts',
      kind: 'changed',
      same: 12,
      entries: [
        {
          key: 'status',
          kind: 'changed',
          before: shown('t3/before:4.0', text('open')),
          after: shown('t3/after:4.0', text('refunded')),
        },
        { key: 'hold', kind: 'removed', before: shown('t3/before:4.1', { kind: 'boolean', text: 'True' }) },
      ],
    },
    { key: 'orders', kind: 'added', after: shown('t3/after:5', frame) },
    { key: 'plot', kind: 'added', after: shown('t3/after:6', picture) },
    { key: 'token', kind: 'written', after: shown('t3/after:7', { kind: 'secret' }) },
  ],
  unchanged: ['request', 'customer'],
  wrote_nothing: false,
  can_fork: true,
  leads_to: ['notify', 'archive'],
  output: [
    {
      stream: 'stdout',
      text: 'looking for order 42\nfound 3 candidates\n',
      at: '2026-11-26T00:31:44.865Z',
      attempt: 1,
    },
    {
      stream: 'log',
      text: 'order 42 is archived\n',
      at: '2026-11-26T00:31:44.900Z',
      attempt: 1,
      level: 'WARNING',
      logger: 'shop.orders',
    },
    { stream: 'stderr', text: 'DeprecationWarning: use refunds()\n', at: '2026-11-26T00:31:44.910Z', attempt: 1 },
    { stream: 'stdout', text: 'looking for order 42\n', at: '2026-11-26T00:31:45.865Z', attempt: 3 },
    { stream: 'log', text: 'giving up\n', at: '2026-11-26T00:31:45.900Z', attempt: 3, level: 'ERROR', logger: 'shop' },
    {
      stream: 'log',
      text: 'checked 3 archives\n',
      at: '2026-11-26T00:31:45.901Z',
      attempt: 3,
      level: 'INFO',
      logger: 'shop',
    },
  ],
  printed: 148,
  tokens: 'I am looking for the order. It seems to be in the archive, so I will ask for a refund there.\n→ refund',
  streamed: 102,
  attempts: [
    { number: 1, error: 'TimeoutError: the archive did not answer' },
    { number: 2, error: 'TimeoutError: the archive did not answer' },
  ],
  exception: {
    type: 'OrderError',
    message: 'no such order: 42',
    notes: ['The archive has orders up to 41.'],
    left_out: 0,
    frames: [
      frameOf('langgraph/pregel/_runner.py', 167, 'run_with_retry', false),
      frameOf('Cell In[3]', 12, 'refund', true),
      frameOf('shop/orders.py', 48, 'Orders.find', true, true),
      frameOf('sqlalchemy/orm/query.py', 2862, 'Query.one', false),
    ],
    causes: [
      {
        kind: 'cause',
        exception: {
          type: 'KeyError',
          message: '42',
          notes: [],
          left_out: 0,
          frames: [frameOf('shop/orders.py', 40, 'Orders.row', true, true)],
          causes: [],
        },
      },
    ],
  },
  asked: [
    { question: 'Refund order 42?', answer: 'Yes', by: 'person', at: '2026-11-26T00:31:40Z', reason: 'it was broken' },
    { question: 'How much?' },
  ],
  notes: [],
};

function frameOf(file: string, line: number, name: string, user: boolean, innermost = false) {
  const source = [
    '    rows = self.rows(order)',
    '    if not rows:',
    '        raise OrderError(f"no such order: {order}") from error',
    '    return rows[0]',
    '',
  ];
  return {
    file,
    line,
    function: name,
    user,
    ...(innermost ? { innermost } : {}),
    source: source.map((code, at) => ({ number: line - 2 + at, text: code })),
  };
}

export const quiet: InsideView = {
  task: task('t2', { status: 'done', took: 0.004, attempts: undefined as never }),
  path: ['shop', 'refund'],
  step: 3,
  changes: [],
  unchanged: [],
  wrote_nothing: false,
  can_fork: true,
  leads_to: [],
  output: [],
  printed: 0,
  tokens: '',
  streamed: 0,
  attempts: [],
  asked: [],
  notes: [],
};

export const node: NodeInsideView = {
  node: 'refund',
  name: 'refund',
  total: 3,
  tasks: [inside.task, quiet.task, { ...quiet.task, id: 't1' }],
  shown: inside,
};

/** What a kernel says that has this node. */
export function answerLook(at: LookIntent['at']): unknown {
  switch (at.kind) {
    case 'node':
      return at.node === 'refund' ? node : { node: at.node, name: at.node, total: 0, tasks: [] };
    case 'task':
      return at.task === 't3' ? inside : { ...quiet, task: { ...quiet.task, id: at.task } };
    case 'value':
      return at.copy ? `all of ${at.value}` : valueAt(at.value, at.first, at.count);
    default:
      return null;
  }
}

function valueAt(value: string, first: number, count: number): ValueView {
  if (value.endsWith('report') || value.endsWith('.5'))
    return text('more of it. '.repeat(count / 12), 1_000_000, first);
  if (value.includes('after:5')) return { ...frame, first, rows: [[String(first), 'x', '1', null]] } as ValueView;
  if (value.includes('after:6')) return picture;
  if (value.endsWith('.6')) return map({ a: number(1), b: list([number(2)]) });
  return list(
    Array.from({ length: Math.min(count, 1280 - first) }, (_, at) => number(first + at)),
    { first, total: 1280 },
  );
}

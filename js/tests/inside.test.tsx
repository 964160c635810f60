/** Looking into a node or a task: the panel as it is drawn from what the kernel answers. */
import { within } from '@testing-library/dom';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { answerLook, inside, list, map, node, number, quiet, REPORT, shown, text } from '../dev/inside';
import type { MemoryModel } from '../dev/memory-model';
import { column, run } from '../dev/shapes';
import { ASK_AGAIN_MS } from '../src/inside/use-look';
import type { InsideView, LookIntent, RunView, TaskView } from '../src/protocol';
import { draw, modelOf, update } from './view';

// No page here can import a blob: the loader alone is replaced, by the bundle's own entry point.
vi.mock('../src/loaded/load', () => ({
  loadCode: () => import('../src/inside/index').then((module) => module.default),
}));

// It takes its time where the machine is busy.
beforeAll(async () => {
  await import('../src/inside/index');
}, 60_000);

type At = LookIntent['at'];

/** A kernel that answers what is looked at. */
function lookedAt(answer: (at: At) => unknown = answerLook, status: 'failed' | 'running' = 'failed') {
  const model = modelOf({
    graph: column(['plan', 'refund']),
    nodes: { plan: { status: 'done', runs: 1 }, refund: { status, runs: 2 } },
  });
  const hello = model.kernel;
  const looks: At[] = [];
  model.kernel = (intent) => {
    hello(intent);
    if (intent.type !== 'look') return;
    const { client, id, at } = intent;
    looks.push(at);
    queueMicrotask(() => {
      try {
        model.tell({ type: 'fetched', client, id, data: answer(at) });
      } catch (error) {
        model.tell({ type: 'fetched', client, id, error: (error as Error).message });
      }
    });
  };
  return { ...draw(model), looks };
}

async function open(answer?: (at: At) => unknown, status?: 'failed' | 'running') {
  const drawn = lookedAt(answer, status);
  await drawn.user.click(drawn.el.querySelector('[data-node="refund"]') as Element);
  await vi.waitFor(() => expect(drawn.el.querySelector('.hitl-inside-body, .hitl-inside-note')).toBeTruthy());
  await vi.waitFor(() => expect(drawn.el.textContent).not.toContain('Reading…'));
  const panel = drawn.el.querySelector('.hitl-inside') as HTMLElement;
  return { ...drawn, panel, section: (name: string) => within(panel).getByRole('region', { name }) };
}

const of = (more: Partial<InsideView>) => (at: At) =>
  at.kind === 'node' ? { ...node, total: 1, shown: { ...quiet, ...more } } : answerLook(at);

describe('the panel', () => {
  it('asks for its code and for the node, and says what that is', async () => {
    const { model, looks, panel } = await open();
    expect(model.sent.some((intent) => intent.type === 'need' && intent.code === 'inside')).toBe(true);
    expect(looks[0]).toEqual({ kind: 'node', node: 'refund' });
    expect(within(panel).getByRole('heading', { name: 'shop › refund' })).toBeTruthy();
    const facts = within(panel).getByRole('list', { name: 'Facts' });
    expect(
      within(facts)
        .getAllByRole('listitem')
        .map((fact) => fact.textContent),
    ).toEqual(['failed', '1.3 s', 'attempt 3', 'step 4', '→led to notify, archive']);
    expect(within(facts).getByText('1.3 s').title).toMatch(/^1\.284 s\. Began at .*44[.,]865/);
  });

  it('says of a change of the state what was changed, and nothing of a task', async () => {
    const changes: InsideView['changes'] = [
      { key: 'draft', kind: 'changed', before: shown('b', text('Ada')), after: shown('a', text('Bob')) },
    ];
    const { panel, section } = await open(of({ changed: true, step: null, leads_to: [], changes }));
    expect(within(panel).queryByRole('list', { name: 'Facts' })).toBeNull();
    expect(section('Changed').textContent).toContain('draftAda → Bob');
    expect(within(panel).queryByRole('region', { name: 'Wrote' })).toBeNull();
  });

  it('takes the keyboard, and gives it back on Escape', async () => {
    const { panel, user, el } = await open();
    expect(document.activeElement).toBe(panel);
    await user.keyboard('{Escape}');
    expect(el.querySelector('.hitl-inside')).toBeNull();
    const node = within(el).getByRole('option', { name: /^refund/ });
    await vi.waitFor(() => expect(document.activeElement).toBe(node));
  });

  it('closes by its button', async () => {
    const { panel, user, el } = await open();
    await user.click(within(panel).getByRole('button', { name: 'Close' }));
    expect(el.querySelector('.hitl-inside')).toBeNull();
  });

  it('runs once more from the step of what it shows, or says why nothing can', async () => {
    const forks = (model: MemoryModel) => model.sent.filter(({ type }) => type === 'fork');
    const outer = await open(of({ step: 3 }));
    await outer.user.click(within(outer.panel).getByRole('button', { name: 'Edit state and run from here' }));
    expect(forks(outer.model)).toEqual([expect.objectContaining({ step: 3, pause: true })]);
    outer.end();
    const nested = await open(of({ step: null }));
    await nested.user.click(within(nested.panel).getByRole('button', { name: 'Edit state and run from here' }));
    expect(forks(nested.model)).toEqual([expect.objectContaining({ task: quiet.task.id, pause: true })]);
    nested.end();
    const none = await open(of({ step: null, can_fork: false, why_not: 'The graph in inner keeps no checkpoints.' }));
    await none.user.click(within(none.panel).getByRole('button', { name: /keeps no checkpoints\.$/ }));
    expect(forks(none.model)).toEqual([]);
    none.end();
    const unknown = await open(of({ can_fork: false }));
    expect(within(unknown.panel).queryByRole('button', { name: /^Edit state/ })).toBeNull();
  });

  it('has only the sections that have something', async () => {
    const sections = ({ panel }: { panel: HTMLElement }) =>
      within(panel)
        .getAllByRole('region')
        .map((one) => one.getAttribute('aria-label'));
    const given = shown('t/given', map({ a: number(1) }));
    const nothing = await open(of({ given, wrote_nothing: true }));
    expect(sections(nothing)).toEqual(['Wrote', 'Given']);
    expect(nothing.panel.textContent).toContain('Nothing.');
    nothing.end();
    // Nothing is known of what it wrote, which is something else.
    const unknown = await open(of({ given, notes: ['What it wrote is not known.'] }));
    expect(sections(unknown)).toEqual(['Given']);
    expect(unknown.panel.textContent).not.toContain('Nothing.');
  });

  it('says that a node has not run, and why nothing can be seen', async () => {
    const idle = await open(() => ({ node: 'refund', name: 'refund', total: 0, tasks: [] }));
    expect(idle.panel.textContent).toContain('It has not run so far.');
    idle.end();
    const gone = await open(() => {
      throw new Error('The run has moved on.');
    });
    expect(within(gone.panel).getByRole('alert').textContent).toBe('The run has moved on.');
  });

  it.each(['failed', 'running'] as const)('asks once for a node that is %s, while nothing is new', async (status) => {
    const { looks, model } = await open(of({ task: { ...quiet.task, status } }), status);
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS * 2));
    expect(looks).toEqual([{ kind: 'node', node: 'refund' }]);
    const seen = model.get('run') as RunView;
    update(model, { run: { ...seen, seq: seen.seq + 1 }, nodes: { refund: { status, runs: 3 } } });
    await vi.waitFor(() => expect(looks).toHaveLength(2));
  });

  it('steps through the tasks of a node', async () => {
    const { panel, user, looks } = await open();
    expect(panel.textContent).toContain('task 3 of 3');
    await user.click(within(panel).getByRole('button', { name: 'Earlier task' }));
    await vi.waitFor(() => expect(panel.textContent).toContain('task 2 of 3'));
    expect(looks).toContainEqual({ kind: 'task', task: 't2' });
    await user.click(within(panel).getByRole('button', { name: 'Earlier task' }));
    await vi.waitFor(() => expect(panel.textContent).toContain('task 1 of 3'));
    const earlier = within(panel).getByRole('button', { name: 'Earlier task' });
    expect(earlier.getAttribute('aria-disabled')).toBe('true');
    // There is none; a disabled button would have dropped the keyboard to the page.
    await user.click(earlier);
    expect(panel.textContent).toContain('task 1 of 3');
    expect(document.activeElement).toBe(earlier);
    await user.click(within(panel).getByRole('button', { name: 'Later task' }));
    await user.click(within(panel).getByRole('button', { name: 'Later task' }));
    await vi.waitFor(() => expect(panel.textContent).toContain('task 3 of 3'));
  });

  it('comes back to the task that was shown first, which is not the newest where another one failed', async () => {
    const shown = { ...quiet, task: { ...quiet.task, status: 'failed' as const } };
    const { panel, user, looks } = await open((at) => (at.kind === 'node' ? { ...node, shown } : answerLook(at)));
    expect(panel.textContent).toContain('task 2 of 3');
    await user.click(within(panel).getByRole('button', { name: 'Later task' }));
    await vi.waitFor(() => expect(panel.textContent).toContain('task 3 of 3'));
    expect(looks).toContainEqual({ kind: 'task', task: inside.task.id });
    const before = looks.filter(({ kind }) => kind === 'task').length;
    await user.click(within(panel).getByRole('button', { name: 'Earlier task' }));
    await vi.waitFor(() => expect(panel.textContent).toContain('task 2 of 3'));
    expect(looks.filter(({ kind }) => kind === 'task')).toHaveLength(before);
  });
});

describe('what it wrote', () => {
  it('is a diff that is read without its colours', async () => {
    const { section } = await open();
    const wrote = section('Wrote');
    const rows = [...wrote.querySelectorAll(':scope > .hitl-section-body > ul > li')];
    expect(rows.map((row) => row.getAttribute('data-kind'))).toEqual([
      'changed',
      'added',
      'appended',
      'changed',
      'changed',
      'added',
      'added',
      'written',
    ]);
    expect(rows[0]?.querySelector('del')?.textContent).toBe('100');
    expect(rows[0]?.querySelector('ins')?.textContent).toBe('57');
    expect(rows[0]?.textContent).toContain('changed');
    expect(rows[2]?.textContent).toContain('2 items appended');
    expect([...(rows[3]?.querySelectorAll('del') ?? [])].map((one) => one.textContent)).toEqual(['Monday', 'the']);
    expect(rows[4]?.textContent).toContain('12 others as before');
    expect(wrote.textContent).toContain('As it was before: request, customer');
  });

  it('shows what a key was, once somebody wants to know', async () => {
    const change = {
      key: 'orders',
      kind: 'changed' as const,
      before: shown('t/before:0', list([number(1), list([number(2)])])),
      after: shown('t/after:0', list([number(3), list([number(4)])])),
    };
    const { section, user } = await open(of({ changes: [change] }));
    const before = within(section('Wrote')).getByRole('button', { name: 'before' });
    expect(before.getAttribute('aria-expanded')).toBe('false');
    await user.click(before);
    expect(section('Wrote').textContent).toContain('0 1');
  });
});

describe('values', () => {
  it('fold and unfold, and bring what was not sent', async () => {
    const { section, user, looks } = await open();
    const given = within(section('Given'));
    const customer = given.getByRole('button', { name: /^customer/ });
    expect(customer.getAttribute('aria-expanded')).toBe('true');
    await user.click(customer);
    expect(given.queryByText('name')).toBeNull();
    await user.click(given.getByRole('button', { name: /^archive/ }));
    await vi.waitFor(() => expect(given.getByText('a')).toBeTruthy());
    expect(looks).toContainEqual({ kind: 'value', value: 't3/given.6', first: 0, count: 100 });
  });

  it('are called by where they are, also when they came later', async () => {
    const { section, user, looks } = await open();
    const given = within(section('Given'));
    await user.click(given.getByRole('button', { name: /^orders/ }));
    await user.click(given.getByRole('button', { name: 'Show 100 more' }));
    await vi.waitFor(() => expect(given.getByText('149', { selector: '.hitl-leaf' })).toBeTruthy());
    await user.click(given.getByRole('button', { name: 'Copy 149' }));
    // The panel asks for its node once more, whenever that is due.
    const values = looks.filter(({ kind }) => kind === 'value');
    expect(values.at(-1)).toEqual({ kind: 'value', value: 't3/given.4.149', first: 0, count: 1, copy: true });
  });

  it('keep the keyboard in them when there is no more', async () => {
    const orders = list([number(1), number(2)], { total: 4 });
    const first = of({ given: shown('t/given', map({ orders })) });
    const rest = list([number(3), number(4)], { first: 2 });
    const { section, user } = await open((at) => (at.kind === 'value' ? rest : first(at)));
    const given = within(section('Given'));
    given.getByRole('button', { name: 'Show 2 more' }).focus();
    await user.keyboard('{Enter}');
    await vi.waitFor(() => expect(given.queryByRole('button', { name: /^Show/ })).toBeNull());
    expect(document.activeElement?.textContent).toBe('4 entries');
  });

  it('are copied whole', async () => {
    const { section, user, el } = await open();
    await user.click(within(section('Given')).getByRole('button', { name: 'Copy request' }));
    await vi.waitFor(async () => expect(await navigator.clipboard.readText()).toBe('all of t3/given.0'));
    await vi.waitFor(() =>
      expect(el.querySelector('[aria-live="polite"].hitl-unseen')?.textContent).toBe('Copied request'),
    );
  });

  it('that are texts stand beside their keys, those of several lines below them', async () => {
    const jokes = ['short', 'A joke that is a little longer than one line. '.repeat(4), 'two\nlines'];
    const { section } = await open(
      of({ given: shown('t/given', map({ jokes: list(jokes.map((one) => text(one))) })) }),
    );
    const given = within(section('Given'));
    const isBelow = (key: string) => given.getByText(key).parentElement?.classList.contains('hitl-in-part-block');
    expect(['0', '1', '2'].map(isBelow)).toEqual([false, false, true]);
    expect(given.getByText(/^A joke/).textContent).toBe(jokes[1]);
  });

  it('that are long texts come in pieces', async () => {
    const { section, user, looks } = await open();
    const given = within(section('Given'));
    await user.click(given.getByRole('button', { name: 'Show more of report' }));
    await user.click(given.getByRole('button', { name: 'Show more' }));
    await vi.waitFor(() => expect(section('Given').textContent).toContain('more of it.'));
    const here = REPORT.length;
    expect(looks).toContainEqual({ kind: 'value', value: 't3/given.5', first: here, count: 10_000 });
    expect(section('Given').textContent).toContain('of 1\u202f000\u202f000 characters');
  });

  it('that are secrets are not told', async () => {
    const { section } = await open();
    expect(within(section('Given')).getByTitle('A secret').textContent).toContain('a secret');
  });

  it('that are tables bring more rows', async () => {
    const { section, user } = await open();
    const table = within(section('Wrote')).getByRole('table');
    expect(
      within(table)
        .getAllByRole('columnheader')
        .map((head) => head.textContent),
    ).toEqual(['Row', 'order', 'customer', 'price', 'note']);
    expect(within(table).getAllByRole('row')).toHaveLength(21);
    await user.click(within(section('Wrote')).getByRole('button', { name: 'Show 100 more rows' }));
    await vi.waitFor(() => expect(within(table).getAllByRole('row')).toHaveLength(22));
  });

  it('that are messages say who speaks, and what is called', async () => {
    const { section } = await open();
    const [model, tool] = [...section('Wrote').querySelectorAll('.hitl-message')];
    expect(model?.textContent).toContain('model');
    expect(model?.querySelector('.hitl-call')?.textContent).toContain('calls refund');
    expect(tool?.textContent).toContain('failed');
  });

  it('are text, whatever is in them', async () => {
    const { section } = await open(
      of({ given: shown('t/given', map({ '<b>x</b>': text('<img src=x onerror=alert(1)>') })) }),
    );
    expect(section('Given').querySelector('img, b')).toBeNull();
    expect(section('Given').textContent).toContain('<img src=x onerror=alert(1)>');
  });
});

describe('a failure', () => {
  it('has the frames of the user first, and the others behind a click', async () => {
    const { section, user } = await open();
    const failed = within(section('Failed'));
    const files = (name: string | RegExp) =>
      within(failed.getAllByRole('list', { name })[0] as HTMLElement)
        .getAllByRole('listitem')
        .map((one) => one.querySelector('.hitl-frame-where')?.textContent);
    expect(files('Your code, innermost first')).toEqual([
      'shop/orders.py:48 in Orders.find',
      'Cell In[3]:12 in refund',
    ]);
    expect(failed.queryByText(/sqlalchemy/)).toBeNull();
    await user.click(failed.getByRole('button', { name: '4 frames, 2 of libraries' }));
    expect(files('All frames, innermost last')).toHaveLength(4);
    expect(section('Failed').textContent).toContain('Caused byKeyError: 42');
    expect(section('Failed').textContent).toContain('attempt 1 TimeoutError');
  });
});

describe('what it printed', () => {
  it('tells its streams and its attempts apart in words', async () => {
    const { section } = await open();
    const chunks = [...section('Printed').querySelectorAll('.hitl-chunk, .hitl-output-attempt')];
    expect(chunks.map((chunk) => chunk.textContent)).toEqual([
      'looking for order 42\nfound 3 candidates',
      'WARNING shop.ordersorder 42 is archived',
      'stderrDeprecationWarning: use refunds()',
      'attempt 3',
      'looking for order 42',
      'ERROR shopgiving up',
      'INFO shopchecked 3 archives',
    ]);
  });
});

describe('a task that runs', () => {
  const task: TaskView = {
    id: 't9',
    node: 'refund',
    name: 'refund',
    status: 'running',
    since: new Date().toISOString(),
  };

  function next(model: MemoryModel, seq: number) {
    update(model, {
      run: run({ seq, thread_id: 'live', status: 'running' }),
      nodes: { refund: { status: 'running', runs: 0 } },
    });
  }

  it('is asked about again, at most so often, and not any more once it has ended', async () => {
    let asked = 0;
    let status: TaskView['status'] = 'running';
    const { model, panel } = await open((at) => {
      if (at.kind !== 'node') return answerLook(at);
      asked += 1;
      const view = { ...quiet, task: { ...task, status }, output: [{ ...inside.output[0], text: `line ${asked}\n` }] };
      return { ...node, total: 1, tasks: [view.task], shown: view };
    }, 'running');
    expect(panel.textContent).toContain('line 1');
    const began = performance.now();
    for (let seq = 10; seq < 60; seq += 1) next(model, seq);
    // A busy machine takes a while for fifty updates.
    await vi.waitFor(() => expect(panel.textContent).toContain(`line ${Math.max(asked, 2)}`));
    expect(asked).toBeLessThan(3 + (performance.now() - began) / ASK_AGAIN_MS);
    status = 'done';
    update(model, { run: run({ seq: 99, thread_id: 'live' }), nodes: { refund: { status: 'done', runs: 1 } } });
    await vi.waitFor(() => expect(panel.textContent).toContain('done'));
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS * 2));
    const last = asked;
    update(model, { run: run({ seq: 100, thread_id: 'live' }), nodes: { refund: { status: 'done', runs: 1 } } });
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS * 2));
    expect(asked).toBe(last);
  });

  it('keeps what somebody has folded', async () => {
    const { model, panel, section, user } = await open(
      (at) =>
        at.kind === 'node' ? { ...node, shown: { ...inside, task: { ...inside.task, ...task } } } : answerLook(at),
      'running',
    );
    await user.click(within(section('Given')).getByRole('button', { name: /^customer/ }));
    const before = panel.querySelector('.hitl-inside-body');
    next(model, 20);
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS * 1.5));
    expect(panel.querySelector('.hitl-inside-body')).toBe(before);
    const customer = within(section('Given')).getByRole('button', { name: /^customer/ });
    expect(customer.getAttribute('aria-expanded')).toBe('false');
  });

  it('says how long it has been at it', async () => {
    const now = Date.parse('2026-11-26T12:00:00Z'); // a busy machine takes a second until it is drawn
    const clock = vi.spyOn(Date, 'now').mockReturnValue(now);
    onTestFinished(() => clock.mockRestore());
    const { panel } = await open(of({ task: { ...task, since: new Date(now - 65_000).toISOString() } }), 'running');
    expect(panel.querySelector('.hitl-elapsed')?.textContent).toBe('1 min 05 s');
  });
});

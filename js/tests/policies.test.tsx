/** What answers for a person, as one sees it: deadlines, what a policy has decided, tools that are always approved. */
import { within } from '@testing-library/dom';
import { act, fireEvent } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as shape from '../dev/shapes';
import { decided } from '../dev/timeline';
import { timeLeft } from '../src/cards/time-left';
import type { CardView, DeadlineView, Intent, ItemView } from '../src/protocol';
import { answers, card, draw, drawCards, modelOf, update } from './view';

const NOW = new Date('2026-11-22T10:00:00Z');
const DUE: DeadlineView = {
  at: '2026-11-22T10:05:00Z',
  before: 'Takes the default in',
  after: 'The time is up.',
  acts: true,
};

const form = shape.object({ query: shape.text({ default: 'cats' }) });
const ALL = [shape.approve, shape.edit(form), shape.reject];
const search = (more: Partial<ItemView> = {}) =>
  shape.item('search', ALL, { arguments: shape.argumentList({ query: 'cats' }), always: 'search', ...more });

function decideCard(items: ItemView[]): CardView {
  return shape.card('tools', 'Review', { control: shape.decide(items) });
}

function drawn(view: CardView) {
  const page = drawCards(view);
  const asked = within(card(page.el, view.question));
  const press = (name: string, inside = asked) => page.user.click(inside.getByRole('button', { name }));
  const group = (name: string) => within(asked.getByRole('group', { name }));
  return { ...page, asked, press, group };
}

/** What was typed, at once: `userEvent` waits by the clock. */
function enter(input: HTMLElement, value: string): void {
  act(() => {
    fireEvent.input(input, { target: { value } });
  });
}

const sentOf = (sent: Intent[], type: Intent['type']) => sent.filter((intent) => intent.type === type);

describe('a deadline', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: NOW });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const pass = (ms: number) =>
    act(async () => {
      await vi.advanceTimersByTimeAsync(ms);
    });
  const budget = (deadline: DeadlineView) => shape.card('budget', 'Budget?', { deadline });

  it.each([
    [299_000, '4:59'],
    [1, '0:01'],
    [60_000, '1:00'],
    [3_600_000, '1 h'],
    [3_600_000 * 2 + 300_000, '2 h 5 min'],
    [86_400_000 * 3, '3 days'],
    [0, null],
    [-1, null],
  ])('of %i ms is said as %s', (ms, words) => {
    expect(timeLeft(ms)).toBe(words);
  });

  it('counts down without a word from the kernel, and says when it is over', async () => {
    const { view } = drawCards(budget(DUE));
    const timer = view.getByRole('timer');
    expect(timer.textContent).toBe('Takes the default in 5:00');
    await pass(1_000);
    expect(timer.textContent).toBe('Takes the default in 4:59');
    await pass(248_000);
    expect([timer.textContent, timer.dataset['state']]).toEqual(['Takes the default in 0:51', 'soon']);
    await pass(60_000);
    expect([timer.textContent, timer.dataset['state']]).toEqual(['The time is up.', 'over']);
  });

  it('is told to a screen reader shortly before its end and at its end, and not each second', async () => {
    const { el } = drawCards(budget(DUE));
    const live = el.querySelector('[aria-live="polite"]');
    const heard = new Set<string>();
    for (let second = 0; second < 310; second += 1) {
      await pass(1_000);
      if (live?.textContent) heard.add(live.textContent);
    }
    expect([...heard]).toEqual(['Takes the default in 30 seconds: Budget?', 'The time is up. Budget?']);
    expect(el.querySelector('[role="timer"]')?.hasAttribute('aria-live')).toBe(false);
  });

  it('moves when the kernel gives more time, and keeps what was typed', async () => {
    const view = budget(DUE);
    const page = drawCards(view);
    const input = page.view.getByRole<HTMLInputElement>('textbox');
    enter(input, '12 Main');
    update(page.model, { cards: [{ ...view, deadline: { ...DUE, at: '2026-11-22T10:06:00Z' } }] });
    expect(page.view.getByRole('timer').textContent).toBe('Takes the default in 6:00');
    expect(page.view.getByRole<HTMLInputElement>('textbox').value).toBe('12 Main');
  });

  it('has the kernel know that somebody types, now and then', async () => {
    const { model, view } = drawCards(budget(DUE));
    const type = (value: string) => enter(view.getByRole('textbox'), value);
    type('1');
    type('12');
    expect(sentOf(model.sent, 'touched')).toEqual([
      { type: 'touched', client: expect.any(String), request: 'request-budget' },
    ]);
    await pass(11_000);
    type('123');
    expect(sentOf(model.sent, 'touched')).toHaveLength(2);
  });

  it('that only informs has it known, too: what was entered is not taken away with the card', () => {
    const { model, view } = drawCards(budget({ ...DUE, before: 'Expires in', acts: false }));
    enter(view.getByRole('textbox'), '1');
    expect(view.getByRole('timer').textContent).toBe('Expires in 5:00');
    expect(sentOf(model.sent, 'touched')).toHaveLength(1);
  });

  it('leaves no timer behind when its card is gone', async () => {
    const { model, view } = drawCards(budget(DUE));
    const before = vi.getTimerCount();
    update(model, { cards: [] });
    await pass(0);
    expect(view.queryByRole('timer')).toBeNull();
    expect(vi.getTimerCount()).toBeLessThan(before);
  });
});

it('cards that ask the same are told apart by a screen reader', () => {
  const cards = ['a', 'b'].map((name) => shape.card(name, 'Run search?', { control: shape.decide([search()]) }));
  const { view } = drawCards(...cards);
  expect(view.getByRole('form', { name: 'Run search?' })).toBeTruthy();
  expect(view.getByRole('form', { name: 'Run search? (2)' })).toBeTruthy();
});

it('a card says which policy is being asked, and can be answered meanwhile', async () => {
  const view = shape.card('pay', 'Run pay?', { control: shape.approval(), asking: 'gpt <b>' });
  const { model, asked, press } = drawn(view);
  expect(asked.getByText('Asking the policy “gpt <b>”…')).toBeTruthy();
  await press('Approve');
  expect(answers(model)).toHaveLength(1);
  expect(asked.queryByText(/Asking/)).toBeNull();
});

describe('always approve', () => {
  it('approves this call with one click, and says for which tool', async () => {
    const { model, press } = drawn(decideCard([search()]));
    await press('Always approve search in this session');
    expect(answers(model)).toEqual([
      {
        type: 'answer',
        client: expect.any(String),
        request: 'request-tools',
        value: [{ decision: 'approve' }],
        always: ['search'],
      },
    ]);
  });

  it('does not come with a plain approval', async () => {
    const { model, press } = drawn(decideCard([search()]));
    await press('Approve');
    expect(answers(model)[0]).not.toHaveProperty('always');
  });

  it('is not offered where the kernel does not say so', () => {
    const { asked } = drawn(decideCard([shape.item('search', ALL)]));
    expect(asked.queryByRole('button', { name: /Always/ })).toBeNull();
  });

  it('does not send over what was typed', async () => {
    const { model, asked, press, user } = drawn(decideCard([search()]));
    await press('Edit');
    await user.type(asked.getByRole('textbox', { name: 'Query' }), '!');
    await press('Always approve search in this session');
    expect(answers(model)).toEqual([]);
    expect(asked.getByText(/is approved without asking, in this session/)).toBeTruthy();
    await press('Submit');
    expect(answers(model)[0]).toMatchObject({ value: [{ decision: 'approve' }], always: ['search'] });
  });

  it('is an approval with its reason', async () => {
    const view = shape.card('pay', 'Run pay?', { control: shape.approval(), always: 'pay' });
    const { model, asked, press, user } = drawn(view);
    await user.type(asked.getByRole('textbox', { name: /Reason/ }), 'fine');
    await press('Always approve pay in this session');
    expect(answers(model)[0]).toMatchObject({ value: true, reason: 'fine', always: ['pay'] });
  });

  it('in a card of several approves the other calls of the tool that nobody has decided about', async () => {
    const items = [search(), search({ title: 'search (2)' }), shape.item('delete', ALL, { always: 'delete' })];
    const { model, asked, press, group } = drawn(decideCard(items));
    await press('Always approve search in this session', group('search'));
    expect(asked.getByText('2 of 3 decided')).toBeTruthy();
    expect(answers(model)).toEqual([]);
    await press('Reject', group('delete'));
    await press('Submit');
    expect(answers(model)[0]).toMatchObject({
      value: [{ decision: 'approve' }, { decision: 'approve' }, { decision: 'reject', value: null }],
      always: ['search'],
    });
  });

  it('is off again once another decision is made, or when it is pressed again', async () => {
    const items = [search(), search({ title: 'search (2)' })];
    const { model, press, group } = drawn(decideCard(items));
    const always = 'Always approve search in this session';
    await press(always, group('search'));
    await press('Reject', group('search'));
    await press('Approve', group('search'));
    expect(group('search').getByRole('button', { name: always }).getAttribute('aria-pressed')).toBe('false');
    await press(always, group('search (2)'));
    await press(always, group('search (2)'));
    await press('Submit');
    expect(answers(model)[0]).not.toHaveProperty('always');
  });

  it('is shown above, and taken back there', async () => {
    const model = modelOf({ run: shape.run({ always: ['search', 'read <i>'] }) });
    const { view, user } = draw(model);
    const list = within(view.getByRole('list', { name: 'Approved without asking' }));
    expect(list.getAllByRole('listitem').map((one) => one.textContent)).toEqual([
      'Always approves searchUndo',
      'Always approves read <i>Undo',
    ]);
    await user.click(list.getByRole('button', { name: 'Undo: ask about search again' }));
    expect(sentOf(model.sent, 'ask_again')).toEqual([
      { type: 'ask_again', client: expect.any(String), tool: 'search' },
    ]);
    update(model, { run: shape.run({ always: [] }) });
    expect(view.queryByRole('list', { name: 'Approved without asking' })).toBeNull();
  });

  it('is not shown of a run that is over', () => {
    const { view } = draw(modelOf({ run: shape.run({ status: 'finished', always: ['search'] }) }));
    expect(view.queryByText(/Always approves/)).toBeNull();
  });
});

describe('what a policy has decided of a batch', () => {
  const items = () => [
    search({ start: 'approve', policy: 'read <b>only' }),
    shape.item('delete', ALL, { arguments: shape.argumentList({ path: '/' }) }),
  ];

  it('takes a line, and is sent with what a person decides', async () => {
    const { model, asked, press, group } = drawn(decideCard(items()));
    expect(group('search').getByText('policy: read <b>only')).toBeTruthy();
    expect(group('search').queryByRole('button', { name: 'Approve' })).toBeNull();
    expect(asked.getByText('1 of 2 decided')).toBeTruthy();
    await press('Reject', group('delete'));
    await press('Submit');
    expect(answers(model)[0]?.value).toEqual([{ decision: 'approve' }, { decision: 'reject', value: null }]);
  });

  it('can be looked at and changed', async () => {
    const { model, press, group } = drawn(decideCard(items()));
    await press('Show search');
    const hide = group('search').getByRole('button', { name: 'Hide search' });
    expect(document.activeElement).toBe(hide);
    expect(hide.getAttribute('aria-expanded')).toBe('true');
    expect(group('search').getByText('cats')).toBeTruthy();
    await press('Reject', group('search'));
    expect(group('search').queryByText(/policy:/)).toBeNull();
    await press('Approve', group('delete'));
    await press('Submit');
    expect(answers(model)[0]?.value).toEqual([{ decision: 'reject', value: null }, { decision: 'approve' }]);
  });

  it('shows in a card that is open already, but not over what a person has chosen', async () => {
    const plain = [search(), search({ title: 'search (2)' }), shape.item('delete', ALL)];
    const { model, asked, press, group } = drawn(decideCard(plain));
    await press('Reject', group('search'));
    const decided = { start: 'approve', policy: 'always approve search' };
    update(model, { cards: [decideCard(plain.map((item, at) => (at < 2 ? { ...item, ...decided } : item)))] });
    expect(asked.getByText('2 of 3 decided')).toBeTruthy();
    await press('Approve', group('delete'));
    await press('Submit');
    expect(answers(model)[0]?.value).toEqual([
      { decision: 'reject', value: null },
      { decision: 'approve' },
      { decision: 'approve' },
    ]);
  });

  it('is shown where the kernel has something against it', () => {
    const view = { ...decideCard(items()), refusals: 1, field_errors: { 0: 'Not this one.' } };
    const { group } = drawn(view);
    expect(group('search').getByText('Not this one.')).toBeTruthy();
    expect(group('search').getByRole('button', { name: 'Reject' })).toBeTruthy();
  });

  it('fills in the reason of a rejection', async () => {
    const reject = {
      ...shape.reject,
      field: { ...shape.text({ default: 'keep it', required: false, label: 'Reason' }) },
    };
    const decided = shape.item('delete', [shape.approve, reject], { start: 'reject', policy: 'never' });
    const { model, press, group } = drawn(decideCard([decided, search()]));
    await press('Approve', group('search'));
    await press('Submit');
    expect(answers(model)[0]?.value).toEqual([{ decision: 'reject', value: 'keep it' }, { decision: 'approve' }]);
  });
});

describe('the timeline', () => {
  const timeline = (more: Parameters<typeof shape.decision>[2]) =>
    draw(modelOf({ timeline: decided(1, [shape.decision(0, 'review', more)]) })).view;

  it('names the policy that decided', () => {
    const view = timeline({ answer: 'Approved', approved: true, by: 'policy', policy: 'small <b>refunds' });
    expect(view.getByText('policy: small <b>refunds')).toBeTruthy();
  });

  it('does not say of a person that it was a policy', () => {
    const view = timeline({ answer: 'search: Approved (policy: reads)\ndelete: Rejected', policy: 'reads' });
    expect(view.queryByText('policy: reads')).toBeNull();
    expect(view.getByText(/search: Approved \(policy: reads\)/)).toBeTruthy();
  });
});

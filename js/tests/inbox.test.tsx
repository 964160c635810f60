import { within } from '@testing-library/dom';
import { act, waitFor } from '@testing-library/preact';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { MemoryModel } from '../dev/memory-model';
import { card, form, text } from '../dev/shapes';
import inbox from '../src/inbox/index';
import { ago } from '../src/inbox/words';
import type { InboxAlike, InboxIntent, InboxQuery, InboxRow, RowsIntent } from '../src/protocol';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
  document.body.replaceChildren();
});

const waiting = (n: number, more: Partial<InboxRow> = {}): InboxRow => ({
  thread: `order ${n}`,
  since: '2026-11-26T03:00:00Z',
  count: 1,
  questions: [{ request: `r${n}`, node: 'approve', kind: 'approval', text: `Refund order ${n}?`, same: 'refund' }],
  ...more,
});
const other = (n: number) =>
  waiting(n, { questions: [{ request: `r${n}`, node: 'ask', kind: 'number', text: 'How much?', same: 'much' }] });

interface Kernel {
  rows: InboxRow[];
  /** Nobody is there. */
  silent?: boolean;
  /** Pages are told when the test says so. */
  holds?: boolean;
  /** How many are answered at once. */
  most?: number;
}

function draw(kernel: Kernel, total = kernel.rows.length, traits: object = {}, inboxTraits: object = {}) {
  const model = new MemoryModel({});
  const set = (traits: object) => act(() => model.set(traits as never));
  const held: RowsIntent[] = [];
  const tell = (intent: RowsIntent) => {
    const rows = kernel.rows.filter((row) => row.questions[0]?.text.includes(intent.query.text));
    const page = rows.slice(intent.first, intent.first + intent.count);
    const data = { epoch: 0, total: rows.length, first: intent.first, rows: page, nodes: ['approve'], kinds: [] };
    model.tell({ type: 'fetched', client: intent.client, id: intent.id, data });
  };
  model.kernel = (intent) => {
    const asked = intent as unknown as InboxIntent;
    if (kernel.silent) return;
    if (asked.type === 'news')
      queueMicrotask(() => model.tell({ type: 'fetched', client: asked.client, id: asked.id, data: { after: 0.03 } }));
    if (asked.type === 'hello') queueMicrotask(() => model.tell({ type: 'ack', client: asked.client }));
    if (asked.type === 'rows') kernel.holds ? held.push(asked) : queueMicrotask(() => act(() => tell(asked)));
    if (asked.type === 'alike') {
      const all = kernel.rows.map(({ thread }) => thread);
      const data: InboxAlike = { threads: all.slice(0, kernel.most ?? all.length), total: all.length };
      queueMicrotask(() => act(() => model.tell({ type: 'fetched', client: asked.client, id: asked.id, data })));
    }
  };
  const view = { seq: 1, epoch: 1, status: 'ready', total, others: 0, unread: 0, error: null, at: null };
  model.set({ inbox: { ...view, graph: 'refunds', code: 'hitl.inbox(graph)', ...inboxTraits }, ...traits } as never);
  const el = document.createElement('div');
  document.body.append(el);
  act(() => {
    ends.push(inbox.render({ model, el }));
  });
  const sent = <T extends InboxIntent['type']>(type: T) =>
    (model.sent as unknown as InboxIntent[]).filter((one) => one.type === type) as Extract<InboxIntent, { type: T }>[];
  return { model, view: within(el), el, set, sent, held, tell, user: userEvent.setup() };
}

describe('the list', () => {
  it('draws what is in sight of many threads, and asks for their pages alone', async () => {
    const { view, sent } = draw({ rows: Array.from({ length: 10_000 }, (_, n) => waiting(n)) });
    await view.findByText('Refund order 0?');
    expect(view.getAllByRole('listitem').length).toBeLessThan(40);
    expect(sent('rows').map(({ first, count }) => [first, count])).toEqual([[0, 50]]);
    expect(view.getByText('10,000 waiting')).toBeTruthy();
    expect(view.getAllByRole('listitem')[0]?.getAttribute('aria-setsize')).toBe('10000');
  });

  it('shows nothing of a query that is not asked any more', async () => {
    const kernel: Kernel = { rows: [waiting(1), waiting(2)], holds: true };
    const { view, sent, held, tell, user } = draw(kernel);
    await waitFor(() => expect(held).toHaveLength(1));
    await user.type(view.getByRole('searchbox', { name: 'Filter by text' }), 'order 2{Enter}');
    await waitFor(() => expect(sent('rows').at(-1)?.query.text).toBe('order 2'));
    act(() => tell(held.at(-1) as RowsIntent));
    act(() => tell(held[0] as RowsIntent));
    await view.findByText('Refund order 2?');
    expect(view.queryByText('Refund order 1?')).toBeNull();
    expect(view.getByText('1 thread of 2')).toBeTruthy();
  });

  it('asks again for a page that could not be read once the list is another', async () => {
    const kernel: Kernel = { rows: [waiting(1)], holds: true };
    const { view, model, set, held, tell } = draw(kernel);
    await waitFor(() => expect(held).toHaveLength(1));
    const { client, id } = held[0] as RowsIntent;
    act(() => model.tell({ type: 'fetched', client, id, error: 'ServerError: no connection' }));
    await view.findByText('ServerError: no connection');
    expect(held).toHaveLength(1);
    set({ inbox: { ...(model.get('inbox') as object), epoch: 2 } });
    await waitFor(() => expect(held).toHaveLength(2));
    act(() => tell(held[1] as RowsIntent));
    await view.findByText('Refund order 1?');
    expect(view.queryByText('ServerError: no connection')).toBeNull();
  });

  it('does not say that nothing waits where that could not be read', async () => {
    const { view } = draw({ rows: [] }, 0, {}, { status: 'failed', error: 'OSError: no connection' });
    await view.findByText('OSError: no connection', { exact: false });
    expect(view.getByText('Not listed')).toBeTruthy();
    expect(view.queryByText('0 waiting')).toBeNull();
  });

  it('asks anew when the list is another', async () => {
    const kernel: Kernel = { rows: [waiting(1)] };
    const { view, model, set } = draw(kernel);
    await view.findByText('Refund order 1?');
    kernel.rows = [waiting(7)];
    set({ inbox: { ...(model.get('inbox') as object), epoch: 2 } });
    await view.findByText('Refund order 7?');
    expect(view.queryByText('Refund order 1?')).toBeNull();
  });

  it('is at the next row before the next key is heard', async () => {
    const { view, set } = draw({ rows: Array.from({ length: 9 }, (_, n) => waiting(n)) });
    const box = (n: number) => view.getByRole('checkbox', { name: new RegExp(`^Choose order ${n}:`) });
    await view.findByText('Refund order 0?');
    set({});
    box(0).focus();
    // As a held key comes, whatever the page has to draw between two.
    const press = async (key: string) => {
      document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      for (let n = 0; n < 5; n += 1) await Promise.resolve();
    };
    await press('ArrowDown');
    expect(document.activeElement).toBe(box(1));
    await press('ArrowDown');
    await press('ArrowDown');
    expect(document.activeElement).toBe(box(3));
  });

  it('keeps the keyboard while rows that it has gone to are fetched', async () => {
    const kernel: Kernel = { rows: Array.from({ length: 300 }, (_, n) => waiting(n)) };
    const { view, el, held, tell, user } = draw(kernel);
    await view.findByText('Refund order 0?');
    kernel.holds = true;
    view.getByRole('button', { name: /^Refund order 0\?/ }).focus();
    await user.keyboard('{End}');
    act(() => void el.querySelector('.hitl-inbox-scroll')?.dispatchEvent(new Event('scroll')));
    await waitFor(() => expect(held).toHaveLength(1));
    expect(document.activeElement?.className).toBe('hitl-inbox-scroll');
    act(() => held.forEach(tell));
    await waitFor(() => expect(document.activeElement?.textContent).toContain('Refund order 299?'));
  });

  it('says on its row why an answer was refused', async () => {
    const { view } = draw({ rows: [waiting(1, { problem: 'It was answered elsewhere.', gone: true }), waiting(2)] });
    const said = await view.findByText('It was answered elsewhere.');
    const row = said.closest('li') as HTMLElement;
    // Which one it is of those that ask the same.
    expect(row.querySelector('.hitl-inbox-about')?.textContent).toContain('order 1');
    expect((within(row).getByRole('checkbox') as HTMLInputElement).disabled).toBe(true);
    expect((within(row).getByRole('button') as HTMLButtonElement).disabled).toBe(true);
  });

  it('draws what a model wrote as text', async () => {
    const question = { request: 'r', node: 'n', kind: 'text', text: '<img src=x onerror=alert(1)>', same: 's' };
    const { view, el } = draw({ rows: [waiting(1, { questions: [question] })] });
    await view.findByText(question.text);
    expect(el.querySelector('img')).toBeNull();
  });
});

describe('several at once', () => {
  const ONE = { choice: 1, count: 1, done: 0, sending: false, said: null };

  it('cannot be answered before their card says what all of them ask', async () => {
    const cards = [card('mine', 'Refund order 1?'), card('theirs', 'Refund order 3?')];
    const { view, sent, set, user, model } = draw({ rows: [waiting(1), waiting(2)] });
    await user.click(await view.findByRole('checkbox', { name: /^Choose order 1:/ }));
    const client = sent('choose')[0]?.client;
    const [mine, theirs] = cards.map(({ request }) => request);
    const other = { ...ONE, client: 'another tab', request: theirs };
    set({ cards, chosen: [other, { ...ONE, client, request: mine }] });
    const form = view.getByRole('form', { name: 'Refund order 1?' });
    expect(view.queryByText('Refund order 3?')).toBeNull();
    const asks = form.closest('.hitl-inbox-asks');
    expect(asks?.hasAttribute('inert')).toBe(false);
    await user.click(view.getByRole('checkbox', { name: /^Choose order 2:/ }));
    expect(sent('choose').at(-1)?.choice).toBe(2);
    expect(asks?.hasAttribute('inert')).toBe(true);
    set({ chosen: [other, { ...ONE, client, choice: 2, count: 2, request: mine }] });
    expect(asks?.hasAttribute('inert')).toBe(false);
    expect(model.sent.filter(({ type }) => type === 'answer')).toEqual([]);
  });

  it('are counted without those that do not ask it any more', async () => {
    const { view, sent, set, user } = draw({ rows: [waiting(1), waiting(2), waiting(3)] });
    for (const n of [1, 2, 3])
      await user.click(await view.findByRole('checkbox', { name: new RegExp(`^Choose order ${n}:`) }));
    const client = sent('choose')[0]?.client;
    expect(view.getByText('3 threads chosen')).toBeTruthy();
    set({ chosen: [{ ...ONE, client, choice: 3, request: 'mine' }] });
    expect(view.getByText('1 thread chosen')).toBeTruthy();
    expect(view.getByText('2 more do not ask this any more.')).toBeTruthy();
  });

  it('takes those that ask the same, and no others', async () => {
    const { view, sent, user } = draw({ rows: [waiting(1), other(2), waiting(3)] });
    await user.click(await view.findByRole('checkbox', { name: /^Choose order 1:/ }));
    expect(sent('choose').at(-1)).toMatchObject({ threads: ['order 1'], same: 'refund' });
    const apart = view.getByRole('checkbox', { name: /asks something else/ }) as HTMLInputElement;
    expect(apart.disabled).toBe(true);
    await user.click(view.getByRole('checkbox', { name: /^Choose order 3:/ }));
    expect(sent('choose').at(-1)?.threads).toEqual(['order 1', 'order 3']);
    expect(view.getByText('2 threads chosen')).toBeTruthy();
    await user.click(view.getByRole('button', { name: 'Choose none' }));
    expect(sent('choose').at(-1)?.threads).toEqual([]);
    expect(view.queryByText(/chosen$/)).toBeNull();
  });

  it('takes all that ask the same, beyond those in sight', async () => {
    const { view, sent, user } = draw({ rows: Array.from({ length: 300 }, (_, n) => waiting(n)) });
    await user.click(await view.findByRole('checkbox', { name: /^Choose order 0:/ }));
    await user.click(view.getByRole('button', { name: 'Choose all that ask the same' }));
    await view.findByText('300 threads chosen', { selector: 'strong' });
    expect(sent('alike')[0]).toMatchObject({ same: 'refund', query: { text: '' } as Partial<InboxQuery> });
    expect(sent('choose').at(-1)?.threads).toHaveLength(300);
    // Once more: there is nothing to see in a number that stays.
    const all = view.getByRole('button', { name: 'Choose all that ask the same' });
    const alone = ['No other thread asks the same.', { selector: '.hitl-inbox-bar span' }] as const;
    expect(document.activeElement).toBe(all);
    expect(view.queryByText(...alone)).toBeNull();
    await user.keyboard('{Enter}');
    await view.findByText(...alone);
    expect(document.activeElement).toBe(all);
    await user.click(view.getByRole('checkbox', { name: /^Choose order 1:/ }));
    expect(view.queryByText(...alone)).toBeNull();
  });

  it('says how many more ask the same than are answered at once', async () => {
    const { view, sent, user } = draw({ rows: Array.from({ length: 300 }, (_, n) => waiting(n)), most: 100 });
    await user.click(await view.findByRole('checkbox', { name: /^Choose order 3:/ }));
    await user.click(view.getByRole('button', { name: 'Choose all that ask the same' }));
    await view.findByText('100 threads chosen', { selector: 'strong' });
    expect(sent('choose').at(-1)?.threads).toHaveLength(100);
    expect(sent('choose').at(-1)?.threads).toContain('order 3');
    const more = [
      '200 more ask the same: as many as these are answered at once.',
      { selector: '.hitl-inbox-bar span' },
    ] as const;
    expect(view.getByText(...more)).toBeTruthy();
    await user.click(view.getByRole('button', { name: 'Choose all that ask the same' }));
    await view.findByText(...more);
    expect(view.queryByText('No other thread asks the same.')).toBeNull();
  });

  it('chooses nothing where something else was chosen while those were looked for', async () => {
    const { view, sent, user } = draw({ rows: Array.from({ length: 300 }, (_, n) => waiting(n)) });
    await user.click(await view.findByRole('checkbox', { name: /^Choose order 0:/ }));
    const all = view.getByRole('button', { name: 'Choose all that ask the same' });
    const none = view.getByRole('button', { name: 'Choose none' });
    act(() => {
      all.click();
      none.click();
    });
    await waitFor(() => expect(sent('alike')).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve));
    expect(sent('choose').at(-1)?.threads).toEqual([]);
    expect(view.queryByText('300 threads chosen')).toBeNull();
    const numbers = sent('choose').map(({ choice }) => choice);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('says how far it is, and forgets what was sent', async () => {
    const { view, sent, set, user } = draw({ rows: [waiting(1), waiting(2)] });
    await user.click(await view.findByRole('checkbox', { name: /^Choose order 1:/ }));
    const client = sent('choose')[0]?.client;
    const chosen = { client, choice: 1, request: null };
    set({ chosen: [{ ...chosen, count: 40, done: 12, sending: true, said: null }] });
    expect(view.getByText(/12 of 40 done/)).toBeTruthy();
    set({ chosen: [{ ...chosen, count: 0, done: 40, sending: false, said: '40 answered.' }] });
    await waitFor(() => expect(view.getAllByText('40 answered.').length).toBeGreaterThan(0));
    const box = view.getByRole('checkbox', { name: /^Choose order 1:/ }) as HTMLInputElement;
    expect(box.checked).toBe(false);
  });

  it('what is typed for them is kept nowhere in the browser: it would come back to nobody', async () => {
    sessionStorage.clear();
    const cards = [card('approve', 'How much?', { control: form(text()) })];
    const { view, sent, set, user } = draw({ rows: [waiting(1)] });
    await user.click(await view.findByRole('checkbox', { name: /^Choose order 1:/ }));
    const client = sent('choose')[0]?.client;
    set({ cards, chosen: [{ ...ONE, client, request: cards[0]?.request }] });
    const input = view.getByRole<HTMLInputElement>('textbox', { name: 'How much?' });
    await user.type(input, 'Ada');
    expect(input.value).toBe('Ada');
    await user.click(view.getByRole('button', { name: 'Choose none' }));
    expect(Object.values({ ...sessionStorage }).join()).not.toContain('Ada');
  });

  it('has no checkbox for a thread that asks several things', async () => {
    const { view } = draw({ rows: [waiting(1, { count: 3 })] });
    const box = (await view.findByRole('checkbox')) as HTMLInputElement;
    expect(box.disabled).toBe(true);
    expect(view.getByText('+2 more')).toBeTruthy();
  });
});

it('opens a thread in the place of the list, and says why where it cannot', async () => {
  const { view, sent, set, user } = draw({ rows: [waiting(1)] });
  await user.click(await view.findByRole('button', { name: /^Refund order 1\?/ }));
  await waitFor(() => expect(sent('open_thread')[0]?.thread).toBe('order 1'));
  set({ opened: [{ thread: 'order 1', view: null, error: 'ValueError: no such node' }] });
  expect(view.getByText(/ValueError: no such node/)).toBeTruthy();
  await user.click(view.getByRole('button', { name: 'Back to the list' }));
  expect(sent('refresh')).toHaveLength(1);
  expect(await view.findByText('Refund order 1?')).toBeTruthy();
});

it('tells since when in one unit', () => {
  const now = Date.parse('2026-11-26T12:00:00Z');
  const told = ['11:59:30', '11:55:00', '11:00:30', '03:00:00'].map((time) => ago(`2026-11-26T${time}Z`, now));
  expect(told).toEqual(['just now', '5 min ago', '1 h ago', '9 h ago']);
  expect([ago('2026-11-25T12:00:00Z', now), ago('2026-11-01T12:00:00Z', now)]).toEqual(['yesterday', '25 days ago']);
});

describe('news', () => {
  const asked = (drawn: ReturnType<typeof draw>) => drawn.sent('news').map(({ idle }) => idle);
  const looking = () => draw({ rows: [waiting(1), waiting(2)] }, 2, {}, { refresh: 0.02 });

  const pass = (ms: number) => act(async () => void (await vi.advanceTimersByTimeAsync(ms)));
  const stopped = async (drawn: ReturnType<typeof draw>) => {
    const before = asked(drawn).length;
    await pass(1_000);
    return asked(drawn).length === before;
  };
  afterEach(() => void vi.useRealTimers());

  it('are asked for now and then for as long as the list is shown', async () => {
    vi.useFakeTimers();
    const drawn = looking();
    await pass(200);
    expect(asked(drawn).length).toBeGreaterThan(2);
    expect(asked(drawn)).not.toContain(false);
    for (const end of ends.splice(0)) end();
    expect(await stopped(drawn)).toBe(true);
  });

  it('are not asked for again before the kernel has answered', async () => {
    vi.useFakeTimers();
    const kernel: Kernel = { rows: [waiting(1)] };
    const drawn = draw(kernel, 1, {}, { refresh: 0.02 });
    await pass(100);
    kernel.silent = true;
    await pass(100);
    expect(await stopped(drawn)).toBe(true);
  });

  it('are not asked for where nobody wants that, in a hidden page, or where a thread is open', async () => {
    vi.useFakeTimers();
    const off = draw({ rows: [waiting(1)] }, 1, {}, { refresh: null });
    const drawn = looking();
    await pass(100);
    const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    document.dispatchEvent(new Event('visibilitychange'));
    expect(await stopped(drawn)).toBe(true);
    hidden.mockRestore();
    document.dispatchEvent(new Event('visibilitychange'));
    expect(await stopped(drawn)).toBe(false);
    act(() => drawn.view.getByText('Refund order 1?').closest('button')?.click());
    expect(await stopped(drawn)).toBe(true);
    expect(asked(off)).toEqual([]);
  });

  it.each<[string, (drawn: ReturnType<typeof draw>) => void | Promise<void>]>([
    ['the pointer is in it', ({ el }) => void el.querySelector('.hitl-root')?.dispatchEvent(new Event('pointerenter'))],
    ['the focus is in it', ({ view }) => view.getByRole('searchbox').focus()],
    [
      'something is chosen',
      async ({ user, view }) => {
        await user.click(view.getByRole('checkbox', { name: /order 1/ }));
        (document.activeElement as HTMLElement).blur();
      },
    ],
    [
      'it is scrolled',
      ({ el }) => {
        (el.querySelector('.hitl-inbox-scroll') as HTMLElement).scrollTop = 100;
      },
    ],
  ])('do not change the list while %s', async (_, begin) => {
    const drawn = looking();
    await drawn.view.findByText('Refund order 1?');
    await act(async () => begin(drawn));
    const before = asked(drawn).length;
    await waitFor(() => expect(asked(drawn).length).toBeGreaterThan(before + 2));
    expect(asked(drawn).slice(before + 1)).not.toContain(true);
  });

  it('are told on the button that shows them', async () => {
    const { view, model, set, user, sent } = draw({ rows: [waiting(1)] });
    await view.findByText('Refund order 1?');
    set({ inbox: { ...(model.get('inbox') as object), fresh: 3, left: 1 } });
    const button = view.getByRole('button', { name: 'Refresh: 3 new, 1 gone' });
    expect(view.getByText('3 new, 1 gone. Refresh shows them.')).toBeTruthy();
    await user.click(button);
    expect(sent('refresh')).toHaveLength(1);
    set({ inbox: { ...(model.get('inbox') as object), fresh: 0, left: 0 } });
    expect(document.activeElement).toBe(view.getByRole('button', { name: 'Refresh' }));
  });
});

describe('a saved notebook', () => {
  it('has the beginning of the list, to be read', async () => {
    const rows = [waiting(1), waiting(2)];
    const at = '2026-11-26T03:00:00Z';
    const { view, sent } = draw({ rows: [], silent: true }, 40, { rows }, { at });
    const text = await view.findByText('Refund order 2?');
    expect((text.closest('button') as HTMLButtonElement).disabled).toBe(true);
    for (const box of view.getAllByRole('checkbox')) expect((box as HTMLInputElement).disabled).toBe(true);
    expect(view.getByText(/^The newest 2 of 40 threads, as they waited at /)).toBeTruthy();
    expect(view.getByText('This is a saved picture.')).toBeTruthy();
    expect(sent('news')).toEqual([]);
  });
});

import { act, fireEvent, render, waitFor, within } from '@testing-library/preact';
import { describe, expect, it, vi } from 'vitest';
import type { MemoryModel } from '../dev/memory-model';
import * as shape from '../dev/shapes';
import { answered, step, timelineOf } from '../dev/timeline';
import { ForkActions } from '../src/forks/ForkActions';
import { ComparisonTable } from '../src/inside/compare/ComparisonTable';
import type { ComparisonView, ForkView, Intent } from '../src/protocol';
import { RESTS_MS } from '../src/run/Header';
import { RowActions } from '../src/timeline/RowActions';
import { type View, ViewProvider } from '../src/view-context';
import widget from '../src/widget';
import { draw, modelOf, update } from './view';

// No page here can import a blob: the loader alone is replaced, by the bundles' own entry points.
vi.mock('../src/loaded/load', () => ({
  loadCode: async (_model: unknown, name: 'rich' | 'inside') =>
    (await (name === 'rich' ? import('../src/rich/index') : import('../src/inside/index'))).default,
}));

const fork = (n: number, more: Partial<ForkView> = {}): ForkView => ({
  name: `Fork ${n}`,
  kind: 'answer',
  label: 'approved → …',
  status: 'waiting',
  waits_for: ['approved'],
  ...more,
});

const FINISHED = { run: shape.run({ status: 'finished' }) };
const DECIDED = {
  ...FINISHED,
  timeline: timelineOf([
    step('ask', { step: 2 }),
    answered(shape.decision(0, 'ask', { question: 'Ship it?', answer: 'Yes' })),
  ]),
};
const COMPARISON: ComparisonView = {
  words: 'The two runs part at step 4 (ask).',
  before: 3,
  pairs: [
    { step: 3, ours: 'plan: wrote nothing', theirs: 'plan: wrote nothing', same: true },
    { step: 4, ours: 'ask: wrote to: EU', theirs: 'ask: wrote to: <b>US</b>', same: false },
    { step: 5, ours: 'send: wrote nothing', theirs: null, same: false },
  ],
  after: 0,
  parts_at: 1,
  keys: [{ key: 'to', ours: 'EU', theirs: 'US' }],
  same: ['request'],
};

/** A view whose timeline somebody has gone to: what can be done with its rows is there then. */
async function drawDecided() {
  const drawn = draw(modelOf(DECIDED));
  fireEvent.pointerEnter(drawn.view.getByRole('region', { name: 'Timeline' }));
  const button = (name: string | RegExp) => drawn.view.findByRole<HTMLButtonElement>('button', { name });
  return { ...drawn, button };
}

const sentTo = (model: MemoryModel, type: Intent['type']) => model.sent.filter((intent) => intent.type === type);
/** Clicks on a tab, once they are there. */
async function choose(view: ReturnType<typeof within>, name: RegExp) {
  const tab = await view.findByRole('tab', { name });
  act(() => tab.click());
}

const names = (els: HTMLElement[]) => els.map((el) => el.textContent);

describe('answering differently', () => {
  it('starts a fork from the decision, once, and then shows it', async () => {
    const { model, view, user, el, button: find } = await drawDecided();
    expect(view.queryByRole('tablist')).toBeNull();
    const button = await find('Answer differently: Ship it?');
    await user.click(button);
    expect(sentTo(model, 'fork')).toEqual([{ type: 'fork', client: expect.any(String), decision: 0, pause: false }]);
    expect(button.disabled).toBe(true);
    update(model, { forks: [fork(1)] });
    const tabs = await view.findAllByRole('tab');
    expect(names(tabs)).toEqual(['This run, Finished', 'Fork 1: approved → …, Waiting for you']);
    expect(tabs.map((tab) => tab.getAttribute('aria-selected'))).toEqual(['false', 'true']);
    await waitFor(() => expect(document.activeElement).toBe(view.getByRole('tabpanel')));
    expect(el.querySelector('[aria-live="polite"]')?.textContent).toContain('Fork 1 has started: approved → ….');
    expect(button.disabled).toBe(false);
  });

  it('that is refused says why, and can be tried again', async () => {
    const { model, view, user, button: find } = await drawDecided();
    const button = await find(/Answer differently/);
    await user.click(button);
    expect(button.disabled).toBe(true);
    update(model, { run: shape.run({ status: 'finished', notices: ['The thread has no such step any more.'] }) });
    expect(button.disabled).toBe(false);
    // A fork that comes later, from code, is not jumped to.
    update(model, { forks: [fork(1)] });
    expect((await view.findAllByRole('tab'))[0]?.getAttribute('aria-selected')).toBe('true');
  });

  it('from a step, with another state, pauses there; the row is not looked into', async () => {
    const { model, user, button } = await drawDecided();
    await user.click(await button('Edit state and run from here: step 2'));
    expect(sentTo(model, 'fork')).toEqual([{ type: 'fork', client: expect.any(String), step: 2, pause: true }]);
    expect(sentTo(model, 'need').map((intent) => 'code' in intent && intent.code)).toEqual(['rich']);
  });

  it('a step is run from with another state, where it can be', () => {
    const sent: unknown[] = [];
    const expected: string[] = [];
    const connection = { fork: (from: unknown) => sent.push(from) } as unknown as View['connection'];
    const value = {
      connection,
      link: 'live',
      expecting: null,
      expect: (what: string) => expected.push(what),
    } as unknown as View;
    const { container, rerender } = render(
      <ViewProvider value={value}>
        <ForkActions step={2} canFork />
      </ViewProvider>,
    );
    within(container as HTMLElement)
      .getByRole('button', { name: 'Edit state and run from here' })
      .click();
    expect([sent, expected]).toEqual([[{ step: 2, pause: true }], ['fork']]);
    rerender(
      <ViewProvider value={value}>
        <ForkActions step={2} canFork={false} />
      </ViewProvider>,
    );
    expect(container.textContent).toBe('');
  });

  it('a step of a nested graph is run from by one of its tasks, and says why where it cannot be', () => {
    const sent: unknown[] = [];
    const value = {
      connection: { fork: (from: unknown) => sent.push(from) },
      link: 'live',
      expecting: null,
      expect: () => undefined,
    } as unknown as View;
    const row = step('ask', { path: ['outer', 'inner'] });
    const { container, rerender } = render(
      <ViewProvider value={value}>
        <RowActions row={row} />
      </ViewProvider>,
    );
    const view = within(container as HTMLElement);
    view.getByRole('button', { name: 'Edit state and run from here: step outer › inner › ask' }).click();
    expect(sent).toEqual([{ task: row.tasks[0]?.id, pause: true }]);
    rerender(
      <ViewProvider value={value}>
        <RowActions row={{ ...row, can_fork: false, why_not: 'The graph in inner keeps no checkpoints.' }} />
      </ViewProvider>,
    );
    const button = view.getByRole('button', { name: /The graph in inner keeps no checkpoints\.$/ });
    expect(button.getAttribute('aria-disabled')).toBe('true');
    button.click();
    expect(sent).toHaveLength(1);
  });
});

describe('the runs', () => {
  const child = () => {
    const asked: string[] = [];
    const host = {
      getModel: async () => ({ get: () => null }),
      getWidget: async (ref: string) => ({
        render: async ({ el, signal }: { el: HTMLElement; signal: AbortSignal }) => {
          asked.push(ref);
          el.textContent = `view of ${ref}`;
          signal.addEventListener('abort', () => asked.push('ended'));
        },
      }),
    };
    return { host, asked };
  };

  function drawIn(host: ReturnType<typeof child>['host'], model: MemoryModel) {
    const el = document.createElement('div');
    document.body.append(el);
    act(() => void widget.render({ model, el, host }));
    return within(el);
  }

  it('are a tab each; a fork is opened when it is looked at, and drawn by its own widget', async () => {
    const { host, asked } = child();
    const model = modelOf({ ...FINISHED, forks: [fork(1), fork(2)] });
    const view = drawIn(host, model);
    expect(sentTo(model, 'open_fork')).toEqual([]);
    await choose(view, /Fork 2/);
    expect(view.getByText('Opening the fork…')).toBeTruthy();
    expect(sentTo(model, 'open_fork')).toEqual([{ type: 'open_fork', client: expect.any(String), fork: 'Fork 2' }]);
    update(model, { forks: [fork(1), fork(2, { view: 'anywidget:two' })] });
    await waitFor(() => expect(view.getByText('view of anywidget:two')).toBeTruthy());
    expect(view.queryByText('Opening the fork…')).toBeNull();
    // This run is still there, out of sight.
    expect(view.getByText('Finished').closest('[hidden]')).not.toBeNull();
    act(() => view.getByRole('tab', { name: /This run/ }).click());
    expect(asked).toEqual(['anywidget:two', 'ended']);
  });

  it('are gone through with the arrow keys, round and round', async () => {
    const { view, user } = draw(modelOf({ ...FINISHED, forks: [fork(1), fork(2)] }));
    (await view.findByRole('tab', { name: /This run/ })).focus();
    const focused = () => document.activeElement?.textContent?.slice(0, 8);
    await user.keyboard('{ArrowRight}');
    expect(focused()).toBe('Fork 1: ');
    await user.keyboard('{End}');
    expect(focused()).toBe('Fork 2: ');
    await user.keyboard('{ArrowRight}');
    expect(focused()).toBe('This run');
    await user.keyboard('{ArrowLeft}');
    expect(focused()).toBe('Fork 2: ');
    expect(view.getAllByRole('tab').map((tab) => tab.tabIndex)).toEqual([-1, -1, 0]);
  });

  it('where no widget can be drawn in another, the way to see a fork is said', async () => {
    const { view } = draw(modelOf({ ...FINISHED, forks: [fork(1, { view: 'anywidget:one' })] }));
    await choose(view, /Fork 1/);
    await waitFor(() => expect(view.getByRole('tabpanel').textContent).toContain('session.forks[0]'));
  });

  it('stand side by side with where they part', async () => {
    const model = modelOf({ ...FINISHED, forks: [fork(1, { view: 'anywidget:one' })] });
    const { kernel } = model;
    model.kernel = (intent) => {
      kernel(intent);
      if (intent.type !== 'look') return;
      const { client, id } = intent;
      queueMicrotask(() => act(() => model.tell({ type: 'fetched', client, id, data: COMPARISON })));
    };
    const view = drawIn(child().host, model);
    await choose(view, /Fork 1/);
    act(() => view.getByRole('button', { name: 'Side by side' }).click());
    await waitFor(() => expect(view.getByText('The two runs part at step 4 (ask).')).toBeTruthy());
    expect(view.getAllByRole('tabpanel')).toHaveLength(2);
    // Asked for anew when one of them has come further.
    update(model, { forks: [fork(1, { view: 'anywidget:one', status: 'finished', waits_for: [] })] });
    expect(sentTo(model, 'look')).toHaveLength(2);
  });
});

describe('a comparison', () => {
  it('marks in words where the runs part, and shows both values of a key that differs', () => {
    const { container } = render(<ComparisonTable of={COMPARISON} name="Fork 2" />);
    const rows = within(container as HTMLElement).getAllByRole('row');
    expect(names(rows)).toEqual([
      'StepThis runFork 2How they compare',
      '3 steps before are the same',
      '3plan: wrote nothingplan: wrote nothingsame',
      '4ask: wrote to: EUask: wrote to: <b>US</b>They part here',
      '5send: wrote nothingnot therediffers',
      'KeyThis runFork 2',
      'toEUUS',
    ]);
    expect(container.querySelector('b')).toBeNull();
  });
});

describe('a run that is over', () => {
  it.each([
    ['finished', ['Follow up', 'Run again']],
    ['failed', ['Retry', 'Run again']],
    ['stopped', ['Continue', 'Run again']],
  ] as const)('%s: %j', (status, buttons) => {
    const { view } = draw(modelOf({ run: shape.run({ status, can_retry: status !== 'finished' }) }));
    // The graph has buttons of its own.
    const header = within(view.getByText(/^(Finished|Failed|Stopped)$/).parentElement as HTMLElement);
    expect(names(header.getAllByRole('button')).map((name) => name?.trim())).toEqual(buttons);
  });

  it('takes another input: its question gets the focus', async () => {
    const { model, view, user } = draw(modelOf(FINISHED));
    await user.click(view.getByRole('button', { name: 'Follow up' }));
    expect(sentTo(model, 'follow_up')).toHaveLength(1);
    update(model, {
      run: shape.run({ status: 'waiting' }),
      cards: [shape.card('__start__', 'What do you want to say?')],
    });
    await waitFor(() =>
      expect(document.activeElement).toBe(view.getByRole('textbox', { name: 'What do you want to say?' })),
    );
  });

  it('takes another input, also below a question that somebody else has answered', async () => {
    const closed = shape.card('ask', 'Where to?', { status: 'answered', closed: 'Answered in another session.' });
    const { model, view, user } = draw(modelOf({ ...FINISHED, cards: [closed] }));
    const button = view.getByRole<HTMLButtonElement>('button', { name: 'Follow up' });
    await user.click(button);
    expect(button.disabled).toBe(true);
    update(model, { cards: [closed, shape.card('__start__', 'What do you want to say?')] });
    await waitFor(() =>
      expect(document.activeElement).toBe(view.getByRole('textbox', { name: 'What do you want to say?' })),
    );
  });

  it('has the box of a chat at once, which takes no focus, in the place of a button for it', async () => {
    const { model, view, user } = draw(modelOf({ run: shape.run({ status: 'running' }) }));
    const stop = view.getByRole('button', { name: 'Stop' });
    stop.focus();
    update(model, { ...FINISHED, cards: [shape.card('__start__', 'What do you want to say?')] });
    const box = view.getByRole('textbox', { name: 'What do you want to say?' });
    expect(document.activeElement).not.toBe(box);
    expect(view.queryByRole('button', { name: 'Follow up' })).toBeNull();
    expect(view.getByText('Finished')).toBeTruthy();
    await user.type(box, 'bye{Enter}');
    expect(sentTo(model, 'answer')).toHaveLength(1);
  });

  it('starts again as a fork', async () => {
    const { model, view, user } = draw(modelOf(FINISHED));
    await user.click(view.getByRole('button', { name: 'Run again' }));
    expect(sentTo(model, 'restart')).toHaveLength(1);
    update(model, { forks: [fork(1, { kind: 'restart', label: 'the same input' })] });
    expect((await view.findByRole('tab', { selected: true })).textContent).toBe(
      'Fork 1: the same input, Waiting for you',
    );
  });

  it('starts nothing for a moment: a click may have been meant for Stop', () => {
    vi.useFakeTimers();
    try {
      const { model, view } = draw(modelOf({ run: shape.run({ status: 'running' }) }));
      fireEvent.click(view.getByRole('button', { name: 'Stop' }));
      update(model, { run: shape.run({ status: 'stopped', can_retry: true }) });
      const starts = view.getAllByRole<HTMLButtonElement>('button', { name: /Run again|Continue/ });
      expect(starts).toHaveLength(2);
      const click = () => starts.map((one) => fireEvent.click(one));
      const wait = (ms: number) => act(() => void vi.advanceTimersByTime(ms));
      wait(RESTS_MS - 1);
      click();
      expect(starts.map((one) => one.disabled)).toEqual([true, true]);
      expect(model.sent.map(({ type }) => type)).not.toContain('restart');
      wait(1);
      click();
      expect([sentTo(model, 'stop'), sentTo(model, 'restart'), sentTo(model, 'retry')]).toMatchObject([
        [{}],
        [{}],
        [{}],
      ]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('that was stopped by keyboard keeps the place: Enter starts nothing, and Tab leads on', async () => {
    const { model, view, user } = draw(modelOf({ run: shape.run({ status: 'running' }) }));
    act(() => view.getByRole('button', { name: 'Stop' }).focus());
    await user.keyboard('{Enter}');
    expect(document.activeElement).toBe(view.getByRole('group', { name: 'Run' }));
    update(model, { run: shape.run({ status: 'stopped', can_retry: true }) });
    await user.keyboard('{Enter}{Enter}');
    expect(model.sent.map(({ type }) => type).filter((type) => type !== 'hello')).toEqual(['stop']);
    const again = view.getByRole<HTMLButtonElement>('button', { name: 'Continue' });
    await waitFor(() => expect(again.disabled).toBe(false));
    await user.tab();
    expect(document.activeElement).toBe(again);
  });

  it('of a dead kernel starts nothing', async () => {
    const { model, view, button } = await drawDecided();
    await button(/Answer differently/);
    model.kernel = () => {
      throw new Error('Cannot send');
    };
    act(() => model.trigger('comm_live_update'));
    const buttons = view.getAllByRole<HTMLButtonElement>('button', {
      name: /Run again|Follow up|Answer differently|Edit state/,
    });
    expect(buttons.map((one) => one.disabled)).toEqual([true, true, true, true]);
  });
});

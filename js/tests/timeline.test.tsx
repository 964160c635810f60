import { act, fireEvent } from '@testing-library/preact';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MemoryModel } from '../dev/memory-model';
import { column, decision } from '../dev/shapes';
import { answered, longTimeline, rowsOf, step, timelineOf } from '../dev/timeline';
import type { StepRow, TimelineView } from '../src/protocol';
import { Heights, ROW } from '../src/timeline/heights';
import type { Row } from '../src/timeline/rows';
import { isOf } from '../src/timeline/words';
import { draw, modelOf, update } from './view';

const page = vi.hoisted(() => ({ forbids: false }));
vi.mock('../src/loaded/load', () => ({
  loadCode: async () => {
    if (page.forbids) throw new Error('no blobs');
    return (await import('../src/rich/index')).default;
  },
}));

const SIGHT = 320;

// It takes its time where the machine is busy.
beforeAll(async () => {
  await import('../src/rich/index');
}, 60_000);
beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => vi.useRealTimers());

/** A kernel that has all rows, and a box that is as high as a browser would make it. */
async function drawn(rows: Row[], more: Partial<TimelineView> = {}, refuses = false) {
  const model = modelOf({
    graph: column(['plan', 'research', 'write', 'review']),
    timeline: timelineOf(rows, more),
  });
  const state = { rows, refuses, epoch: 0 };
  const hello = model.kernel;
  model.kernel = (intent) => {
    hello(intent);
    if (intent.type !== 'look') return;
    const { client, id, at } = intent;
    const told = state.refuses
      ? { error: 'The disk is full.' }
      : { data: at.kind === 'rows' ? rowsOf(state.rows, at, state.epoch) : `the ${at.kind}` };
    queueMicrotask(() => act(() => model.tell({ type: 'fetched', client, id, ...told })));
  };
  const all = draw(model);
  fireEvent.pointerEnter(all.view.getByRole('region', { name: 'Timeline' }));
  vi.useRealTimers();
  await vi.waitFor(() => all.view.getByRole('grid'));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const grid = all.view.getByRole('grid');
  const height = () => Number(grid.getAttribute('aria-rowcount')) * ROW;
  Object.defineProperty(grid, 'scrollHeight', { get: height, configurable: true });
  Object.defineProperty(grid, 'clientHeight', { value: SIGHT, configurable: true });
  const scroll = (top: number) => {
    grid.scrollTop = top;
    fireEvent.scroll(grid);
  };
  const later = async (ms = 100) => {
    await act(async () => {
      await vi.advanceTimersByTimeAsync(ms);
    });
  };
  scroll(height() - SIGHT);
  return { ...all, grid, scroll, later, state };
}

const names = (grid: HTMLElement) =>
  [...grid.querySelectorAll('[role=row]')].map((row) => row.getAttribute('aria-label'));
const looks = (model: MemoryModel) => model.sent.flatMap((intent) => (intent.type === 'look' ? [intent.at] : []));
const steps = (count: number) => Array.from({ length: count }, (_, index) => step('work', { step: index, row: index }));

describe('the timeline', () => {
  it('calls where a graph begins the same for those who hear it', async () => {
    const asked = decision(0, '__start__', { question: 'Shall it run?', answer: 'Yes' });
    const { grid } = await drawn([answered(asked), step('plan')]);
    expect(names(grid)[0]).toBe('start: Shall it run? Yes');
    expect(grid.textContent).toMatch(/startShall it run\?Yes/);
  });

  it('says of which graph a row is, of several side by side', async () => {
    const both = ['ask_weather', 'ask_news'].map((copy) => step('model', { path: ['tools'], step: null, copy }));
    const { grid } = await drawn([...both, step('model', { path: ['one'], step: null, copy: 'one' })]);
    expect(names(grid)).toEqual([
      'Step in tools › ask_weather: model, done, 12 ms',
      'Step in tools › ask_news: model, done, 12 ms',
      'Step in one: model, done, 12 ms',
    ]);
    expect(grid.textContent).toMatch(/ask_weather.*ask_news/);
  });

  it('says of an answer which of several copies asked, and keeps it at its node', async () => {
    const asked = decision(0, 'ask', { path: ['research', 'ask'], asker: ['research #2', 'ask'], answer: 'Yes' });
    const { grid } = await drawn([answered(asked)]);
    expect(names(grid)[0]).toBe('research #2 › ask: What about ask? Yes');
    expect(grid.textContent).toContain('research #2 › ask');
    expect(isOf(answered(asked), 'research:ask')).toBe(true);
  });

  it('is the latest rows until somebody goes there', async () => {
    const model = modelOf({ timeline: timelineOf([step('plan'), answered(decision(0, 'plan', { answer: 'Yes' }))]) });
    const { view } = draw(model);
    expect(view.getAllByRole('listitem').map((row) => row.textContent)).toEqual([
      expect.stringMatching(/^0plan12 ms/),
      expect.stringMatching(/^planWhat about plan\?Yes/),
    ]);
    expect(model.sent.map(({ type }) => type)).toEqual(['hello']);
    fireEvent.focusIn(view.getByRole('list', { name: 'Steps and decisions' }));
    expect(model.sent.map(({ type }) => type)).toEqual(['hello', 'need']);
  });

  it('is looked into by the first touch, which comes before all of it is there', async () => {
    const failed = step('write', {
      row: 0,
      status: 'failed',
      count: 2,
      tasks: [
        { id: 't1', node: 'write', name: 'write', status: 'done' },
        { id: 't2', node: 'write', name: 'write', status: 'failed' },
      ],
    });
    const { view, model } = draw(modelOf({ graph: column(['write']), timeline: timelineOf([failed]) }));
    fireEvent.click(view.getByText('write', { selector: 'li *' }));
    expect(view.getByRole('option', { name: /^write/, selected: true })).toBeTruthy();
    expect(model.sent.some((intent) => intent.type === 'need' && intent.code === 'inside')).toBe(true);
  });

  it('keeps its latest rows, and the focus in them, where the page forbids the others', async () => {
    const { view } = draw(modelOf({ timeline: timelineOf(steps(3)) }));
    const list = view.getByRole('list', { name: 'Steps and decisions' });
    page.forbids = true;
    await act(async () => list.focus());
    await act(async () => Promise.resolve());
    page.forbids = false;
    expect(document.activeElement).toBe(list);
    expect(view.getByRole('list', { name: 'Steps and decisions' })).toBe(list);
  });

  it('says what each step did', async () => {
    const failed = step('write', { step: 1, status: 'failed', count: 12 });
    if (failed.tasks[0] !== undefined) failed.tasks[0].error = 'ValueError: too dear';
    const { grid } = await drawn([
      step('plan', { took: 1.24 }),
      step('search', { path: ['research'], took: 75 }),
      failed,
    ]);
    expect(names(grid)).toEqual([
      'Step 0: plan, done, 1.2 s',
      'Step in research: search, done, 1 min 15 s',
      'Step 1: write ×12, failed, 12 ms',
    ]);
    expect(grid.textContent).toContain('ValueError: too dear');
  });

  it('says of a step that never ran that the state was changed', async () => {
    const never: Partial<StepRow> = { status: 'idle', nodes: [], count: 0, can_fork: false };
    const tasks = [{ id: 'changed:1f', node: '', name: 'state changed', status: 'done' } as const];
    const { grid, model } = await drawn([
      step('plan'),
      step('', { ...never, step: 1, tasks, changed: 'state changed: <b>budget</b>, a, b and 2 more' }),
      step('', { ...never, step: null, path: ['research', 'inner'], tasks, changed: 'state changed' }),
      step('write', { step: 2 }),
    ]);
    expect(names(grid)).toEqual([
      'Step 0: plan, done, 12 ms',
      'Step 1: state changed: <b>budget</b>, a, b and 2 more',
      'Step in research › inner: state changed',
      'Step 2: write, done, 12 ms',
    ]);
    const [, changed] = grid.querySelectorAll<HTMLElement>('[role=row]');
    expect(changed?.textContent).toMatch(/^1state changed: <b>budget<\/b>, a, b and 2 more/);
    expect(changed?.querySelector('b')).toBeNull();
    expect(changed?.textContent).not.toContain('cached');
    // What one looks into is the change itself.
    fireEvent.click(changed as HTMLElement);
    await act(async () => Promise.resolve());
    expect(changed?.getAttribute('aria-selected')).toBe('true');
    expect(looks(model)).toEqual([]);
  });

  it('draws only the rows in sight of five thousand, and fetches those that are scrolled to', async () => {
    const { grid, scroll, later, model } = await drawn(longTimeline(5_000));
    expect(grid.querySelectorAll('[role=row]').length).toBeLessThan(30);
    expect(names(grid).at(-1)).toMatch(/^Step 4999: /);
    expect(looks(model)).toEqual([]);
    scroll(1000 * ROW);
    expect(names(grid)).toContain('Loading');
    await later();
    expect(names(grid)).not.toContain('Loading');
    expect(names(grid).some((name) => name?.startsWith('Step 1002: plan, done'))).toBe(true);
    expect(grid.querySelectorAll('[role=row]').length).toBeLessThan(30);
    expect(looks(model)).toEqual([
      { kind: 'rows', first: 950, count: 50 },
      { kind: 'rows', first: 1000, count: 50 },
    ]);
    scroll(1002 * ROW);
    await later(2_000);
    expect(looks(model).length).toBe(2);
  });

  it('stays at the newest until somebody scrolls up, and says how many came since', async () => {
    const { grid, scroll, later, view, model, user } = await drawn(steps(100));
    update(model, { timeline: timelineOf(steps(130)) });
    expect(names(grid).at(-1)).toMatch(/^Step 129/);
    expect(view.queryByRole('button', { name: /newer|Newest/ })).toBeNull();
    scroll(40 * ROW);
    expect(view.getByRole('button', { name: 'Newest' })).toBeTruthy();
    update(model, { timeline: timelineOf(steps(135)) });
    await later();
    expect(names(grid)).toContain('Step 42: work, done, 12 ms');
    expect(grid.scrollTop).toBe(40 * ROW);
    vi.useRealTimers();
    await user.click(view.getByRole('button', { name: '5 newer' }));
    expect(names(grid).at(-1)).toMatch(/^Step 134/);
    expect(view.queryByRole('button', { name: /newer|Newest/ })).toBeNull();
  });

  it('shows one node, with what is inside of it, as the kernel has it', async () => {
    const { grid, later, view, model, state } = await drawn(longTimeline(200));
    fireEvent.change(view.getByRole('combobox', { name: 'Show the timeline of' }), { target: { value: 'research' } });
    await later();
    expect(looks(model)[0]).toEqual({ kind: 'rows', first: -50, count: 50, node: 'research' });
    expect(names(grid).every((name) => /research|search/.test(name ?? ''))).toBe(true);
    const before = Number(grid.getAttribute('aria-rowcount'));
    state.rows = longTimeline(230);
    update(model, { timeline: timelineOf(state.rows) });
    await later(600);
    expect(Number(grid.getAttribute('aria-rowcount'))).toBeGreaterThan(before);
    fireEvent.change(view.getByRole('combobox'), { target: { value: '' } });
    expect(grid.getAttribute('aria-rowcount')).toBe('230');
  });

  it('asks again for a row in sight that may have changed, and for no other', async () => {
    const rows = steps(100);
    rows[70] = step('slow', { step: 70, row: 70, status: 'running' });
    const { grid, scroll, later, model, state } = await drawn(rows);
    scroll(68 * ROW);
    await later();
    expect(names(grid)).toContain('Step 70: slow, running, 12 ms');
    const asked = looks(model).length;
    await later(2_000);
    expect(looks(model).length).toBe(asked);
    state.rows = [...rows];
    state.rows[70] = step('slow', { step: 70, row: 70, status: 'done', took: 9 });
    update(model, { timeline: timelineOf([...state.rows, step('work', { step: 100 })]) });
    await later(600);
    expect(names(grid)).toContain('Step 70: slow, done, 9.0 s');
    const settled = looks(model).length;
    update(model, { timeline: timelineOf([...state.rows, step('work', { step: 100 }), step('work', { step: 101 })]) });
    await later(600);
    expect(looks(model).length).toBe(settled);
  });

  it('forgets what it knew when the rows get other numbers', async () => {
    const { grid, scroll, later, model, state } = await drawn(steps(100));
    scroll(40 * ROW);
    await later();
    state.rows = Array.from({ length: 100 }, (_, index) => step('other', { step: index, row: index }));
    state.epoch = 1;
    update(model, { timeline: timelineOf(state.rows, { epoch: 1 }) });
    scroll(100 * ROW - SIGHT);
    scroll(40 * ROW);
    await later();
    expect(names(grid).filter((name) => name?.includes('work'))).toEqual([]);
    expect(names(grid)).toContain('Step 42: other, done, 12 ms');
  });

  it('says what could not be fetched, and tries again when it is asked to', async () => {
    const { grid, scroll, later, view, state } = await drawn(steps(200), {}, true);
    scroll(20 * ROW);
    await later();
    expect(view.getByRole('alert').textContent).toContain('The disk is full.');
    expect(names(grid)).toContain('Loading');
    state.refuses = false;
    fireEvent.click(view.getByRole('button', { name: 'Try again' }));
    await later();
    expect(view.queryByRole('alert')).toBeNull();
    expect(names(grid)).toContain('Step 21: work, done, 12 ms');
  });

  it('without a kernel shows the latest, and says that there were others', async () => {
    const { grid, scroll, view, model } = await drawn(steps(100));
    model.kernel = () => {
      throw new Error('Cannot send');
    };
    scroll(10 * ROW);
    act(() => model.trigger('comm_live_update'));
    expect(view.getByText(/and 80 before these/)).toBeTruthy();
    expect(names(grid).length).toBeGreaterThan(5);
    expect(names(grid)).not.toContain('Loading');
    expect(grid.getAttribute('aria-rowcount')).toBe('20');
    expect((view.getByRole('combobox') as HTMLSelectElement).disabled).toBe(true);
  });

  it('is one stop of the Tab key, and its rows are gone through by the arrow keys', async () => {
    const { grid, later, model } = await drawn(longTimeline(300));
    const stops = () => [grid, ...grid.querySelectorAll<HTMLElement>('*')].filter((el) => el.tabIndex >= 0);
    expect(stops().map((el) => el.getAttribute('data-place'))).toEqual(['299']);
    act(() => stops()[0]?.focus());
    const press = (key: string) => fireEvent.keyDown(document.activeElement as Element, { key });
    const at = () => document.activeElement?.getAttribute('data-place');
    press('ArrowUp');
    expect(at()).toBe('298');
    press('Home');
    expect(at()).toBe('0');
    await later();
    expect(looks(model)).toEqual([{ kind: 'rows', first: 0, count: 50 }]);
    expect(names(grid)[0]).toBe('Step 0: plan ×12, done, <1 ms');
    press('ArrowDown');
    press('Enter');
    expect(document.activeElement?.getAttribute('aria-selected')).toBe('true');
    press('Enter');
    expect(document.activeElement?.getAttribute('aria-selected')).toBe('false');
    press('ArrowRight');
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Edit state and run from here: step 1');
    press('ArrowRight');
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Copy session.history[1]');
    press('ArrowLeft');
    press('ArrowLeft');
    expect(at()).toBe('1');
    press('End');
    expect(at()).toBe('299');
  });

  it('a step of several tasks shows them when one is looked into, the failed one first', async () => {
    const row = step('tell', { count: 12, status: 'failed' });
    for (const [index, task] of row.tasks.entries()) task.status = index === 5 ? 'failed' : 'done';
    const { grid, view } = await drawn([row]);
    fireEvent.click(grid.querySelector('[role=row]') as Element);
    const tasks = view.getAllByRole('button', { name: /^tell, / });
    expect(tasks.map((task) => task.getAttribute('aria-pressed')).indexOf('true')).toBe(5);
    expect(grid.textContent).toContain('and 4 more');
    fireEvent.click(tasks[2] as Element);
    expect(tasks.map((task) => task.getAttribute('aria-pressed')).indexOf('true')).toBe(2);
  });

  it('marks the rows of the node that is selected in the graph, and in the graph the node of a row', async () => {
    const rows = [
      step('plan'),
      step('fetch', { path: ['research'] }),
      answered(decision(0, 'plan', {})),
      step('write'),
    ];
    const { grid, view, later } = await drawn(rows);
    const marked = () => [...grid.querySelectorAll('[data-marked=true]')].map((row) => row.getAttribute('data-place'));
    const option = (name: RegExp) => view.getByRole('option', { name });
    const chosen = () => view.getAllByRole('option').filter((node) => node.getAttribute('aria-selected') === 'true');
    fireEvent.click(option(/^plan,/));
    await later();
    expect(marked()).toEqual(['0', '2']);
    // What is folded in a node is the node's.
    fireEvent.click(option(/^research,/));
    await later();
    expect(marked()).toEqual(['1']);
    expect(grid.querySelector('[aria-selected=true]')).toBeNull();
    const top = grid.scrollTop;
    fireEvent.click(grid.querySelector('[data-place="1"]') as Element);
    await later();
    expect(grid.querySelector('[data-place="1"]')?.getAttribute('aria-selected')).toBe('true');
    expect(marked()).toEqual([]);
    expect(chosen().map((node) => node.getAttribute('aria-label'))).toEqual(['research, idle']);
    expect(grid.scrollTop).toBe(top);
    fireEvent.click(grid.querySelector('[data-place="3"]') as Element);
    await later();
    expect(chosen().map((node) => node.getAttribute('aria-label'))).toEqual(['write, idle']);
  });

  it('copies an answer whole, an error, and all answers as code', async () => {
    const copied: string[] = [];
    const failed = step('write', { status: 'failed' });
    if (failed.tasks[0] !== undefined) failed.tasks[0].error = 'ValueError: no';
    const { view } = await drawn([step('plan'), answered(decision(0, 'plan')), failed]);
    vi.useRealTimers();
    vi.stubGlobal('navigator', { clipboard: { writeText: async (text: string) => copied.push(text) } });
    fireEvent.click(view.getByRole('button', { name: 'Copy the answer' }));
    await vi.waitFor(() => expect(copied).toEqual(['the answer']));
    fireEvent.click(view.getByRole('button', { name: 'Copy the error' }));
    await vi.waitFor(() => expect(copied[1]).toBe('ValueError: no'));
    fireEvent.click(view.getByRole('button', { name: 'Copy answers as code' }));
    await vi.waitFor(() => expect(copied[2]).toBe('the replay'));
    expect(await view.findByText('The answers are copied.')).toBeTruthy();
    vi.unstubAllGlobals();
  });

  it('where there is no clipboard, the code is there to be copied by hand', async () => {
    const { view } = await drawn([step('plan'), answered(decision(0, 'plan'))]);
    vi.useRealTimers();
    vi.stubGlobal('navigator', {});
    fireEvent.click(view.getByRole('button', { name: 'Copy answers as code' }));
    expect((await view.findByText('the replay')).tagName).toBe('CODE');
    vi.unstubAllGlobals();
  });
});

describe('heights', () => {
  it('of rows that were measured move those after them', () => {
    const heights = new Heights();
    expect(heights.set(3, ROW + 40)).toBe(40);
    expect(heights.set(1, ROW + 10)).toBe(10);
    expect(heights.set(3, ROW + 30)).toBe(-10);
    expect([0, 1, 2, 3, 4].map((row) => heights.top(row))).toEqual([0, 28, 66, 94, 152]);
    expect([0, 28, 65, 66, 93, 94, 151, 152, 180].map((pixels) => heights.at(pixels))).toEqual([
      0, 1, 1, 2, 2, 3, 3, 4, 5,
    ]);
    expect(heights.set(1, ROW)).toBe(-10);
    expect(heights.top(2)).toBe(56);
  });
});

/** Breakpoints at the nodes of the graph, and a graph without a run. */
import { act, fireEvent } from '@testing-library/preact';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { MemoryModel } from '../dev/memory-model';
import * as shape from '../dev/shapes';
import type { Traits } from '../src/host';
import { draw, GRAPH, modelOf, update } from './view';

const address = shape.card('ask_address', "What's your address?");
const idle = { status: 'idle', runs: 0 } as const;

function clicks(model: MemoryModel) {
  return model.sent.filter((intent) => intent.type === 'breakpoint').map(({ node, when, on }) => [node, when, on]);
}

describe('a breakpoint', () => {
  it('is offered where the mouse is, and nowhere else', async () => {
    const { view, user } = draw(modelOf());
    expect(view.queryAllByRole('switch')).toEqual([]);
    await user.hover(view.getByRole('option', { name: 'ask_address, idle' }));
    expect(view.getAllByRole('switch').map((dot) => dot.getAttribute('aria-label'))).toEqual([
      'Stop before ask_address',
      'Stop after ask_address',
    ]);
    await user.hover(view.getByRole('option', { name: 'start, idle' }));
    expect(view.queryAllByRole('switch')).toEqual([]);
  });

  it('is not offered to somebody who is at the question of a node', async () => {
    const { view, user } = draw(modelOf({ cards: [address] }));
    await user.click(view.getByRole('textbox'));
    expect(view.getByRole('option', { name: /^ask_address/ }).closest('[data-lit="true"]')).not.toBeNull();
    expect(view.queryAllByRole('switch')).toEqual([]);
  });

  it('stays within reach while the mouse is on its way from the node, and is gone soon after', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const pass = (ms: number) => act(() => void vi.advanceTimersByTime(ms));
    const user = userEvent.setup({ delay: null });
    const { view } = draw(modelOf());
    const node = view.getByRole('option', { name: 'ask_address, idle' });
    await user.hover(node);
    pass(1);
    const sign = view.getByRole('switch', { name: 'Stop before ask_address' });
    await user.unhover(node);
    pass(200);
    await user.hover(sign);
    pass(1_000);
    expect(view.getByRole('switch', { name: 'Stop before ask_address' })).toBe(sign);
    await user.unhover(sign);
    pass(1_000);
    expect(view.queryAllByRole('switch')).toEqual([]);
  });

  it('is switched on by a click, and off by another', async () => {
    const { view, user, model } = draw(modelOf());
    await user.hover(view.getByRole('option', { name: 'ask_address, idle' }));
    await user.click(view.getByRole('switch', { name: 'Stop after ask_address' }));
    update(model, { nodes: { ask_address: { ...idle, breakpoints: ['after'] } } });
    const on = view.getByRole('switch', { name: 'Stop after ask_address', checked: true });
    expect(view.getByText('Stops after ask_address')).toBeTruthy();
    await user.click(on);
    expect(clicks(model)).toEqual([
      ['ask_address', 'after', true],
      ['ask_address', 'after', false],
    ]);
  });

  it('that is on is always seen, with its name and whether it is on', () => {
    const { view } = draw(modelOf({ nodes: { ask_budget: { ...idle, breakpoints: ['before'] } } }));
    const dots = view
      .getAllByRole('switch')
      .map((dot) => [dot.getAttribute('aria-label'), dot.ariaChecked ?? dot.getAttribute('aria-checked')]);
    expect(dots).toEqual([['Stop before ask_budget', 'true']]);
  });

  it('is switched by b and B at the node, and by no other key', () => {
    const { view, model } = draw(modelOf({ nodes: { ask_budget: { ...idle, breakpoints: ['before'] } } }));
    const press = (name: string, ...keys: KeyboardEventInit[]) => {
      const node = view.getByRole('option', { name });
      act(() => node.focus());
      for (const pressed of keys) fireEvent.keyDown(node, pressed);
    };
    const named = 'ask_budget, idle, stops before it';
    press(named, { key: 'b' }, { key: 'B', shiftKey: true }, { key: 'b', ctrlKey: true }, { key: 'c' });
    press('start, idle', { key: 'b' });
    expect(clicks(model)).toEqual([
      ['ask_budget', 'before', false],
      ['ask_budget', 'after', true],
    ]);
  });

  it('is not offered at a node where nothing can stop', async () => {
    const { view, user } = draw(modelOf({ run: { never_stops: ['ask_address'] } as Traits['run'] }));
    await user.hover(view.getByRole('option', { name: 'ask_address, idle' }));
    expect(view.queryAllByRole('switch')).toEqual([]);
  });

  it('is seen and cannot be switched when the kernel is gone', async () => {
    const { view, user, model } = draw(modelOf({ nodes: { ask_budget: { ...idle, breakpoints: ['before'] } } }));
    model.kernel = () => {
      throw new Error('Cannot send');
    };
    await user.click(view.getByRole('switch', { name: 'Stop before ask_budget' }));
    const dot = view.getByRole('switch', { name: 'Stop before ask_budget' });
    expect(dot.getAttribute('aria-disabled')).toBe('true');
    await user.hover(view.getByRole('option', { name: 'ask_address, idle' }));
    expect(view.getAllByRole('switch')).toEqual([dot]);
  });

  it('does not take the click that opens the question of its node', async () => {
    const { view, user, model } = draw(modelOf());
    await user.click(view.getByRole('option', { name: 'ask_address, idle' }));
    expect(clicks(model)).toEqual([]);
  });
});

describe('a run that was told to stop', () => {
  it('says so in every view, until the step is over', () => {
    const { view, model } = draw(modelOf());
    const run = model.get('run') as Traits['run'];
    update(model, { run: { ...run, status: 'running', stopping: true } });
    expect(view.getByRole<HTMLButtonElement>('button', { name: 'Stopping after this step…' }).disabled).toBe(true);
    update(model, { run: { ...run, status: 'stopped' } });
    expect(view.queryByRole('button', { name: /Stop/ })).toBeNull();
  });
});

describe('a graph without a run', () => {
  it('is drawn alone: no status, no questions, no breakpoints', async () => {
    const model = new MemoryModel({ graph: GRAPH, alone: true } as object);
    model.kernel = (intent) => {
      if (intent.type === 'hello') queueMicrotask(() => model.tell({ type: 'ack', client: intent.client, now: '' }));
    };
    const { view, el, user, end } = draw(model);
    expect(view.getAllByRole('option')).toHaveLength(GRAPH.nodes.length);
    await user.hover(view.getByRole('option', { name: 'ask_address, idle' }));
    expect(el.querySelector('.hitl-node[data-lit=true]')).toBeTruthy();
    expect(view.queryAllByRole('switch')).toEqual([]);
    expect(view.getAllByRole('button').map((button) => button.getAttribute('aria-label'))).toEqual([
      'Zoom out',
      'Zoom in',
      'Show all of it',
    ]);
    expect(el.textContent).not.toContain('question');
    act(() => end());
    expect(model.listening).toBe(0);
  });
});

import { act, fireEvent } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { foldLive, live } from '../dev/live';
import * as shape from '../dev/shapes';
import type { EdgePath, GraphView, NodeBox, NodeView } from '../src/protocol';
import { draw, GRAPH, modelOf, update } from './view';

const OPEN = live.live.graph as GraphView;
const FOLDED = live['live-folded'].graph as GraphView;

const nodes = {
  __start__: { status: 'done', runs: 1 },
  ask_approval: { status: 'done', runs: 3, took: 2.41 },
  ask_address: { status: 'waiting', runs: 0 },
  ask_budget: { status: 'failed', runs: 0, error: 'ValueError: too little' },
} as const;

const drawNodes = (some: Record<string, NodeView>, graph = GRAPH) => draw(modelOf({ graph, nodes: some }));
const named = (el: Element, id: string) => el.querySelector<SVGElement>(`[data-node="${id}"]`) as SVGElement;
const option = (el: Element, id: string) => named(el, id).firstElementChild as SVGElement;
const said = (el: Element, id: string) => option(el, id).getAttribute('aria-label');

describe('each node', () => {
  it('is named with what it is doing, how often, and how long it took', () => {
    const { view, el } = drawNodes(nodes);
    expect(view.getAllByRole('option').map((node) => node.getAttribute('aria-label'))).toEqual([
      'start, done',
      'ask_approval, done, 3 times, took 2.4 s',
      'ask_address, waiting',
      'ask_budget, failed',
      'end, idle',
    ]);
    expect(named(el, 'ask_approval').textContent).toBe('ask_approval2.4 s×3');
    expect(named(el, '__start__').textContent).toBe('start');
  });

  it('has its count on the right corner, and where an arrow comes in there on the left one', () => {
    const box = GRAPH.nodes.find(({ id }) => id === 'ask_approval') as NodeBox;
    const counted = (tipX: number) => {
      const edges = GRAPH.edges.map((edge) =>
        edge.target === box.id ? { ...edge, points: [...edge.points.slice(0, -1), [tipX, box.y]] } : edge,
      );
      const { el } = drawNodes(nodes, { ...GRAPH, edges });
      return Number(named(el, box.id).querySelector('.hitl-badge rect')?.getAttribute('x'));
    };
    expect(counted(box.x + box.width / 2)).toBeGreaterThan(box.width / 2);
    expect(counted(box.x + box.width - 10)).toBeLessThan(0);
  });

  it('that will run next says so', () => {
    const { el } = drawNodes({ ask_budget: { status: 'next', runs: 1 } });
    expect(said(el, 'ask_budget')).toBe('ask_budget, next');
    expect(named(el, 'ask_budget').querySelector('.hitl-mark path')).not.toBeNull();
  });

  it('of several tasks says how many are done, which wait and which have failed, and shows it', () => {
    const tasks = { started: 50, running: 5, waiting: 3, failed: 2, done: 40 };
    const { el } = drawNodes({ ask_budget: { status: 'running', runs: 40, tasks } });
    expect(said(el, 'ask_budget')).toBe('ask_budget, running, 40 of 50 done, 5 running, 3 waiting, 2 failed, 40 times');
    const node = named(el, 'ask_budget');
    expect(node.textContent).toContain('40/50 · 2 failed');
    const [track, ...parts] = [...node.querySelectorAll('.hitl-bar rect')];
    const width = (part: Element | undefined) => Number(part?.getAttribute('width'));
    expect(parts.map((part) => [part.getAttribute('data-part'), width(part) / width(track)])).toEqual([
      ['done', 0.8],
      ['failed', 0.04],
      ['waiting', expect.closeTo(0.06)],
    ]);
  });

  it('of several tasks fills its bar as far as they are, not as many as run', () => {
    const tasks = { started: 4, running: 3, waiting: 0, failed: 0, done: 1 };
    const { el, model } = drawNodes({ ask_budget: { status: 'running', runs: 1, tasks } });
    const width = (part: Element | null) => Number(part?.getAttribute('width') ?? 0);
    const filled = () => {
      const [track, ...parts] = [...named(el, 'ask_budget').querySelectorAll('.hitl-bar rect')];
      return parts.reduce((sum, part) => sum + width(part), 0) / width(track ?? null);
    };
    expect(filled()).toBeCloseTo(0.25);
    update(model, { nodes: { ask_budget: { status: 'running', runs: 1, tasks, progress: 0.6 } } });
    expect(filled()).toBeCloseTo(0.6);
  });

  it('shows how far it says that it is', () => {
    const { el, model } = drawNodes({ ask_budget: { status: 'running', runs: 0, progress: 0.4 } });
    expect(said(el, 'ask_budget')).toBe('ask_budget, running, 40 %');
    const bar = (part: string) => Number(named(el, 'ask_budget').querySelector(part)?.getAttribute('width'));
    expect(bar('[data-part]') / bar('.hitl-bar rect')).toBeCloseTo(0.4);
    update(model, { nodes: { ask_budget: { status: 'done', runs: 1 } } });
    expect(el.querySelector('.hitl-bar')).toBeNull();
  });

  it('counts the items of which nobody knows how many there are', () => {
    const { el } = drawNodes({
      ask_address: { status: 'running', runs: 0, items: { count: 37, rate: 9.2 } },
      ask_budget: { status: 'running', runs: 0, items: { count: 1, rate: 0.5 } },
    });
    expect(said(el, 'ask_address')).toBe('ask_address, running, 37 items, 9.2 a second');
    expect(named(el, 'ask_address').textContent).toBe('ask_address37 items');
    expect(said(el, 'ask_budget')).toBe('ask_budget, running, 1 item, 0.5 a second');
    expect(el.querySelector('.hitl-bar')).toBeNull();
  });

  it('says how often it was called again, and was not called', () => {
    const { el } = drawNodes({
      ask_address: { status: 'running', runs: 0, attempt: 3, retried: 2 },
      ask_budget: { status: 'done', runs: 2, cached: 1 },
    });
    expect(said(el, 'ask_address')).toBe('ask_address, running, attempt 3, retried 2 times');
    expect(named(el, 'ask_address').textContent).toBe('ask_addresstry 3↻2');
    expect(said(el, 'ask_budget')).toBe('ask_budget, done, 2 times, from the cache once');
    expect(named(el, 'ask_budget').querySelector('.hitl-badge')?.textContent).toBe('×2 cached');
  });

  it('that has others in it says how often it ran, too', () => {
    const group: NodeBox = { id: 'edit', label: 'edit', kind: 'group', x: 0, y: 0, width: 200, height: 120 };
    const { el } = drawNodes({ edit: { status: 'done', runs: 3 } }, { ...GRAPH, nodes: [...GRAPH.nodes, group] });
    expect(named(el, 'edit').querySelector('.hitl-badge')?.textContent).toBe('×3');
  });

  it('shows where the run stops', () => {
    const { el } = drawNodes({
      ask_address: { status: 'idle', runs: 0, breakpoints: ['before'] },
      ask_budget: { status: 'idle', runs: 0, breakpoints: ['before', 'after'] },
    });
    expect(said(el, 'ask_address')).toBe('ask_address, idle, stops before it');
    expect(said(el, 'ask_budget')).toBe('ask_budget, idle, stops before and after it');
    expect(el.querySelectorAll('.hitl-stop')).toHaveLength(3);
  });

  it('that is folded shows how many breakpoints are inside of it, and switches none of them', () => {
    const { el } = drawNodes({ research: { status: 'idle', runs: 0, stops_inside: 2 } }, FOLDED);
    expect(said(el, 'research')).toContain('2 breakpoints inside');
    expect(el.querySelectorAll('.hitl-stop[data-inside]')).toHaveLength(1);
    expect(el.querySelector('.hitl-stop[role="switch"]')).toBeNull();
  });

  it('is announced while the kernel lays it out, and then drawn', () => {
    const { view, model } = draw(modelOf({ graph: null }));
    expect(view.getByText('Laying out the graph…')).toBeTruthy();
    update(model, { graph: GRAPH });
    expect(view.getAllByRole('option')).toHaveLength(GRAPH.nodes.length);
  });

  it('is drawn again only when it has changed, of many', async () => {
    const graph = shape.column(Array.from({ length: 300 }, (_, index) => `node_${index}`));
    const many = Object.fromEntries(graph.nodes.map((box) => [box.id, { status: 'done' as const, runs: 1 }]));
    const { model, el } = draw(modelOf({ graph, nodes: many }));
    const changed = new Set<string | null | undefined>();
    const observer = new MutationObserver((records) => {
      for (const { target } of records) {
        const element = target.nodeType === Node.ELEMENT_NODE ? (target as Element) : target.parentElement;
        changed.add(element?.closest('[data-node]')?.getAttribute('data-node'));
      }
    });
    // Only the nodes: the drawing is moved, so that the one that runs is seen.
    observer.observe(el.querySelector('[role="listbox"]') as Element, {
      subtree: true,
      attributes: true,
      childList: true,
      characterData: true,
    });
    update(model, { nodes: { ...many, node_7: { status: 'running', runs: 1 } } });
    await Promise.resolve();
    observer.disconnect();
    // What Tab leads to is where the run is.
    expect([...changed].sort()).toEqual(['__start__', 'node_7']);
    expect(said(el, 'node_7')).toBe('node_7, running');
  });
});

describe('a running node', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('counts the seconds by itself, by the clock of the kernel', () => {
    vi.useFakeTimers({ now: Date.parse('2026-11-26T12:00:00Z'), toFake: ['Date', 'setTimeout', 'clearTimeout'] });
    const since = '2026-11-26T13:00:00.400Z';
    const model = modelOf({ nodes: { ask_budget: { status: 'running', runs: 0, since } } });
    // Its clock is an hour ahead.
    model.kernel = ({ type, client }) =>
      type === 'hello' && setTimeout(() => model.tell({ type: 'ack', client, now: '2026-11-26T13:00:00.000Z' }));
    const { el } = draw(model);
    const text = () => named(el, 'ask_budget').querySelector('.hitl-node-meta')?.textContent;
    act(() => void vi.advanceTimersByTime(1000));
    expect(text()).toBe('');
    act(() => void vi.advanceTimersByTime(1500));
    expect(text()).toBe('2 s');
    act(() => void vi.advanceTimersByTime(63_000));
    expect(text()).toBe('1 min 05 s');
    expect(said(el, 'ask_budget')).toBe('ask_budget, running');
  });
});

describe('what is read when a node is pointed at', () => {
  it('calls the start and the end what is read in them', async () => {
    const { view, user } = drawNodes(nodes);
    await user.hover(view.getByRole('option', { name: 'end, idle' }));
    expect(view.getByRole('tooltip').textContent).toBe('endidle');
  });
});

describe('an exception', () => {
  it('is told when its node is pointed at, and when it has the focus', async () => {
    const { view, user } = drawNodes(nodes);
    const failed = view.getByRole('option', { name: 'ask_budget, failed' });
    expect(failed.getAttribute('aria-description')).toBe('ValueError: too little');
    await user.hover(failed);
    expect(view.getByRole('tooltip').textContent).toBe('ask_budgetfailedValueError: too little');
    await user.unhover(failed);
    expect(view.queryByRole('tooltip')).toBeNull();
    act(() => failed.focus());
    expect(view.getByRole('tooltip').textContent).toContain('ValueError: too little');
    await user.keyboard('{Escape}');
    expect(view.queryByRole('tooltip')).toBeNull();
  });
});

describe('edges', () => {
  it('that were taken are marked, with how often', () => {
    const { el } = draw(modelOf({ edges: { '__start__->ask_approval': 1, 'ask_approval->ask_address': 4 } }));
    const taken = [...el.querySelectorAll('.hitl-edge')].map((edge) => edge.getAttribute('data-taken'));
    expect(taken).toEqual(['false', 'false', 'true', 'true']);
    expect([...el.querySelectorAll('.hitl-edge-label')].map((label) => label.textContent)).toEqual(['×4']);
  });

  it('with a name keep it above how often they were taken', () => {
    const { el } = draw(modelOf({ graph: OPEN, edges: { 'plan->search': 2 } }));
    const label = [...el.querySelectorAll('.hitl-edge-label')].find(
      ({ textContent }) => textContent === 'look it up×2',
    );
    expect([...(label?.children ?? [])].map((line) => Number(line.getAttribute('dy')))).toEqual([-7, 14]);
  });
});

describe('a click', () => {
  it('on a waiting node goes to its question, and on another selects it', async () => {
    const cards = [shape.card('ask_address', 'Where to?')];
    const { view, el, user } = draw(modelOf({ nodes, cards }));
    await user.click(view.getByRole('option', { name: 'ask_address, waiting' }));
    expect(document.activeElement).toBe(view.getByRole('textbox', { name: 'Where to?' }));
    expect(el.querySelector('[aria-selected="true"]')).toBeNull();
    await user.click(view.getByRole('option', { name: /^ask_approval/ }));
    expect(said(el, 'ask_approval')).toBe(el.querySelector('[aria-selected="true"]')?.getAttribute('aria-label'));
    await user.click(view.getByRole('option', { name: 'end, idle' }));
    expect(el.querySelectorAll('[aria-selected="true"]')).toHaveLength(1);
  });

  it('and a pointer show which node a card belongs to', async () => {
    const cards = [shape.card('ask_address', 'Where to?')];
    const { view, user } = draw(modelOf({ nodes, cards }));
    const node = view.getByRole('option', { name: 'ask_address, waiting' });
    expect(node.parentElement?.getAttribute('data-lit')).toBe('false');
    await user.hover(view.getByRole('form', { name: 'Where to?' }));
    expect(node.parentElement?.getAttribute('data-lit')).toBe('true');
  });
});

describe('the keyboard', () => {
  const tabbable = (el: Element) => el.querySelectorAll('[role="option"][tabindex="0"]');
  const focused = () => document.activeElement?.parentElement?.getAttribute('data-node');

  it('has one stop in the graph, at the node where the run is', async () => {
    const { el, user } = drawNodes(nodes);
    expect(tabbable(el)).toHaveLength(1);
    for (let press = 0; press < 5 && focused() == null; press += 1) await user.tab();
    expect(focused()).toBe('ask_address');
    await user.tab();
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Follow the run');
  });

  it('walks along the edges, and to what lies beside', async () => {
    const { el, user } = drawNodes({}, OPEN);
    act(() => option(el, 'plan').focus());
    const walk = async (keys: string) => {
      await user.keyboard(keys);
      return focused();
    };
    expect(await walk('{ArrowDown}')).toBe('research:fetch');
    expect(await walk('{ArrowUp}')).toBe('research');
    expect(await walk('{ArrowDown}')).toBe('research:fetch');
    expect(await walk('{ArrowDown}')).toBe('research:read');
    expect(await walk('{ArrowRight}')).toBe('search');
    expect(await walk('{ArrowUp}')).toBe('plan');
    expect(await walk('{End}')).toBe('__end__');
    expect(await walk('{Home}')).toBe('__start__');
    expect(tabbable(el)).toHaveLength(1);
  });

  it('is for the node that has the focus, also where that was given to it after a click', async () => {
    const { el, user } = drawNodes(nodes);
    const given = option(el, 'ask_approval');
    vi.spyOn(given, 'matches').mockReturnValue(false); // no `:focus-visible`, as after a click
    act(() => given.focus());
    await user.keyboard('{Enter}');
    expect(given.getAttribute('aria-selected')).toBe('true');
  });

  it('selects with Enter, and no longer with Escape', async () => {
    const { el, user } = drawNodes(nodes);
    act(() => option(el, 'ask_approval').focus());
    await user.keyboard('{Enter}');
    expect(option(el, 'ask_approval').getAttribute('aria-selected')).toBe('true');
    await user.keyboard('{Escape}');
    expect(el.querySelector('[aria-selected="true"]')).toBeNull();
  });

  it('folds and unfolds with the space bar', async () => {
    const { el, user, model } = drawNodes({}, OPEN);
    const folds = () =>
      model.sent.filter((intent) => intent.type === 'fold').map(({ group, folded }) => [group, folded]);
    act(() => option(el, 'research').focus());
    await user.keyboard(' ');
    expect(folds()).toEqual([['research', true]]);
    act(() => option(el, 'writers').focus());
    await user.keyboard(' ');
    expect(folds().at(-1)).toEqual(['writers', false]);
    act(() => option(el, 'plan').focus());
    await user.keyboard(' ');
    expect(folds()).toHaveLength(2);
    expect(option(el, 'plan').getAttribute('aria-selected')).toBe('true');
  });
});

describe('a nested graph', () => {
  it('is folded and unfolded with a button, and says what is in it', async () => {
    const { view, model, el, user } = drawNodes({ 'research:read': { status: 'waiting', runs: 0 } }, OPEN);
    await user.click(view.getByRole('button', { name: 'Fold research' }));
    const intent = model.sent.at(-1);
    expect(intent).toMatchObject({ type: 'fold', group: 'research', folded: true });
    update(model, { graph: foldLive(OPEN, 'research', true), nodes: { research: { status: 'waiting', runs: 0 } } });
    expect(said(el, 'research')).toBe('research, waiting, folded, 4 nodes inside');
    expect(named(el, 'research:read')).toBeNull();
    await user.click(view.getByRole('button', { name: 'Unfold research' }));
    expect(model.sent.at(-1)).toMatchObject({ type: 'fold', group: 'research', folded: false });
  });

  it('cannot be folded where there is no kernel', () => {
    const model = modelOf({ graph: FOLDED });
    model.kernel = () => {
      throw new Error('Cannot send');
    };
    expect(draw(model).view.queryByRole('button', { name: /fold/i })).toBeNull();
  });
});

describe('the box', () => {
  const drawn = (el: Element) => el.querySelector('.hitl-canvas') as HTMLElement;
  beforeEach(() => {
    // happy-dom lays nothing out.
    vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(400);
    vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(434);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  const place = (el: Element) => {
    const transform = el.querySelector<SVGElement>('.hitl-drawing')?.style.transform ?? '';
    const [x, y, scale] = [...transform.matchAll(/-?[\d.]+(?=px|\))/g)].map(([number]) => Number(number));
    return { x, y, scale };
  };

  it('is not scrolled by a plain wheel, which is the page’s, and zoomed by one with Ctrl', async () => {
    const { el, view, user } = drawNodes({}, OPEN);
    const canvas = drawn(el);
    await user.click(view.getByRole('button', { name: 'Show all of it' }));
    // happy-dom's WheelEvent knows no keys.
    const wheel = (more: object) => Object.assign(new Event('wheel', { cancelable: true }), more);
    const plain = wheel({ deltaY: 100 });
    act(() => void canvas.dispatchEvent(plain));
    expect(plain.defaultPrevented).toBe(false);
    const before = place(el);
    const pinch = wheel({ deltaY: -10, ctrlKey: true, clientX: 100, clientY: 100 });
    act(() => void canvas.dispatchEvent(pinch));
    expect(pinch.defaultPrevented).toBe(true);
    expect(place(el).scale).toBeGreaterThan(before.scale ?? 0);
  });

  it('is zoomed and moved by two fingers, and one that scrolls is the page’s', async () => {
    const { el, view, user } = drawNodes(nodes);
    const canvas = drawn(el);
    await user.click(view.getByRole('button', { name: 'Show all of it' }));
    const before = place(el);
    const finger = (pointerId: number) => ({ pointerId, button: 0, pointerType: 'touch' });
    fireEvent.pointerDown(canvas, { ...finger(1), clientX: 100, clientY: 200 });
    fireEvent.pointerDown(canvas, { ...finger(2), clientX: 200, clientY: 200 });
    // A third one changes nothing.
    fireEvent.pointerDown(canvas, { ...finger(3), clientX: 0, clientY: 0 });
    fireEvent.pointerMove(canvas, { ...finger(3), clientX: 90, clientY: 90 });
    expect(place(el)).toEqual(before);
    fireEvent.pointerMove(canvas, { ...finger(2), clientX: 300, clientY: 200 });
    const { x = 0, y = 0, scale = 1 } = place(el);
    expect(scale / (before.scale ?? 1)).toBeCloseTo(2);
    // What was in the middle of them is in the middle of them.
    expect((200 - x) / scale).toBeCloseTo((150 - (before.x ?? 0)) / (before.scale ?? 1));
    expect((200 - y) / scale).toBeCloseTo((200 - (before.y ?? 0)) / (before.scale ?? 1));
    fireEvent.pointerMove(canvas, { ...finger(1), clientX: 120, clientY: 240 });
    fireEvent.pointerMove(canvas, { ...finger(2), clientX: 320, clientY: 240 });
    const moved = place(el);
    expect(moved.scale).toBeCloseTo(scale);
    expect([moved.x, moved.y]).toEqual([expect.closeTo(x + 20), expect.closeTo(y + 40)]);
    fireEvent.pointerUp(canvas, finger(1));
    fireEvent.pointerUp(canvas, finger(2));
    const touch = (count: number) =>
      Object.assign(new Event('touchstart', { cancelable: true, bubbles: true }), { touches: Array(count).fill({}) });
    const [one, two] = [touch(1), touch(2)];
    act(() => void canvas.dispatchEvent(one));
    act(() => void canvas.dispatchEvent(two));
    expect([one.defaultPrevented, two.defaultPrevented]).toEqual([false, true]);
  });

  it('is dragged, and then follows the run no more until it is told to', async () => {
    const { el, view, user } = drawNodes(nodes);
    const canvas = drawn(el);
    const follow = view.getByRole('button', { name: 'Follow the run' });
    await user.click(view.getByRole('button', { name: 'Show all of it' }));
    const before = place(el);
    expect(follow.getAttribute('aria-pressed')).toBe('true');
    const pointer = { pointerId: 1, button: 0, isPrimary: true };
    fireEvent.pointerDown(canvas, { ...pointer, clientX: 100, clientY: 100 });
    fireEvent.pointerMove(canvas, { ...pointer, clientX: 102, clientY: 101 });
    expect(place(el)).toEqual(before);
    fireEvent.pointerMove(canvas, { ...pointer, clientX: 130, clientY: 90 });
    fireEvent.pointerUp(canvas, pointer);
    fireEvent.pointerMove(canvas, { ...pointer, clientX: 200, clientY: 200 });
    expect(place(el)).toEqual({ ...before, x: (before.x ?? 0) + 30, y: (before.y ?? 0) - 10 });
    expect(follow.getAttribute('aria-pressed')).toBe('false');
    await user.click(follow);
    expect(follow.getAttribute('aria-pressed')).toBe('true');
  });

  it('follows the node that runs, and stays there between two nodes', () => {
    const graph = shape.column(Array.from({ length: 30 }, (_, index) => `node_${index}`));
    const { el, model } = drawNodes({ node_1: { status: 'running', runs: 0 } }, graph);
    const first = place(el);
    expect(first).toMatchObject({ y: 0, scale: 0.85 });
    // What is small on it stays as large as it was.
    const larger = el.querySelector<SVGElement>('.hitl-drawing')?.style.getPropertyValue('--hitl-larger');
    expect(Number(larger) * 0.85).toBeCloseTo(1);
    update(model, { nodes: { node_25: { status: 'running', runs: 0 } } });
    const then = place(el);
    expect(then.y).toBeLessThan(-400);
    update(model, { nodes: { node_25: { status: 'done', runs: 1 } } });
    expect(place(el)).toEqual(then);
    update(model, { nodes: { node_26: { status: 'running', runs: 0 } } });
    expect(place(el)).toEqual(then); // it is seen already
  });

  it('is zoomed with buttons and keys, and shows all of it again', async () => {
    const { el, view, user } = drawNodes({}, OPEN);
    const canvas = drawn(el);
    await user.dblClick(canvas);
    const whole = place(el);
    await user.click(view.getByRole('button', { name: 'Zoom in' }));
    expect(place(el).scale).toBeCloseTo((whole.scale ?? 0) * 1.3);
    act(() => option(el, 'plan').focus());
    await user.keyboard('-');
    expect(place(el).scale).toBeCloseTo(whole.scale ?? 0);
    await user.keyboard('++');
    await user.keyboard('0');
    expect(place(el)).toEqual(whole);
    await user.keyboard('f');
    expect(view.getByRole('button', { name: 'Follow the run' }).getAttribute('aria-pressed')).toBe('false');
  });
});

describe('a graph beside what is asked', () => {
  it('stands above it where it is wide and low, as it may be cut off there', () => {
    const flat = (width: number, height: number) =>
      drawNodes({}, { ...GRAPH, width, height }).el.querySelector('[data-flat="true"]') !== null;
    expect(flat(900, 250)).toBe(true);
    expect(flat(900, 700)).toBe(false);
    expect(flat(220, 250)).toBe(false);
  });

  it('has its count where the kernel has found a place for it', () => {
    const [edge] = GRAPH.edges;
    const short = { ...edge, label: null, label_at: [84, 62] } as EdgePath;
    const { el } = draw(modelOf({ graph: { ...GRAPH, edges: [short] }, edges: { [short.id]: 3 } }));
    const count = el.querySelector<SVGElement>('.hitl-edge-label');
    expect(count?.style.transform).toBe('translate(84px, 62px)');
    expect(count?.textContent).toBe('×3');
  });
});

describe('another layout', () => {
  const frames: FrameRequestCallback[] = [];
  const frame = (now: number) => {
    for (const draw of frames.splice(0)) draw(now);
  };
  let reduced = false;
  beforeEach(() => {
    frames.length = 0;
    reduced = false;
    vi.stubGlobal('requestAnimationFrame', (draw: FrameRequestCallback) => frames.push(draw));
    vi.stubGlobal('matchMedia', () => ({ matches: reduced, addEventListener: () => undefined }));
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  const at = (el: Element, id: string) => named(el, id).style.transform;
  const line = (el: Element, id: string) => el.querySelector(`[data-line="${id}"] .hitl-line`)?.getAttribute('d');
  const from = { ...GRAPH };
  const to: GraphView = {
    ...GRAPH,
    nodes: GRAPH.nodes.map((box) => (box.id === '__start__' ? box : { ...box, x: box.x + 100, y: box.y + 80 })),
    edges: [
      ...GRAPH.edges.map((edge) => ({
        ...edge,
        points: edge.points.map(([x = 0, y = 0], index) =>
          index === 0 && edge.source === '__start__' ? [x, y] : [x + 100, y + 80],
        ),
      })),
      { ...(GRAPH.edges[0] as GraphView['edges'][number]), id: 'new', source: 'ask_address', target: '__end__' },
    ],
  };
  const ID = 'ask_approval->ask_address';

  it('moves nodes and lines there in one, and nothing is torn apart on the way', () => {
    const { el, model } = draw(modelOf({ graph: from }));
    const [node, edge] = [at(el, 'ask_address'), line(el, ID)];
    update(model, { graph: to });
    expect([at(el, 'ask_address'), line(el, ID)]).toEqual([node, edge]);
    const fresh = () => el.querySelector<SVGElement>('[data-line="new"]')?.style.opacity;
    expect(fresh()).toBe('0');
    frame(1000);
    frame(1100);
    // Where the line ends the arrow is, at the upper edge of its node.
    const ends = () => {
      const [, x = '', y = ''] =
        /^M(\S+) ([^L]+)L/.exec(el.querySelector(`[data-line="${ID}"] .hitl-arrow`)?.getAttribute('d') ?? '') ?? [];
      const [left = 0, top = 0] = (at(el, 'ask_address').match(/-?[\d.]+/g) ?? []).map(Number);
      return [Number(x) - left, Number(y) - top];
    };
    const halfway = at(el, 'ask_address');
    expect(halfway).not.toBe(node);
    const box = to.nodes.find(({ id }) => id === 'ask_address') as GraphView['nodes'][number];
    const [tipX = 0, tipY = 0] = to.edges.find(({ id }) => id === ID)?.points.at(-1) ?? [];
    expect(ends()).toEqual([expect.closeTo(tipX - box.x, 1), expect.closeTo(tipY - box.y, 1)]);
    frame(1300);
    expect(at(el, 'ask_address')).toBe(`translate(${box.x}px, ${box.y}px)`);
    expect(fresh()).toBe('1');
    expect(frames).toEqual([]);
  });

  it('that comes while it moves is gone to from where it is seen', () => {
    const { el, model } = draw(modelOf({ graph: from }));
    update(model, { graph: to });
    frame(1000);
    frame(1100);
    const seen = at(el, 'ask_address');
    update(model, { graph: { ...from } });
    expect(at(el, 'ask_address')).toBe(seen);
    frame(2000);
    frame(2300);
    const box = from.nodes.find(({ id }) => id === 'ask_address') as GraphView['nodes'][number];
    expect(at(el, 'ask_address')).toBe(`translate(${box.x}px, ${box.y}px)`);
  });

  it('is there at once for whoever wants no motion', () => {
    reduced = true;
    const { el, model } = draw(modelOf({ graph: from }));
    update(model, { graph: to });
    const box = to.nodes.find(({ id }) => id === 'ask_address') as GraphView['nodes'][number];
    expect(at(el, 'ask_address')).toBe(`translate(${box.x}px, ${box.y}px)`);
    expect(frames).toEqual([]);
  });
});

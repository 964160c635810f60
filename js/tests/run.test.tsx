import { act } from '@testing-library/preact';
import { describe, expect, it } from 'vitest';
import * as shape from '../dev/shapes';
import { pageTheme } from '../src/theme';
import { draw, GRAPH, modelOf, update } from './view';

describe('the graph', () => {
  const nodes = {
    __start__: { status: 'done', runs: 1 },
    ask_approval: { status: 'done', runs: 3 },
    ask_address: { status: 'waiting', runs: 0 },
    ask_budget: { status: 'failed', runs: 0, error: 'ValueError: too little' },
  } as const;

  it('names each node with what it is doing', () => {
    const { view } = draw(modelOf({ nodes }));
    expect(view.getAllByRole('img').map((node) => node.getAttribute('aria-label'))).toEqual([
      'start, done',
      'ask_approval, done',
      'ask_address, waiting',
      'ask_budget, failed',
      'end, idle',
    ]);
    expect(view.getByRole('img', { name: 'ask_approval, done' }).textContent).toContain('×3');
    expect(view.getByRole('img', { name: 'start, done' }).textContent).not.toContain('×');
  });

  it('tells the exception of a failed node on hover and by keyboard', () => {
    const { view } = draw(modelOf({ nodes }));
    const failed = view.getByRole('img', { name: 'ask_budget, failed' });
    expect(failed.querySelector('title')?.textContent).toBe('ValueError: too little');
    expect(failed.getAttribute('tabindex')).toBe('0');
  });

  it('is announced while the kernel lays it out, and then drawn', () => {
    const { view, model } = draw(modelOf({ graph: null }));
    expect(view.getByText('Laying out the graph…')).toBeTruthy();
    update(model, { graph: GRAPH });
    expect(view.getAllByRole('img')).toHaveLength(GRAPH.nodes.length);
  });

  it('marks the edges that were taken', () => {
    const { el } = draw(modelOf({ edges: { '__start__->ask_approval': 2 } }));
    const taken = [...el.querySelectorAll('.hitl-edge')].map((edge) => edge.getAttribute('data-taken'));
    expect(taken.sort()).toEqual(['false', 'false', 'false', 'true']);
  });

  it('draws again only the node that has changed, of many', async () => {
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
    // Only the drawing: on a slow machine the note that no kernel answers may come meanwhile.
    observer.observe(el.querySelector('.hitl-drawing') as Element, {
      subtree: true,
      attributes: true,
      childList: true,
      characterData: true,
    });
    update(model, { nodes: { ...many, node_7: { status: 'running', runs: 1 } } });
    await Promise.resolve();
    observer.disconnect();
    expect([...changed]).toEqual(['node_7']);
    expect(el.querySelector('[data-node="node_7"]')?.getAttribute('aria-label')).toBe('node_7, running');
  });

  it('a click on a waiting node goes to its question', async () => {
    const cards = [shape.card('ask_address', 'Where to?')];
    const { view, user } = draw(modelOf({ nodes, cards }));
    await user.click(view.getByRole('img', { name: 'ask_address, waiting' }));
    expect(document.activeElement).toBe(view.getByRole('textbox', { name: 'Where to?' }));
  });

  it('shows which node a card belongs to', async () => {
    const cards = [shape.card('ask_address', 'Where to?')];
    const { view, user } = draw(modelOf({ nodes, cards }));
    const node = view.getByRole('img', { name: 'ask_address, waiting' });
    expect(node.getAttribute('data-lit')).toBe('false');
    await user.hover(view.getByRole('form', { name: 'Where to?' }));
    expect(node.getAttribute('data-lit')).toBe('true');
  });
});

describe('the run', () => {
  it.each([
    ['idle', 'Not started'],
    ['running', 'Running'],
    ['waiting', 'Waiting for you'],
    ['finished', 'Finished'],
    ['failed', 'Failed'],
    ['stopped', 'Stopped'],
  ] as const)('%s is told as "%s"', (status, words) => {
    const { view } = draw(modelOf({ run: shape.run({ status }) }));
    expect(view.getByText(words)).toBeTruthy();
    expect(view.queryByRole('button', { name: 'Stop' }) !== null).toBe(status === 'running' || status === 'waiting');
  });

  it('can be stopped, once', async () => {
    const { view, model, user } = draw(modelOf({ run: shape.run({ status: 'running' }) }));
    await user.click(view.getByRole('button', { name: 'Stop' }));
    expect(model.sent.filter(({ type }) => type === 'stop')).toHaveLength(1);
    expect(view.getByRole<HTMLButtonElement>('button', { name: 'Stopping after this step…' }).disabled).toBe(true);
  });

  it('that failed says why, and can be tried again', async () => {
    const error = { type: 'ValueError', message: 'too little', node: 'ask_budget', traceback: 'Traceback: ...' };
    const { view, model, user } = draw(modelOf({ run: shape.run({ status: 'failed', error, can_retry: true }) }));
    expect(view.getByRole('region', { name: 'Error' }).textContent).toContain('ValueError in ask_budgettoo little');
    expect(view.getByText('Traceback: ...').closest('details')?.open).toBe(false);
    await user.click(view.getByRole('button', { name: 'Retry' }));
    expect(model.sent.at(-1)?.type).toBe('retry');
  });

  it('shows its notices', () => {
    const { view } = draw(modelOf({ run: shape.run({ notices: ['Answers will not survive the kernel.'] }) }));
    expect(view.getByText('Answers will not survive the kernel.')).toBeTruthy();
  });
});

describe('the decisions', () => {
  it('are listed with what was asked, what was answered, by whom and why', () => {
    const latest = [
      shape.decision(3, 'ask_approval', { question: 'Ship it?', answer: 'No', approved: false, reason: 'Too dear.' }),
      shape.decision(4, 'ask_budget', { answer: '250', by: 'code' }),
    ];
    const { view } = draw(modelOf({ decisions: { total: 5, latest } }));
    const [first, second] = view.getAllByRole('listitem');
    expect(first?.textContent).toMatch(/ask_approvalShip it\?NoToo dear\./);
    expect(first?.getAttribute('data-approved')).toBe('false');
    expect(second?.textContent).toMatch(/250by code/);
    expect(view.getByText('and 3 before these')).toBeTruthy();
  });

  it('take no room while there are none', () => {
    expect(draw(modelOf()).view.queryByText('Decisions')).toBeNull();
  });
});

describe('the view', () => {
  it('is drawn from the traits alone, and never writes one', () => {
    const model = modelOf({ cards: [shape.card('ask', 'Well?')] });
    const first = draw(model).el.innerHTML;
    const second = draw(model).el.innerHTML;
    const withoutIds = (html: string) => html.replace(/hitl-[0-9a-f]{16}/g, 'hitl');
    expect(withoutIds(second)).toBe(withoutIds(first));
    expect(Object.keys(model)).not.toContain('save_changes');
  });

  it('draws what it can of a model whose traits are not all there', () => {
    const { view } = draw(Object.assign(modelOf(), { get: () => undefined }));
    expect(view.getByText('Not started')).toBeTruthy();
  });

  it('tells a screen reader of each new question', () => {
    const { model, el } = draw(modelOf());
    update(model, { cards: [shape.card('ask', 'Where to?')] });
    expect(el.querySelector('[aria-live="polite"]')?.textContent).toBe('Question: Where to?');
  });

  it.each([
    ['jpThemeLight', 'false', 'dark'],
    ['jpThemeLight', 'true', 'light'],
    ['vscodeThemeKind', 'vscode-dark', 'dark'],
    ['vscodeThemeKind', 'vscode-light', 'light'],
  ])('with data-%s=%s is %s', (name, value, theme) => {
    document.body.dataset[name] = value;
    expect(pageTheme(document)).toBe(theme);
    delete document.body.dataset[name];
  });

  it('follows the notebook when its theme changes', async () => {
    const { el } = draw(modelOf());
    const root = el.querySelector<HTMLElement>('.hitl-root');
    expect(root?.dataset['theme']).toBeUndefined();
    await act(async () => {
      document.body.dataset['jpThemeLight'] = 'false';
      await Promise.resolve();
    });
    expect(root?.dataset['theme']).toBe('dark');
    delete document.body.dataset['jpThemeLight'];
  });
});

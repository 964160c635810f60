import { act } from '@testing-library/preact';
import { describe, expect, it } from 'vitest';
import * as shape from '../dev/shapes';
import { decided } from '../dev/timeline';
import { pageTheme } from '../src/theme';
import { draw, modelOf, update } from './view';

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

  it('that failed with a long message shows its beginning until somebody asks for the rest', async () => {
    const error = { type: 'ValueError', message: `${'word '.repeat(200)}end`, node: null, traceback: '' };
    const { view, user } = draw(modelOf({ run: shape.run({ status: 'failed', error }) }));
    const told = view.getByRole('region', { name: 'Error' });
    expect(told.textContent).not.toContain('end');
    await user.click(view.getByRole('button', { name: 'Show more of the message' }));
    expect(told.textContent).toContain(error.message);
  });

  it('that fails again at once can be tried once more', async () => {
    const failed = (seq: number) => ({ run: shape.run({ status: 'failed', can_retry: true, seq }) });
    const { view, model, user } = draw(modelOf(failed(1)));
    const retry = () => view.getByRole<HTMLButtonElement>('button', { name: 'Retry' });
    await user.click(retry());
    expect(retry().disabled).toBe(true);
    update(model, failed(2));
    expect(retry().disabled).toBe(false);
    await user.click(retry());
    expect(model.sent.filter(({ type }) => type === 'retry')).toHaveLength(2);
  });

  it('that was told to stop is not told so again while it tells other things', async () => {
    const running = (seq: number, stopping = false) => ({ run: shape.run({ status: 'running', seq, stopping }) });
    const { view, model, user } = draw(modelOf(running(1)));
    await user.click(view.getByRole('button', { name: 'Stop' }));
    for (const now of [running(2), running(3, true), running(4, true)]) {
      update(model, now);
      expect(view.getByRole<HTMLButtonElement>('button', { name: 'Stopping after this step…' }).disabled).toBe(true);
    }
  });

  it('that failed while others ask says that they can be answered', () => {
    const error = { type: 'ValueError', message: 'too little', node: 'ask_budget', traceback: '' };
    const { view, model } = draw(modelOf({ run: shape.run({ status: 'failed', error, can_retry: true }) }));
    const told = () => view.getByRole('region', { name: 'Error' }).textContent;
    expect(told()).not.toContain('can still be answered');
    update(model, { cards: [shape.card('ask', 'Where to?')] });
    expect(told()).toContain('What is asked below can still be answered. Retry runs what has failed again.');
  });

  it('of a chat shows what its model said last, above what is asked next', () => {
    const said = [{ tag: 'p' as const, children: ['Hello ', { tag: 'strong' as const, children: ['Ada'] }] }];
    const { view } = draw(modelOf({ run: shape.run({ said }), cards: [shape.card('ask', 'Where to?')] }));
    const questions = view.getByRole('region', { name: 'Questions' });
    expect(questions.firstElementChild?.textContent).toBe('Hello Ada');
    expect(questions.querySelector('strong')?.textContent).toBe('Ada');
  });

  it('says that a question waits whose step has others that still run', () => {
    const { view, model } = draw(modelOf({ run: shape.run({ status: 'running' }) }));
    const told = () => view.getByRole('region', { name: 'Questions' }).textContent;
    expect(told()).toBe('No question right now. The next one will appear here.');
    const tasks = { started: 10, running: 3, waiting: 2, failed: 0, done: 5 };
    update(model, { nodes: { ask_budget: { status: 'running', runs: 5, tasks } } });
    expect(told()).toBe('A question waits. It will appear here once the rest of its step is done.');
    update(model, { cards: [shape.card('ask_budget', 'Where to?')] });
    expect(told()).not.toContain('A question waits');
  });

  it('says that a question waits which may quote a secret that was given before', () => {
    const { view, model } = draw(modelOf({ run: shape.run({ status: 'waiting' }) }));
    update(model, { nodes: { ask_budget: { status: 'waiting', runs: 1 } } });
    const told = () => view.getByRole('region', { name: 'Questions' }).textContent;
    expect(told()).toBe('A question waits. It will appear here once what ran before is read.');
    update(model, { cards: [shape.card('ask_budget', 'Is •••••• right?')] });
    expect(told()).not.toContain('A question waits');
  });

  it('shows its notices', () => {
    const { view } = draw(modelOf({ run: shape.run({ notices: ['Answers will not survive the kernel.'] }) }));
    expect(view.getByText('Answers will not survive the kernel.')).toBeTruthy();
  });

  it('shows what is code in them as that', () => {
    const notice = 'It stopped. `session.retry()` goes on, `session.fork()` begins anew.';
    const { view, el } = draw(modelOf({ run: shape.run({ notices: [notice] }) }));
    expect([...el.querySelectorAll('.hitl-note code')].map((code) => code.textContent)).toEqual([
      'session.retry()',
      'session.fork()',
    ]);
    expect(view.getByText(/^It stopped/).textContent).toBe(notice.replaceAll('`', ''));
  });
});

describe('the timeline', () => {
  it('are listed with what was asked, what was answered, by whom and why', () => {
    const latest = [
      shape.decision(3, 'ask_approval', { question: 'Ship it?', answer: 'No', approved: false, reason: 'Too dear.' }),
      shape.decision(4, 'ask_budget', { answer: '250', by: 'code' }),
    ];
    const { view } = draw(modelOf({ timeline: decided(5, latest) }));
    const [, first, , second] = view.getAllByRole('listitem');
    expect(first?.textContent).toMatch(/ask_approvalShip it\?NoToo dear\./);
    expect(first?.querySelector('.hitl-row-mark')?.getAttribute('data-status')).toBe('failed');
    expect(second?.textContent).toMatch(/250by code/);
    expect(view.getByText('and 6 before these')).toBeTruthy();
  });

  it('take no room while there are none', () => {
    expect(draw(modelOf()).view.queryByText('Timeline')).toBeNull();
  });
});

describe('the view', () => {
  it('is drawn from the traits alone, and never writes one', () => {
    const model = modelOf({ cards: [shape.card('ask', 'Well?')] });
    const first = draw(model).el.innerHTML;
    const second = draw(model).el.innerHTML;
    const withoutIds = (html: string) => html.replace(/hitl-[0-9a-z]+(?=-run|-request)/g, 'hitl');
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

/** A half-typed answer, and a page that is loaded anew: what of it comes back, and what is kept nowhere. */
import { within } from '@testing-library/dom';
import { act } from '@testing-library/preact';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import * as shape from '../dev/shapes';
import { answerQuery, rowOf, table } from '../dev/table';
import type { CardView, ControlView, TableQuery } from '../src/protocol';
import { answerOf, answers, card, draw, modelOf, update } from './view';

// No page here can import a blob: the loader alone is replaced, by the bundle's own entry point.
vi.mock('../src/loaded/load', () => ({ loadCode: () => import('../src/rich/index').then((module) => module.default) }));

// It takes its time where the machine is busy.
beforeAll(async () => {
  await import('../src/rich/index');
}, 60_000);

beforeEach(() => sessionStorage.clear());
afterEach(() => vi.restoreAllMocks());

const QUESTION = 'Well?';
const asked = (control: ControlView, more: Partial<CardView> = {}) => shape.card('ask', QUESTION, { control, ...more });
const textForm = () => shape.form(shape.text());
const said = (form: HTMLElement) => form.querySelector('.hitl-progress')?.textContent;
const stored = () => Object.values({ ...sessionStorage }).join('\n');

function asking(view: CardView) {
  const model = modelOf({ cards: [view] });
  model.kernel = (intent) => {
    if (intent.type === 'hello') queueMicrotask(() => model.tell({ type: 'ack', client: intent.client }));
    if (intent.type !== 'fetch') return;
    const data = answerQuery(rowOf, 3, intent.what as unknown as TableQuery);
    queueMicrotask(() => act(() => model.tell({ type: 'fetched', client: intent.client, id: intent.id, data })));
  };
  const opened = () => {
    const drawn = draw(model);
    const form = card(drawn.el, QUESTION);
    const press = (name: string) => drawn.user.click(within(form).getByRole('button', { name }));
    const input = (name?: string) =>
      within(form).getByRole<HTMLInputElement>('textbox', name === undefined ? {} : { name });
    return { ...drawn, form, press, input };
  };
  const before = opened();
  /** The page has lost all that it had in memory. */
  const reload = (now = view) => {
    before.end();
    (globalThis as unknown as Record<symbol, { states: Map<string, unknown> }>)[
      Symbol.for('hitl-widgets.cards/1')
    ]?.states.clear();
    model.set({ cards: [now] });
    return opened();
  };
  return { ...before, reload };
}

describe('after a reload', () => {
  it('a half-typed text is there, says so, takes no focus, and is submitted', async () => {
    const { user, input, reload, model } = asking(asked(textForm()));
    await user.type(input(), 'Lond');
    const after = reload();
    expect(after.input().value).toBe('Lond');
    expect(said(after.form)).toBe('Draft restored');
    expect(document.activeElement).toBe(document.body);
    await after.user.type(after.input(), 'on');
    expect(said(after.form)).not.toContain('restored');
    await after.press('Submit');
    expect(answerOf(model)).toBe('London');
  });

  it('half a number, a list and one of several forms are as they were', async () => {
    const field = shape.object({
      limit: shape.number({ label: 'Limit' }),
      to: shape.list(shape.text({ label: 'Item' }), { label: 'To' }),
      by: shape.union({ Text: shape.text({ label: 'Text' }), Flag: shape.boolean({ label: 'Flag' }) }, { label: 'By' }),
    });
    const { user, input, press, form, reload } = asking(asked(shape.form(field)));
    await user.type(input('Limit'), '12,');
    await press('Add item to To');
    await user.type(within(form).getAllByRole('textbox')[1] as HTMLElement, 'ada@');
    await user.click(within(form).getByRole('radio', { name: 'Text' }));
    await user.type(within(form).getAllByRole('textbox')[2] as HTMLElement, 'ha');
    const after = reload();
    expect(
      within(after.form)
        .getAllByRole<HTMLInputElement>('textbox')
        .map((one) => one.value),
    ).toEqual(['12,', 'ada@', 'ha']);
  });

  it('the reason of an approval', async () => {
    const { user, input, reload } = asking(asked(shape.approval({ reason: 'optional' })));
    await user.type(input(), 'Too dear, bec');
    expect(reload().input().value).toBe('Too dear, bec');
  });

  it('what was decided of several calls, and typed for them', async () => {
    const field = shape.object({ query: shape.text({ label: 'Query', default: 'cats' }) });
    const items = ['search', 'delete'].map((title) => shape.item(title, [shape.approve, shape.edit(field)]));
    const { user, form, reload } = asking(asked(shape.decide(items)));
    const press = (at: number, name: string) =>
      user.click(within(form).getAllByRole('button', { name })[at] as HTMLElement);
    await press(0, 'Edit');
    await user.type(within(form).getByRole('textbox', { name: 'Query' }), ' and d');
    await press(1, 'Approve');
    const after = reload();
    expect(after.input('Query').value).toBe('cats and d');
    expect(within(after.form).getByText('2 of 2 decided')).toBeTruthy();
  });

  it('what was changed in the state at a breakpoint', async () => {
    const field = shape.object({ city: shape.text({ label: 'City', default: 'Paris' }) });
    const { user, input, reload } = asking(asked(shape.breakpoint(field)));
    await user.type(input('City'), '!');
    const after = reload();
    expect(after.input('City').value).toBe('Paris!');
    expect(within(after.form).getByRole('button', { name: 'Undo the changes' })).toBeTruthy();
  });

  it('the rows that were ticked', async () => {
    const { user, form, reload, model } = asking(asked(table(3)));
    const first = (el: HTMLElement) => within(el).findByRole<HTMLInputElement>('checkbox', { name: /^Row 1:/ });
    await user.click(await first(form));
    const after = reload();
    expect((await first(after.form)).checked).toBe(true);
    await after.press('Submit');
    expect(answerOf(model)).toEqual({ picked: [0], edits: [] });
  });

  it('JSON that was written in the place of a control that cannot be drawn', async () => {
    const view = asked({ kind: 'widget', ref: 'anywidget:map', trait: 'value', submit: 'Send' });
    const { user, form, reload } = asking(view);
    await user.click(
      await within(form)
        .findByRole('button', { name: 'Answer in JSON' })
        .catch(() => form),
    );
    await user.type(await within(form).findByRole('textbox'), '[[1, ');
    const after = reload();
    expect((await within(after.form).findByRole<HTMLTextAreaElement>('textbox')).value).toBe('[1, ');
  });

  it('nothing is said of a question that nobody has touched', async () => {
    const { user, input, reload } = asking(asked(shape.form(shape.text({ default: 'Paris' }))));
    await user.type(input(), '!{Backspace}');
    expect(said(reload().form)).not.toContain('restored');
    expect(stored()).toBe('');
  });

  it('nothing is said of calls that a policy has decided about since the card was drawn', async () => {
    const reject = (reason: string | null) => ({
      ...shape.reject,
      field: shape.text({ default: reason, required: false, label: 'Reason' }),
    });
    const items = ['search', 'delete'].map((title) => shape.item(title, [shape.approve, reject(null)]));
    const [search = shape.item('search', []), other] = items;
    const { model, reload } = asking(asked(shape.decide(items)));
    const decided = { ...search, start: 'reject', policy: 'never', choices: [shape.approve, reject('Too wide.')] };
    const now = asked(shape.decide([decided, other ?? search]));
    update(model, { cards: [now] });
    expect(stored()).toBe('');
    expect(said(reload(now).form)).not.toContain('restored');
  });

  it('the control has its keys in another order, as in a saved notebook', async () => {
    const sorted = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(sorted)
        : value !== null && typeof value === 'object'
          ? Object.fromEntries(
              Object.entries(value)
                .sort()
                .map(([name, one]) => [name, sorted(one)]),
            )
          : value;
    const view = asked(textForm());
    const saved = sorted(view) as CardView;
    expect(JSON.stringify(saved)).not.toBe(JSON.stringify(view));
    const { user, input, reload } = asking(view);
    await user.type(input(), 'Ada');
    expect(reload(saved).input().value).toBe('Ada');
  });
});

describe('after a reload in which the control has changed', () => {
  const number = () => shape.form(shape.number());
  const lost = (form: HTMLElement) => [...form.querySelectorAll('.hitl-note')].map((one) => one.textContent).join();

  it('a text is in the one with other words, limits and defaults, and is held to those', async () => {
    const { user, input, reload, model } = asking(asked(textForm()));
    await user.type(input(), 'Ada');
    const now = shape.form(shape.text({ label: 'Who', max_length: 2, default: 'Bob', multiline: false }));
    const after = reload(asked(now));
    expect(after.input().value).toBe('Ada');
    expect(said(after.form)).toBe('Draft restored');
    await after.press('Submit');
    expect(answers(model)).toEqual([]);
    expect(after.form.textContent).toContain('At most 2 characters');
  });

  it('a text is in the JSON editor, as JSON', async () => {
    const { user, input, reload, model } = asking(asked(textForm()));
    await user.type(input(), 'say "hi"');
    const after = reload(asked(shape.form(shape.json())));
    const editor = await within(after.form).findByRole<HTMLTextAreaElement>('textbox');
    expect(editor.value).toBe('"say \\"hi\\""');
    expect(said(after.form)).toBe('Draft restored');
    await after.press('Submit');
    expect(JSON.parse(String(answerOf(model)))).toBe('say "hi"');
  });

  it('JSON is in the JSON editor of whatever control there is, from which one can go back', async () => {
    const { user, form, reload } = asking(asked(shape.form(shape.json())));
    await user.type(await within(form).findByRole('textbox'), '[[1, ');
    const after = reload(asked(shape.approval()));
    const [editor] = await within(after.form).findAllByRole<HTMLTextAreaElement>('textbox');
    expect(editor?.value).toBe('[1, ');
    await after.press('Back to the control');
    expect(within(after.form).getByRole('button', { name: 'Approve' })).toBeTruthy();
  });

  it('several fields are as they were', async () => {
    const field = (label: string) =>
      shape.object({ city: shape.text({ label }), to: shape.list(shape.text({ label: 'Item' }), { label: 'To' }) });
    const { user, input, press, form, reload } = asking(asked(shape.form(field('City'))));
    await user.type(input('City'), 'Lond');
    await press('Add item to To');
    await user.type(within(form).getAllByRole('textbox')[1] as HTMLElement, 'ada@');
    const after = reload(asked(shape.form(field('Town'))));
    expect(
      within(after.form)
        .getAllByRole<HTMLInputElement>('textbox')
        .map((one) => one.value),
    ).toEqual(['Lond', 'ada@']);
  });

  it('what was decided of some calls stays beside what a policy has decided of others', async () => {
    const [search, other] = ['search', 'delete'].map((title) => shape.item(title, [shape.approve, shape.reject]));
    if (search === undefined || other === undefined) throw new Error('there are two');
    const { user, form, reload } = asking(asked(shape.decide([search, other])));
    await user.click(within(form).getAllByRole('button', { name: 'Approve' })[1] as HTMLElement);
    const after = reload(asked(shape.decide([{ ...search, start: 'reject', policy: 'never' }, other])));
    expect(within(after.form).getByText('2 of 2 decided')).toBeTruthy();
    expect(after.form.textContent).toContain('policy: never');
    expect(said(after.form)).toContain('Draft restored');
  });

  it('a text that fits nowhere is told, stays so while one types, and is back where its control is', async () => {
    const view = asked(textForm());
    const { user, input, reload } = asking(view);
    await user.type(input(), 'Ada');
    const other = reload(asked(number()));
    expect(other.input().value).toBe('');
    expect(said(other.form)).not.toContain('restored');
    expect(lost(other.form)).toBe('This question has another control now. What you had entered is not in it: Ada');
    other.end();
    const back = reload(view);
    expect(back.input().value).toBe('Ada');
    expect(lost(back.form)).toBe('');
    back.end();
    const again = reload(asked(number()));
    await again.user.type(again.input(), '7');
    expect(lost(again.form)).toContain('Ada');
  });

  it('a choice among other options is not taken for one of them, and that is told', async () => {
    const options = (...values: string[]) => shape.form(shape.choice(values));
    const { user, form, reload } = asking(asked(options('EU', 'US')));
    await user.click(within(form).getByRole('radio', { name: 'US' }));
    const after = reload(asked(options('EU', 'UK')));
    expect(within(after.form).getByRole<HTMLInputElement>('radio', { name: 'UK' }).checked).toBe(false);
    expect(lost(after.form)).toBe('This question has another control now. What you had entered is not in it');
  });

  it('nothing is told of what was typed into a card that asks for a secret now', async () => {
    const { user, input, reload } = asking(asked(textForm()));
    await user.type(input(), 'Ada');
    const after = reload(asked(number(), { secret: true }));
    expect(after.form.textContent).not.toContain('Ada');
    expect(stored()).toBe('');
  });
});

describe('what is no secret', () => {
  it.each<[string, ControlView, Partial<CardView>]>([
    ['asks for one', textForm(), { secret: true }],
    ['quotes one', textForm(), { unkept: true }],
    [
      'has a field for one',
      shape.form(
        shape.object({ user: shape.text({ label: 'User' }), pass: shape.text({ label: 'Pass', format: 'password' }) }),
      ),
      {},
    ],
  ])('is kept, and nothing of a card that %s', async (_, control, more) => {
    const { user, form, reload } = asking(asked(control, more));
    for (const input of form.querySelectorAll('input')) await user.type(input, 'hunter2');
    expect(form.querySelectorAll('input').length).toBeGreaterThan(0);
    expect(stored() + JSON.stringify({ ...localStorage })).not.toContain('hunter2');
    expect([...reload().form.querySelectorAll('input')].map((one) => one.value).join('')).toBe('');
  });
});

describe('what is kept', () => {
  it('goes when its card turns out to have a secret', async () => {
    const { user, input, reload } = asking(asked(textForm()));
    await user.type(input(), 'Ada');
    reload(asked(textForm(), { secret: true }));
    expect(stored()).toBe('');
  });

  it('goes when the question is answered', async () => {
    const view = asked(textForm());
    const { user, input, press, model } = asking(view);
    await user.type(input(), 'Ada');
    expect(stored()).toContain('Ada');
    await press('Submit');
    expect(answers(model)).toHaveLength(1);
    update(model, { cards: [{ ...view, status: 'answered' }] });
    await vi.waitFor(() => expect(stored()).toBe(''));
  });

  it('goes when the question is gone, and not when a view of it is', async () => {
    const { user, input, model, end } = asking(asked(textForm()));
    await user.type(input(), 'Ada');
    const other = draw(model);
    end();
    expect(stored()).toContain('Ada');
    update(model, { cards: [] });
    await vi.waitFor(() => expect(stored()).toBe(''));
    other.end();
  });

  it.each([
    ['was sent before is not in it', true, ''],
    ['was not sent is still in it', false, 'Ada'],
  ])('of a question that is gone and asked again, as a run’s input: what %s', async (_, isSent, left) => {
    const view = asked(textForm());
    const { user, input, press, model, el } = asking(view);
    await user.type(input(), 'Ada');
    if (isSent) await press('Submit');
    update(model, { cards: [] });
    update(model, { cards: [view] });
    const again = card(el, QUESTION);
    expect(again.dataset['state']).toBe('open');
    expect(within(again).getByRole<HTMLInputElement>('textbox').value).toBe(left);
  });

  it('goes after a week, when a page is next loaded; what is not ours stays', async () => {
    vi.resetModules();
    const week = 7 * 86_400_000;
    sessionStorage.setItem('hitl-widgets.draft/1\nold\n1', `[${Date.now() - week - 1},0,"Ada","",null]`);
    sessionStorage.setItem('hitl-widgets.draft/1\nnew\n1', `[${Date.now() - week + 60_000},0,"Bob","",null]`);
    sessionStorage.setItem('hitl-widgets.draft/1\nbad\n1', 'Cleo');
    sessionStorage.setItem('another', '[0,"Dan"]');
    await import('../src/cards/kept');
    expect(Object.keys({ ...sessionStorage }).sort()).toEqual(['another', 'hitl-widgets.draft/1\nnew\n1']);
  });

  it('is not more than a part of what the tab has room for', async () => {
    const { user, input } = asking(asked(textForm()));
    await user.type(input(), 'Ada');
    await user.click(input());
    await user.paste('x'.repeat(100_000));
    // Half of it would be worse than nothing.
    expect(stored()).toBe('');
  });
});

describe('a tab without storage', () => {
  it.each(['setItem', 'getItem', 'removeItem'] as const)('that refuses %s stops nobody', async (method) => {
    vi.spyOn(Storage.prototype, method).mockImplementation(() => {
      throw new DOMException('full, or forbidden', 'QuotaExceededError');
    });
    const { user, input, press, model } = asking(asked(textForm()));
    await user.type(input(), 'Ada');
    await press('Submit');
    expect(answerOf(model)).toBe('Ada');
  });

  it('that has none at all stops nobody', async () => {
    vi.spyOn(globalThis, 'sessionStorage', 'get').mockImplementation(() => {
      throw new DOMException('forbidden', 'SecurityError');
    });
    const { user, input, press, model } = asking(asked(textForm()));
    await user.type(input(), 'Ada');
    await press('Submit');
    expect(answerOf(model)).toBe('Ada');
  });
});

describe('what somebody else has put into the storage', () => {
  const list = shape.form(shape.object({ name: shape.text({ label: 'Name' }), to: shape.list(shape.text()) }));
  it.each<[string, ControlView, unknown]>([
    ['no object', list, 'Ada'],
    ['an object for a text', list, { name: { rows: [] }, to: { rows: [] } }],
    ['markup for a text', shape.form(shape.text()), [{ type: 'b', props: {} }]],
    ['rows that are none', list, { name: '', to: { rows: [null] } }],
    ['a branch that is not there', shape.form(shape.union({ A: shape.text() })), { branch: 7, drafts: {} }],
    ['a table that is none', table(3), { picked: 'all', edits: 'none' }],
    ['rows of a table that are none', table(3), { picked: [0], edits: [null] }],
    ['a draft for an approval', shape.approval(), { rows: [] }],
    ['decisions that are none', shape.decide([shape.item('search', [shape.approve, shape.edit(shape.text())])]), [{}]],
  ])('is no draft: %s', async (_, control, draft) => {
    const plain = asking(asked(control));
    const { innerHTML } = plain.form;
    const forged = asking(asked(control));
    // Typed by somebody, but for the draft itself.
    const { keep } = await import('../src/cards/kept');
    const thread = (forged.model.get('run') as { thread_id: string }).thread_id;
    const view = (forged.model.get('cards') as CardView[])[0] as CardView;
    keep(`${thread}\n${view.request}`, view, {
      draft,
      reason: '',
      control,
      json: null,
      inJson: false,
      isBack: false,
    } as never);
    const [name = ''] = Object.keys({ ...sessionStorage });
    const text = sessionStorage.getItem(name) ?? '';
    expect(text).toContain(JSON.stringify(draft).slice(1, -1).slice(0, 12));
    const after = forged.reload();
    expect(within(after.form).queryByText('Draft restored')).toBeNull();
    expect(after.form.textContent).toBe(new DOMParser().parseFromString(innerHTML, 'text/html').body.textContent);
  });

  it('never reaches a prototype', async () => {
    const { user, input, reload } = asking(asked(shape.form(shape.object({ name: shape.text({ label: 'Name' }) }))));
    await user.type(input(), 'Ada');
    const [name = ''] = Object.keys({ ...sessionStorage });
    const text = sessionStorage.getItem(name) ?? '';
    sessionStorage.setItem(name, text.replace('{"name"', '{"__proto__":{"polluted":1},"name"'));
    expect(reload().input().value).toBe('Ada');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

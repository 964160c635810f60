/** A question whose control fails in the browser or in the kernel, or is not wanted: answered in JSON, and nothing is lost. */
import { within } from '@testing-library/dom';
import { act } from '@testing-library/preact';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import * as shape from '../dev/shapes';
import { answerQuery, rowOf, table } from '../dev/table';
import type { CardView, FieldView, TableQuery } from '../src/protocol';
import { answers, card, draw, drawCards, modelOf, update } from './view';

// No page here can import a blob: the loader alone is replaced, by the bundle's own entry point.
vi.mock('../src/loaded/load', () => ({ loadCode: () => import('../src/rich/index').then((module) => module.default) }));

// It takes its time where the machine is busy.
beforeAll(async () => {
  await import('../src/rich/index');
}, 60_000);

const WIDGET = { kind: 'widget', ref: 'anywidget:map', trait: 'value', submit: 'Send' } as const;

/** A widget of the user's own, as a host draws it. */
function hostOf(value: unknown, render: (el: HTMLElement) => void) {
  return {
    getModel: async () => ({ get: () => value }),
    getWidget: async () => ({ render: async ({ el }: { el: HTMLElement }) => render(el) }),
  };
}

function drawWidget(value: unknown, render: (el: HTMLElement) => void, more: Partial<CardView> = {}) {
  const model = modelOf({
    cards: [shape.card('place', 'Where?', { control: WIDGET, ...more }), shape.card('name', 'Who?')],
  });
  const drawn = draw(model, hostOf(value, render));
  const form = card(drawn.el, 'Where?');
  const button = (name: string) => within(form).findByRole<HTMLButtonElement>('button', { name });
  return { ...drawn, form, button };
}

const throws = () => {
  throw new Error('no map for you');
};
const editor = (form: HTMLElement) => within(form).findByRole<HTMLTextAreaElement>('textbox', { description: /JSON/ });

describe('a widget whose render throws', () => {
  it('says so, is answered in JSON, and the card beside it as ever', async () => {
    const { el, model, user, form, button } = drawWidget({ lat: 1 }, throws);
    const input = await editor(form);
    expect(within(form).getByText(/cannot be drawn here: no map for you/)).toBeTruthy();
    await user.click(input);
    await user.paste('{"lat": 52.5, "id": 12345678901234567890}');
    await user.click(await button('Submit'));
    await user.type(within(card(el, 'Who?')).getByRole('textbox'), 'Ada');
    await user.click(within(card(el, 'Who?')).getByRole('button', { name: 'Submit' }));
    expect(answers(model)).toMatchObject([
      { request: 'request-place', value: '{"lat": 52.5, "id": 12345678901234567890}', json: true },
      { request: 'request-name', value: 'Ada' },
    ]);
  });

  it('can be tried again, and what was written meanwhile is kept', async () => {
    let isBroken = true;
    const { user, form, button } = drawWidget({ lat: 1 }, (el) => {
      if (isBroken) throws();
      el.append('a map');
    });
    await user.type(await editor(form), '[[1');
    isBroken = false;
    await user.click(await button('Back to the control'));
    expect(await within(form).findByText('a map')).toBeTruthy();
    expect(within(form).queryByText(/cannot be drawn/)).toBeNull();
    await user.click(await button('Answer in JSON'));
    expect((await editor(form)).value).toBe('[1');
  });

  it('says where a text is no JSON, and sends nothing', async () => {
    const { model, user, form, button } = drawWidget(null, throws);
    await user.type(await editor(form), 'abc');
    await user.click(await button('Submit'));
    expect(within(form).getByRole('alert').textContent).toBe('Not JSON: expected a value at line 1, column 1.');
    expect(answers(model)).toEqual([]);
    await user.type(await editor(form), '!');
    expect(within(form).getByRole('alert').textContent).toBe('');
  });

  it('that holds a secret is not asked for where it can be read', async () => {
    const { form } = drawWidget('x', throws, { secret: true });
    expect(await within(form).findByText('session.answer(value, to="place")')).toBeTruthy();
    expect(within(form).queryByRole('textbox')).toBeNull();
  });
});

describe('a widget that works', () => {
  it('is left for JSON by choice: the editor starts with its value and has the focus', async () => {
    const { user, form, button, model } = drawWidget({ lat: 1 }, (el) => el.append('a map'));
    await user.click(await button('Answer in JSON'));
    const input = await editor(form);
    await vi.waitFor(() => expect(input.value).toBe('{\n  "lat": 1\n}'));
    expect(document.activeElement).toBe(input);
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect(answers(model)).toMatchObject([{ value: '{\n  "lat": 1\n}', json: true }]);
  });

  it('that holds a secret cannot be left for JSON', async () => {
    const { form } = drawWidget('x', (el) => el.append('a safe'), { secret: true });
    await within(form).findByText('a safe');
    expect(within(form).queryByRole('button', { name: 'Answer in JSON' })).toBeNull();
  });
});

/** The kernel puts the JSON editor in the place of a control whose own code has failed. */
async function turned(
  field: FieldView,
  fill: (form: HTMLElement, user: ReturnType<typeof draw>['user']) => Promise<void>,
) {
  const asked = shape.card('ask', 'Well?', { control: shape.form(field) });
  const drawn = drawCards(asked);
  await fill(card(drawn.el, 'Well?'), drawn.user);
  update(drawn.model, {
    cards: [
      { ...asked, control: shape.form(shape.json()), error: 'The control of this question is broken.', refusals: 2 },
    ],
  });
  const form = card(drawn.el, 'Well?');
  return { ...drawn, asked, form, input: await editor(form) };
}

describe('a control that breaks in the kernel', () => {
  it('leaves what was typed in the JSON editor', async () => {
    const { form, input, user, model } = await turned(shape.text(), async (form, user) => {
      await user.type(within(form).getByRole('textbox'), 'half an addr');
    });
    await vi.waitFor(() => expect(input.value).toBe('"half an addr"'));
    expect(within(form).getByText('The control of this question is broken.')).toBeTruthy();
    expect(within(form).queryByRole('button', { name: 'Back to the control' })).toBeNull();
    await user.click(within(form).getByRole('button', { name: 'Submit' }));
    expect(answers(model)).toMatchObject([{ value: '"half an addr"', json: true }]);
  });

  it('leaves maps, choices and lists as the JSON that they stand for', async () => {
    const field = shape.object({
      prices: shape.map(shape.number(), { default: [['a', 1]] }),
      kind: shape.union({ text: shape.text(), number: shape.number() }, { default: { branch: 1, value: 5 } }),
      tags: shape.list(shape.text(), { default: ['x'] }),
      more: shape.json({ default_text: '{"a": [1]}' }),
      note: shape.text(),
    });
    const { input } = await turned(field, async (form, user) => {
      await user.type(within(form).getByLabelText('Note'), 'by hand');
    });
    await vi.waitFor(() => expect(input.value).not.toBe(''));
    expect(JSON.parse(input.value)).toEqual({
      ...{ prices: { a: 1 }, kind: 5, tags: ['x'], more: { a: [1] }, note: 'by hand' },
    });
  });

  it('finds what was typed again when the kernel has mended it', async () => {
    const { model, asked, input, user, el } = await turned(shape.text(), async (form, user) => {
      await user.type(within(form).getByRole('textbox'), 'half an addr');
    });
    await user.type(input, ' more');
    update(model, { cards: [asked] });
    expect(within(card(el, 'Well?')).getByRole<HTMLInputElement>('textbox').value).toBe('half an addr');
  });
});

/** A card whose drawing fails after somebody has worked in it, with a kernel that says what that comes to in JSON. */
async function broken(
  asked: CardView,
  fill: (form: HTMLElement, user: ReturnType<typeof draw>['user']) => Promise<void>,
  spoil: (card: CardView) => void,
) {
  const queries: unknown[] = [];
  const model = modelOf({ cards: [asked] });
  model.kernel = (intent) => {
    if (intent.type === 'hello') queueMicrotask(() => model.tell({ type: 'ack', client: intent.client }));
    if (intent.type !== 'fetch') return;
    const { client, id, what } = intent;
    const isTable = 'want' in what;
    if (!isTable) queries.push(what);
    const data = isTable ? answerQuery(rowOf, 3, what as unknown as TableQuery) : '{"so": "far"}';
    queueMicrotask(() => act(() => model.tell({ type: 'fetched', client, id, data })));
  };
  const drawn = draw(model);
  await fill(card(drawn.el, asked.question), drawn.user);
  const spoiled = structuredClone(asked);
  spoil(spoiled);
  update(model, { cards: [spoiled] });
  const form = card(drawn.el, asked.question);
  return { ...drawn, model, form, queries, input: await editor(form) };
}

describe('what was half done in a card that cannot be drawn any more', () => {
  it('are decisions, and what was entered for them: the kernel makes JSON of it', async () => {
    const field = shape.object({ limit: shape.number({ label: 'Limit', default: 1 }) });
    const items = ['search', 'delete', 'copy'].map((title) => shape.item(title, [shape.approve, shape.edit(field)]));
    const { queries, input, form, user, model } = await broken(
      shape.card('tools', 'Review 3 actions', { control: shape.decide(items) }),
      async (form, user) => {
        await user.click(within(form).getAllByRole('button', { name: 'Edit' })[0] as HTMLElement);
        await user.type(within(form).getByRole('textbox', { name: 'Limit' }), '2');
        await user.click(within(form).getAllByRole('button', { name: 'Approve' })[1] as HTMLElement);
      },
      (spoiled) => Object.assign(spoiled.control, { items: [null] }),
    );
    await vi.waitFor(() => expect(input.value).toBe('{"so": "far"}'));
    expect(queries).toEqual([
      { in_json: [{ decision: 'edit', value: { limit: 12 } }, { decision: 'approve', value: null }, null] },
    ]);
    expect(within(form).getByText(/^This control cannot be drawn here: /)).toBeTruthy();
    await user.click(within(form).getByRole('button', { name: 'Submit' }));
    expect(answers(model)).toMatchObject([{ value: '{"so": "far"}', json: true }]);
  });

  it('are rows of a table that the kernel has', async () => {
    const { queries, input } = await broken(
      shape.card('rows', 'Which?', { control: table(3) }),
      async (form, user) => user.click(await within(form).findByRole('checkbox', { name: /^Row 1:/ })),
      (spoiled) => Object.assign(spoiled.control, { columns: null }),
    );
    await vi.waitFor(() => expect(input.value).toBe('{"so": "far"}'));
    expect(queries).toEqual([{ in_json: { picked: [0], edits: [] } }]);
  });

  it('is a reason, which goes beside the answer', async () => {
    const { form, input, user, model, queries } = await broken(
      shape.card('pay', 'Pay it?', { control: shape.approval({ reason_label: 'Why' }) }),
      async (form, user) => user.type(within(form).getByRole('textbox'), 'Too dear'),
      (spoiled) => Object.assign(spoiled, { control: shape.form(shape.json()) }),
    );
    const reason = within(form).getByRole<HTMLInputElement>('textbox', { name: 'Why' });
    expect(reason.value).toBe('Too dear');
    await user.type(reason, '!');
    await user.type(input, 'false');
    await user.click(within(form).getByRole('button', { name: 'Submit' }));
    expect(answers(model)).toMatchObject([{ value: 'false', reason: 'Too dear!', json: true }]);
    expect(queries).toEqual([]);
  });

  it('is a state that was changed at a breakpoint', async () => {
    const field = shape.object({ city: shape.text({ label: 'City', default: 'Paris' }) });
    const { input } = await broken(
      shape.card('stop', 'Continue?', { control: shape.breakpoint(field) }),
      async (form, user) => user.type(within(form).getByRole('textbox', { name: 'City' }), '!'),
      (spoiled) => Object.assign(spoiled, { control: shape.form(shape.json()) }),
    );
    await vi.waitFor(() => expect(input.value).not.toBe(''));
    expect(JSON.parse(input.value)).toEqual({ update: { city: 'Paris!' } });
  });

  it('is nothing where nobody has done anything: nothing is asked for', async () => {
    const { input, queries } = await broken(
      shape.card('tools', 'Run search?', { control: shape.decide([shape.item('search', [shape.approve])]) }),
      async () => undefined,
      (spoiled) => Object.assign(spoiled.control, { items: [null] }),
    );
    await vi.waitFor(() => expect(input.disabled).toBe(false));
    expect([input.value, queries]).toEqual(['', []]);
  });
});

describe('code of ours that fails over one card', () => {
  const broken = { ...shape.choice(['a']), options: null } as unknown as FieldView;

  it('leaves it to be answered in JSON, and everything else as it was', async () => {
    const bad = shape.card('bad', 'Which?', { control: shape.form(shape.object({ inner: broken })) });
    const { el, model, user } = drawCards(bad, shape.card('good', 'Who?'));
    const form = card(el, 'Which?');
    const input = await editor(form);
    await user.clear(input);
    await user.type(input, '1');
    await user.click(within(form).getByRole('button', { name: 'Submit' }));
    expect(answers(model)).toMatchObject([{ request: 'request-bad', value: '1', json: true }]);
    await user.type(within(card(el, 'Who?')).getByRole('textbox'), 'Ada');
    update(model, { cards: [shape.card('good', 'Who?')] });
    expect(within(card(el, 'Who?')).getByRole<HTMLInputElement>('textbox').value).toBe('Ada');
  });

  it('in what is shown above the control leaves the control', async () => {
    const context = [{ label: 'Draft', text: null as unknown as string, mono: false }];
    const { el, user, model } = drawCards(shape.card('ask', 'Well?', { context }));
    const form = within(card(el, 'Well?'));
    expect(form.getByText(/^This cannot be drawn here: /)).toBeTruthy();
    await user.type(form.getByRole('textbox'), 'yes');
    await user.click(form.getByRole('button', { name: 'Submit' }));
    expect(answers(model)).toMatchObject([{ value: 'yes' }]);
  });
});

describe('what was typed', () => {
  it('is there in another session on the same thread, which has a copy of the code for itself', async () => {
    const model = modelOf({ cards: [shape.card('ask', 'Well?')] });
    const first = draw(model);
    await first.user.type(within(card(first.el, 'Well?')).getByRole('textbox'), 'half');
    vi.resetModules();
    const { default: copy } = await import('../src/widget');
    const el = document.createElement('div');
    document.body.append(el);
    act(() => {
      copy.render({ model: modelOf({ cards: [shape.card('ask', 'Well?')], run: model.get('run') as never }), el });
    });
    const input = () => within(card(el, 'Well?')).getByRole<HTMLInputElement>('textbox');
    expect(input().value).toBe('half');
    await first.user.type(input(), ' done');
    expect(within(card(first.el, 'Well?')).getByRole<HTMLInputElement>('textbox').value).toBe('half done');
  });

  it('is kept however many cards there are', async () => {
    const many = Array.from({ length: 520 }, (_, at) => shape.card(`ask-${at}`, `Question ${at}?`));
    const { el, user, model } = drawCards(...many);
    await user.type(within(card(el, 'Question 0?')).getByRole('textbox'), 'kept');
    update(model, { cards: many.map((one) => ({ ...one })) });
    expect(within(card(el, 'Question 0?')).getByRole<HTMLInputElement>('textbox').value).toBe('kept');
  });
});

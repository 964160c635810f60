import { readFileSync } from 'node:fs';
import { within } from '@testing-library/dom';
import { act } from '@testing-library/preact';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { sliderManager } from '../dev/memory-model';
import * as shape from '../dev/shapes';
import { decided } from '../dev/timeline';
import { cardKey, updateCardState } from '../src/cards/card-state';
import type { CardView, RunView } from '../src/protocol';
import { answers, card, draw, drawCards, GRAPH, modelOf, update } from './view';

afterEach(() => vi.restoreAllMocks());

const address = shape.card('ask_address', "What's your address?");
const budget = shape.card('ask_budget', "What's your budget?", { control: shape.form(shape.number()) });

describe('a card', () => {
  it('is a form named by its question, under the way to the node that asks', () => {
    const { el } = drawCards(
      shape.card('sub:ask', 'Where to?', { asker: ['sub', 'ask'], description: shape.plain('Think twice.') }),
    );
    const form = card(el, 'Where to?');
    expect(form.querySelector('.hitl-path')?.textContent).toBe('sub ›ask');
    expect(within(form).getByRole('heading', { name: 'Where to?' })).toBeTruthy();
    expect(within(form).getByText('Think twice.')).toBeTruthy();
  });

  it('shows what the model has said that calls for it, as Markdown and nothing else', async () => {
    const long = Array.from({ length: 40 }, (_, line) => `because ${line}\n`);
    const { el, user, view } = drawCards(
      shape.card('ask', 'Run refund?', {
        said: [
          { tag: 'p', children: ['It ', { tag: 'strong', children: ['never'] }, ' arrived <b>'] },
          { tag: 'p', children: long },
        ],
      }),
    );
    expect(view.getByText('The model says').tagName).toBe('DT');
    expect(el.querySelector('dd strong')?.textContent).toBe('never');
    expect(el.querySelector('dd')?.textContent).toContain('arrived <b>');
    expect(el.textContent).not.toContain('because 39');
    await user.click(view.getByRole('button', { name: 'Show more of the description' }));
    expect(el.textContent).toContain('because 39');
  });

  it('shows what must be seen, and cuts what is long until the reader asks', async () => {
    const text = Array.from({ length: 40 }, (_, line) => `line ${line}`).join('\n');
    const { el, user, view } = drawCards(
      shape.card('ask', 'Send it?', { context: [{ label: 'Draft', text, mono: false }] }),
    );
    expect(el.textContent).toContain('line 7');
    expect(el.textContent).not.toContain('line 39');
    await user.click(view.getByRole('button', { name: 'Show more of Draft' }));
    expect(el.textContent).toContain('line 39');
    expect(view.getByRole('button', { name: 'Show less of Draft' }).getAttribute('aria-expanded')).toBe('true');
  });

  it('says "Submitting…" at once, and sends one answer however often it is pressed', async () => {
    const { el, model, user } = drawCards(address);
    const form = within(card(el, address.question));
    await user.type(form.getByRole('textbox'), '12 Main St{Enter}{Enter}');
    await user.click(form.getByRole('button', { name: 'Submit' }));
    expect(answers(model)).toHaveLength(1);
    expect(form.getByText('Submitting…')).toBeTruthy();
    expect(form.getByRole<HTMLInputElement>('textbox').disabled).toBe(true);
  });

  it('says that it is answered while its node has not gone on', () => {
    const { el } = drawCards({ ...address, status: 'answered' });
    const form = within(card(el, address.question));
    expect(form.getByText('Answered')).toBeTruthy();
    expect(form.getByRole<HTMLButtonElement>('button', { name: 'Submit' }).disabled).toBe(true);
  });

  it('shows what was answered until its node goes on, and starts anew if it is asked again', async () => {
    const { el, model, user } = drawCards(address);
    const typed = () => within(card(el, address.question)).getByRole<HTMLInputElement>('textbox').value;
    await user.type(within(card(el, address.question)).getByRole('textbox'), '12 Main St{Enter}');
    update(model, { cards: [{ ...address, status: 'answered' }] });
    // Anything may draw it once more: the mouse that leaves it, the run that goes on.
    update(model, { cards: [{ ...address, status: 'answered' }], edges: { taken: 1 } });
    await user.hover(card(el, address.question));
    expect(typed()).toBe('12 Main St');
    update(model, { cards: [address] });
    expect(typed()).toBe('');
  });

  it('says who else has answered it, keeps what was typed, and takes nothing more', async () => {
    const { el, model, user } = drawCards(address);
    const typed = '12 Main St';
    await user.type(within(card(el, address.question)).getByRole('textbox'), typed);
    const closed = { ...address, status: 'answered' as const, closed: 'Answered in another session: 1 Other St' };
    update(model, { cards: [closed, budget] });
    const form = within(card(el, address.question));
    expect(form.getByRole<HTMLInputElement>('textbox').value).toBe(typed);
    expect(form.getByRole<HTMLInputElement>('textbox').disabled).toBe(true);
    expect(form.getByRole<HTMLButtonElement>('button', { name: 'Submit' }).disabled).toBe(true);
    expect(form.getByRole('status').textContent).toBe(closed.closed);
    expect(card(el, address.question).getAttribute('aria-busy')).toBe('false');
    expect(within(card(el, budget.question)).getByRole<HTMLInputElement>('textbox').disabled).toBe(false);
    await user.type(form.getByRole('textbox'), '{Enter}');
    expect(answers(model)).toHaveLength(0);
    update(model, { cards: [budget] });
    expect(within(el).queryByRole('form', { name: address.question })).toBeNull();
  });

  it('is its question and why it is not asked any more, where nothing was typed', () => {
    const { el } = drawCards({ ...address, status: 'answered', closed: 'Somebody else has answered this.' }, budget);
    const form = within(card(el, address.question));
    expect(form.queryByRole('textbox')).toBeNull();
    expect(form.getByRole('status').textContent).toBe('Somebody else has answered this.');
  });

  it('that somebody else has answered keeps the reason of an approval, and a widget of the user', async () => {
    const approval = shape.card('ok', 'Ship it?', { control: shape.approval({ reason: 'optional' }) });
    const widget = shape.card('share', 'How much?', {
      control: { kind: 'widget', ref: 'IPY_MODEL_slider', trait: 'value', submit: 'Submit' },
    });
    const model = modelOf({ cards: [approval, widget] });
    model.widget_manager = sliderManager();
    const { el, user } = draw(model);
    await user.type(within(card(el, 'Ship it?')).getByRole('textbox'), 'Too dear');
    await within(card(el, 'How much?')).findByRole('slider');
    const closed = { status: 'answered' as const, closed: 'Answered in another session.' };
    update(model, { cards: [approval, widget].map((one) => ({ ...one, ...closed })) });
    expect(within(card(el, 'Ship it?')).getByRole<HTMLInputElement>('textbox').value).toBe('Too dear');
    expect(within(card(el, 'How much?')).getByRole('slider')).toBeTruthy();
  });

  it('that somebody else has answered shows what was decided in it, and nothing to press', async () => {
    const style = document.createElement('style');
    style.textContent = readFileSync('src/styles/cards.css', 'utf8');
    document.body.append(style);
    const items = ['search', 'delete'].map((title) => shape.item(title, [shape.approve, shape.reject]));
    const asked = shape.card('tools', 'Run these?', { control: shape.decide(items) });
    const { el, model, user } = drawCards(asked);
    await user.click(within(card(el, 'Run these?')).getAllByRole('button', { name: 'Approve' })[0] as HTMLElement);
    update(model, { cards: [{ ...asked, status: 'answered', closed: 'Answered in another session.' }] });
    const [approve] = within(card(el, 'Run these?')).getAllByRole<HTMLButtonElement>('button', { name: 'Approve' });
    const shown = (button: HTMLElement | undefined) =>
      button?.parentElement && getComputedStyle(button.parentElement).display;
    expect(approve?.getAttribute('aria-pressed')).toBe('true');
    expect(approve?.disabled).toBe(true);
    expect(shown(approve)).not.toBe('none');
    const submit = [...el.querySelectorAll('button')].find((button) => button.textContent === 'Submit');
    expect(shown(submit)).toBe('none');
  });

  it('that was answered elsewhere and is asked anew can be answered, and is told of as a new one', async () => {
    const { el, model, user } = drawCards(address);
    const form = within(card(el, address.question));
    await user.type(form.getByRole('textbox'), '12 Main St{Enter}');
    const [sent] = answers(model);
    update(model, { cards: [{ ...address, status: 'answered', closed: 'Answered in another session.' }] });
    const message = 'This question is no longer open.';
    act(() => model.tell({ type: 'refused', client: sent?.client ?? '', request: address.request, message }));
    expect(within(card(el, address.question)).getByText(message)).toBeTruthy();

    update(model, { cards: [address] });
    expect(within(card(el, address.question)).queryByText(message)).toBeNull();
    expect(form.queryByText('Submitting…')).toBeNull();
    expect(form.getByRole<HTMLInputElement>('textbox').disabled).toBe(false);
    expect(el.querySelector('.hitl-root > .hitl-unseen')?.textContent).toBe(`Question: ${address.question}`);
  });

  it('that was sent to before it closed, and is asked anew, waits for no answer', async () => {
    const { el, model, user } = drawCards(address);
    const form = within(card(el, address.question));
    await user.type(form.getByRole('textbox'), '12 Main St{Enter}');
    update(model, { cards: [{ ...address, status: 'answered', closed: 'Answered in another session.' }] });
    update(model, { cards: [address] });
    expect(form.queryByText('Submitting…')).toBeNull();
    expect(form.getByRole<HTMLInputElement>('textbox').disabled).toBe(false);
  });

  it('that is closed offers no way to find out why it asks, and does not say where to answer it', () => {
    const closed = { status: 'answered' as const, closed: 'Answered in another session.' };
    const { model, view } = drawCards({ ...address, again: 'same_run', missing: true });
    expect(view.getByRole('button', { name: 'Why does it ask again?' })).toBeTruthy();
    expect(view.getByText(/Answer there/)).toBeTruthy();
    update(model, { cards: [{ ...address, again: 'same_run', missing: true, ...closed }] });
    expect(view.queryByRole('button', { name: 'Why does it ask again?' })).toBeNull();
    expect(view.queryByText(/Answer there/)).toBeNull();
  });

  it('that is only shown is none that is waited for: what is said, and what the graph leads to', async () => {
    const closed = { ...address, request: 'old', status: 'answered' as const, closed: 'Answered in another session.' };
    const error = { type: 'ValueError', message: '', node: null, traceback: '' };
    const failed = shape.run({ status: 'failed', error, can_retry: true });
    const { model, el, view, user } = draw(modelOf({ run: shape.run({ status: 'running' }), cards: [closed] }));
    expect(view.getByText('No question right now. The next one will appear here.')).toBeTruthy();
    await user.click(view.getByRole('option', { name: /^ask_address/ }));
    expect(document.activeElement).not.toBe(card(el, address.question));
    // What a model says is what people wait for then.
    const said = [{ tag: 'p' as const, children: ['Hello'] }];
    update(model, { run: shape.run({ status: 'running', said }) });
    expect(view.getByText('Hello')).toBeTruthy();
    expect(view.queryByText(/^No question right now/)).toBeNull();
    update(model, { run: failed });
    expect(view.getByRole('region', { name: 'Error' }).textContent).not.toContain('can still be answered');

    update(model, { run: shape.run({ status: 'waiting' }), cards: [closed, address] });
    expect(view.queryByText(/^No question right now/)).toBeNull();
    await user.click(view.getByRole('option', { name: /^ask_address/ }));
    expect(document.activeElement).toBe(view.getByRole('textbox'));
  });

  it('goes when the kernel takes it away, whoever answered it', () => {
    const { el, model, view } = drawCards(address, budget);
    update(model, { cards: [budget] });
    expect(view.queryByRole('form', { name: address.question })).toBeNull();
    expect(card(el, budget.question)).toBeTruthy();
  });
});

describe('what was typed', () => {
  it('survives updates, a refusal and a second view', async () => {
    const { el, model, user } = drawCards(address, budget);
    await user.type(within(card(el, address.question)).getByRole('textbox'), '12 Main');
    update(model, { cards: [address, budget], nodes: { ask_address: { status: 'waiting', runs: 1 } } });
    const first = within(card(el, address.question)).getByRole<HTMLInputElement>('textbox');
    expect(first.value).toBe('12 Main');

    const second = draw(model);
    const other = within(card(second.el, address.question)).getByRole<HTMLInputElement>('textbox');
    expect(other.value).toBe('12 Main');
    await user.type(other, ' St');
    expect(first.value).toBe('12 Main St');
  });

  it('is there again when the cell is drawn anew', async () => {
    const model = modelOf({ cards: [address] });
    const before = draw(model);
    await before.user.type(within(card(before.el, address.question)).getByRole('textbox'), 'half an addr');
    act(() => before.end());
    const after = draw(model);
    expect(within(card(after.el, address.question)).getByRole<HTMLInputElement>('textbox').value).toBe('half an addr');
  });

  it('can be mended after a refusal: the messages are at their fields and go when they are edited', async () => {
    const field = shape.object({ street: shape.text(), city: shape.text() });
    const asked = shape.card('ask', 'Address?', { control: shape.form(field) });
    const { el, model, user } = drawCards(asked);
    const form = within(card(el, 'Address?'));
    await user.type(form.getByLabelText('Street'), 'Main St');
    await user.type(form.getByLabelText('City'), 'Atlantis');
    await user.click(form.getByRole('button', { name: 'Submit' }));
    update(model, {
      cards: [
        { ...asked, error: 'The graph refused this answer.', field_errors: { city: 'No such city.' }, refusals: 1 },
      ],
    });

    expect(form.queryByText('Submitting…')).toBeNull();
    expect(form.getByLabelText<HTMLInputElement>('City').value).toBe('Atlantis');
    expect(form.getByText('No such city.')).toBeTruthy();
    expect(within(form.getByRole('alert')).getByText('The graph refused this answer.')).toBeTruthy();

    await user.clear(form.getByLabelText('City'));
    await user.type(form.getByLabelText('City'), 'Berlin');
    expect(form.queryByText('No such city.')).toBeNull();
    await user.click(form.getByRole('button', { name: 'Submit' }));
    expect(answers(model).map((intent) => intent.value)).toEqual([
      { street: 'Main St', city: 'Atlantis' },
      { street: 'Main St', city: 'Berlin' },
    ]);

    update(model, { cards: [{ ...asked, error: null, field_errors: { city: 'Not that one.' }, refusals: 2 }] });
    expect(form.getByText('Not that one.')).toBeTruthy();
  });

  it('shows a refusal of a key that has no field of its own', () => {
    const { el } = drawCards({ ...address, field_errors: { 'geo/lat': 'Out of range.' }, refusals: 1 });
    expect(within(card(el, address.question)).getByRole('alert').textContent).toBe('geo/lat: Out of range.');
  });
});

describe('an answer that came too late', () => {
  it('is told where its card was', async () => {
    const { model, user, el, view } = drawCards(address, budget);
    await user.type(within(card(el, address.question)).getByRole('textbox'), 'here{Enter}');
    const sent = answers(model)[0];
    update(model, { cards: [budget] });
    act(() =>
      model.tell({
        type: 'refused',
        client: sent?.client,
        request: sent?.request,
        message: 'It was answered already.',
      }),
    );
    expect(view.getAllByText('It was answered already.').length).toBeGreaterThan(0);
  });

  it('is told beside the next question, which may be here at once, until this view sends another', async () => {
    const { model, user, el, view } = drawCards(address);
    await user.type(within(card(el, address.question)).getByRole('textbox'), 'here{Enter}');
    const { client, request } = answers(model)[0] ?? {};
    const note = () => view.queryByText('It was answered already.', { selector: '.hitl-note' });
    act(() => model.tell({ type: 'refused', client, request, message: 'It was answered already.' }));
    update(model, { cards: [budget] });
    expect(note()).toBeTruthy();
    await user.type(within(card(el, budget.question)).getByRole('textbox'), '50');
    expect(note()).toBeTruthy();
    await user.keyboard('{Enter}');
    expect(note()).toBeNull();
  });

  it('is told where nothing is asked any more', async () => {
    const { model, user, el, view } = drawCards(address);
    await user.type(within(card(el, address.question)).getByRole('textbox'), 'here{Enter}');
    const { client, request } = answers(model)[0] ?? {};
    act(() => model.tell({ type: 'refused', client, request, message: 'It was answered already.' }));
    update(model, { cards: [], run: shape.run({ ...(model.get('run') as RunView), status: 'finished' }) });
    expect(view.getByText('It was answered already.', { selector: '.hitl-note' })).toBeTruthy();
  });

  it('of somebody else is none of our business', () => {
    const { model, view } = drawCards(address);
    act(() => model.tell({ type: 'refused', client: 'other', request: address.request, message: 'Not yours.' }));
    expect(view.queryByText('Not yours.')).toBeNull();
  });

  it('leaves a card that is still drawn open, with its values', async () => {
    const { model, user, el } = drawCards(address);
    const form = within(card(el, address.question));
    await user.type(form.getByRole('textbox'), 'here{Enter}');
    const sent = answers(model)[0];
    act(() =>
      model.tell({ type: 'refused', client: sent?.client, request: sent?.request, message: 'Could not save.' }),
    );
    expect(form.getByRole('alert').textContent).toBe('Could not save.');
    expect(form.getByRole<HTMLInputElement>('textbox').value).toBe('here');
    expect(form.getByRole<HTMLButtonElement>('button', { name: 'Submit' }).disabled).toBe(false);
  });
});

describe('a question that has just come', () => {
  const wipe = shape.card('wipe', 'Wipe the disk?', { control: shape.approval() });
  const limit = shape.card('limit', 'How many?', { control: shape.form(shape.number({ default: 100 })) });
  const plain = shape.card('plain', 'And now?', { control: { ...shape.approval(), reason: 'none' } });

  const asked = async (next: CardView) => {
    const drawn = drawCards(address);
    await drawn.user.type(within(card(drawn.el, address.question)).getByRole('textbox'), 'here{Enter}');
    update(drawn.model, { cards: [next] });
    return drawn;
  };

  it.each([
    ['approved', wipe, '{Control>}{Enter}{/Control}'],
    ['answered with what it starts from', limit, '{Enter}'],
    ['decided by its first button', plain, '{Enter}'],
    ['decided by its first button', plain, ' '],
  ])('is not %s by the key that was pressed once too often for the one before', async (_, next, keys) => {
    const { model, user } = await asked(next);
    await user.keyboard(keys);
    expect(answers(model)).toHaveLength(1);
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 1_100);
    await user.keyboard(keys);
    expect(answers(model)).toHaveLength(2);
  });

  it('is not answered by that key where its control has begun with something by itself', async () => {
    const { model, user } = await asked(limit);
    act(() =>
      updateCardState(cardKey((model.get('run') as RunView).thread_id, limit.request), () => ({ problem: null })),
    );
    await user.keyboard('{Enter}');
    expect(answers(model)).toHaveLength(1);
  });

  it('is none that somebody has typed into before it was its turn', async () => {
    const { view, el, model, user } = drawCards(address, budget);
    await user.type(within(card(el, budget.question)).getByRole('textbox'), '5');
    await user.type(within(card(el, address.question)).getByRole('textbox'), 'here{Enter}');
    update(model, { cards: [budget] });
    expect(document.activeElement).toBe(view.getByRole('textbox'));
    await user.keyboard('{Enter}');
    expect(answers(model).map(({ value }) => value)).toEqual(['here', 5]);
  });

  it('has buttons that answer nothing, and may be pressed', async () => {
    const { view, user } = await asked({ ...limit, again: 'came_back' });
    const why = view.getByRole('button', { name: /^Why/ });
    why.focus();
    await user.keyboard('{Enter}');
    expect(why.getAttribute('aria-expanded')).toBe('true');
  });

  it('is answered by who types at once', async () => {
    const { model, user } = await asked(limit);
    await user.keyboard('0{Enter}');
    expect(answers(model).map(({ value }) => value)).toEqual(['here', 1000]);
  });

  it('is not approved by the second half of a double click', () => {
    const { el, model } = drawCards({ ...wipe, request: 'tidy', question: 'Tidy up?' });
    const click = (question: string, detail: number) =>
      within(card(el, question))
        .getByRole('button', { name: 'Approve' })
        .dispatchEvent(new MouseEvent('click', { bubbles: true, detail }));
    act(() => void click('Tidy up?', 1));
    update(model, { cards: [wipe] });
    act(() => void click('Wipe the disk?', 2));
    expect(answers(model)).toHaveLength(1);
    act(() => void click('Wipe the disk?', 1));
    expect(answers(model)).toHaveLength(2);
  });
});

describe('the keyboard', () => {
  it('Enter submits a one-line control; in several lines it is a new line and Ctrl+Enter submits', async () => {
    const long = shape.card('long', 'Your letter?', { control: shape.form(shape.text({ multiline: true })) });
    const { el, model, user } = drawCards(address, long);
    await user.type(within(card(el, address.question)).getByRole('textbox'), 'here{Enter}');
    expect(answers(model).map((intent) => intent.value)).toEqual(['here']);
    await user.type(within(card(el, 'Your letter?')).getByRole('textbox'), 'a{Enter}b{Control>}{Enter}{/Control}');
    expect(answers(model).map((intent) => intent.value)).toEqual(['here', 'a\nb']);
  });

  it('Enter in the reason of an approval decides nothing, with Ctrl or without', async () => {
    const { el, model, user } = drawCards(shape.card('ask', 'Ship it?', { control: shape.approval() }));
    const reason = within(card(el, 'Ship it?')).getByRole('textbox');
    await user.type(reason, 'no{Enter}');
    expect(answers(model)).toEqual([]);
    await user.type(reason, 't now{Control>}{Enter}{/Control}');
    expect(answers(model)).toEqual([]);
    await user.keyboard('{Tab}{Tab}{Enter}');
    expect(answers(model)[0]).toMatchObject({ value: false, reason: 'not now' });
  });

  it('Ctrl+Enter approves, and with the focus on Reject it rejects', async () => {
    const { el, model, user } = drawCards(
      shape.card('a', 'Ship it?', { control: shape.approval() }),
      shape.card('b', 'And it?', { control: shape.approval() }),
    );
    within(card(el, 'Ship it?')).getByRole('textbox').focus();
    await user.keyboard('{Control>}{Enter}{/Control}');
    within(card(el, 'And it?')).getByRole('button', { name: 'Reject' }).focus();
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect(answers(model).map((intent) => intent.value)).toEqual([true, false]);
  });

  it('goes to the next question after a submit', async () => {
    const { el, model, user } = drawCards(address);
    await user.type(within(card(el, address.question)).getByRole('textbox'), 'here{Enter}');
    update(model, { cards: [] });
    update(model, { cards: [budget] });
    expect(document.activeElement).toBe(within(card(el, budget.question)).getByRole('textbox'));
  });

  it('goes to the next question also where somebody else was faster, and waits for it with what is closed', async () => {
    const { el, model, user } = drawCards(address);
    await user.type(within(card(el, address.question)).getByRole('textbox'), 'here{Enter}');
    const closed = { ...address, status: 'answered' as const, closed: 'Answered in another session.' };
    update(model, { cards: [closed] });
    expect(document.activeElement).toBe(within(el).getByRole('region', { name: 'Questions' }));
    update(model, { cards: [closed, budget] });
    expect(document.activeElement).toBe(within(card(el, budget.question)).getByRole('textbox'));
  });

  it.each(['', 'half an addr'])('stays in a card that closes under somebody who typed "%s"', async (typed) => {
    const { el, model, user } = drawCards(budget, address);
    const form = card(el, address.question);
    await user.click(within(form).getByRole('textbox'));
    if (typed !== '') await user.keyboard(typed);
    const closed = { ...address, status: 'answered' as const, closed: 'Answered in another session.' };
    // As the kernel sends them: what is closed comes first.
    update(model, { cards: [closed, budget] });
    expect(document.activeElement).toBe(form);
  });

  it('is not drawn to a card that closes while somebody is elsewhere', async () => {
    const { el, model, user } = drawCards(address, budget);
    const input = within(card(el, budget.question)).getByRole('textbox');
    await user.click(input);
    update(model, { cards: [{ ...address, status: 'answered', closed: 'Answered in another session.' }, budget] });
    expect(document.activeElement).toBe(input);
  });

  it('goes back to the field when the answer is refused', async () => {
    const { el, model, user } = drawCards(address);
    const input = within(card(el, address.question)).getByRole('textbox');
    await user.type(input, 'here{Enter}');
    update(model, { cards: [{ ...address, error: 'No.', refusals: 1 }] });
    expect(document.activeElement).toBe(input);
  });

  it('is not taken from somebody who has gone elsewhere', async () => {
    const { el, model, user } = drawCards(address);
    const elsewhere = document.createElement('textarea');
    document.body.append(elsewhere);
    await user.type(within(card(el, address.question)).getByRole('textbox'), 'here{Enter}');
    elsewhere.focus();
    update(model, { cards: [budget] });
    expect(document.activeElement).toBe(elsewhere);
  });

  it('never reaches the notebook around the view', async () => {
    const { el, user } = drawCards(address);
    const heard: string[] = [];
    for (const type of ['keydown', 'keypress', 'keyup']) document.body.addEventListener(type, () => heard.push(type));
    await user.type(within(card(el, address.question)).getByRole('textbox'), 'dd');
    expect(heard).toEqual([]);
    // Before us some look at what has the focus, whatever it is in.
    for (const focused of el.querySelectorAll<HTMLElement>('button, [tabindex]')) {
      focused.focus();
      if (document.activeElement === focused) expect(focused.hasAttribute('data-lm-suppress-shortcuts')).toBe(true);
    }
    expect(el.querySelectorAll('button[data-lm-suppress-shortcuts]').length).toBeGreaterThan(0);
  });

  it('is given up where the prompt of a cell is pressed, which JupyterLab leaves it at, and nowhere else', () => {
    const { el, end } = drawCards(address);
    const [prompt, icon, other] = [
      document.createElement('div'),
      document.createElement('i'),
      document.createElement('p'),
    ];
    prompt.className = 'jp-InputPrompt';
    prompt.append(icon);
    document.body.append(prompt, other);
    const press = (at: Element) => at.dispatchEvent(new Event('pointerdown', { bubbles: true }));
    const input = within(card(el, address.question)).getByRole('textbox');
    input.focus();
    press(other);
    press(input);
    expect(document.activeElement).toBe(input);
    press(icon);
    expect(document.activeElement).not.toBe(input);
    act(() => end());
    const elsewhere = document.createElement('textarea');
    document.body.append(elsewhere);
    elsewhere.focus();
    press(prompt);
    expect(document.activeElement).toBe(elsewhere);
  });
});

describe('a widget of the user', () => {
  const asked = shape.card('share', 'How much?', {
    control: { kind: 'widget', ref: 'IPY_MODEL_slider', trait: 'value', submit: 'Submit' },
  });

  it('is mounted in its card, and its value is sent as the browser has it', async () => {
    const model = modelOf({ cards: [asked] });
    model.widget_manager = sliderManager();
    const { el, user } = draw(model);
    const form = within(card(el, 'How much?'));
    await vi.waitFor(() => expect(form.getByRole('slider', { name: 'Share' })).toBeTruthy());
    const slider = form.getByRole<HTMLInputElement>('slider');
    slider.value = '70';
    slider.dispatchEvent(new Event('input'));
    await user.click(form.getByRole('button', { name: 'Submit' }));
    expect(answers(model).map((intent) => intent.value)).toEqual([70]);
  });
});

describe('text from a model', () => {
  it('is text, wherever it is shown', () => {
    const evil = '<img src=x onerror="window.hacked = true"><script>window.hacked = true</script>';
    const { el } = draw(
      modelOf({
        graph: { ...GRAPH, nodes: GRAPH.nodes.map((box) => ({ ...box, label: evil })) },
        run: shape.run({
          notices: [evil],
          error: { type: evil, message: evil, node: evil, traceback: evil },
        }),
        nodes: { ask_budget: { status: 'failed', runs: 0, error: evil } },
        cards: [
          shape.card('ask', evil, {
            asker: [evil],
            description: shape.plain(evil),
            context: [{ label: evil, text: evil, mono: true }],
            control: shape.form(shape.object({ a: shape.choice([evil], { label: evil, help: evil }) }), evil),
            error: evil,
            field_errors: { a: evil },
            refusals: 1,
          }),
        ],
        timeline: decided(1, [shape.decision(0, evil, { answer: evil, reason: evil, by: evil, at: evil })]),
      }),
    );
    expect(el.querySelectorAll('img, script, a, iframe')).toHaveLength(0);
    expect('hacked' in window).toBe(false);
    expect(el.textContent?.split(evil).length).toBeGreaterThan(15);
  });
});

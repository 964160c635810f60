/** Cards in which items are decided about: by mouse, by keyboard, and by the names that a screen reader says. */
import { within } from '@testing-library/dom';
import { describe, expect, it } from 'vitest';
import * as shape from '../dev/shapes';
import type { CardView, ChoiceView, ItemView } from '../src/protocol';
import { answerOf, answers, card, drawCards, update } from './view';

const SEARCH = { query: 'cats', limit: 42, code: '42' };
const form = shape.object({
  query: shape.text({ default: 'cats' }),
  limit: shape.number({ default: 42 }),
  code: shape.text({ default: '42', min_length: 0 }),
});
const ALL = [shape.approve, shape.edit(form), shape.reject, shape.respond];

function one(choices: ChoiceView[] = ALL, more: Partial<ItemView> = {}) {
  const item = shape.item('search', choices, { arguments: shape.argumentList(SEARCH), ...more });
  return drawn(shape.card('tools', 'Run search?', { control: shape.decide([item]) }));
}

function batch() {
  const items = ['search', 'delete', 'search (2)'].map((title) =>
    shape.item(title, ALL, { arguments: shape.argumentList(SEARCH) }),
  );
  return drawn(shape.card('tools', 'Review 3 actions', { control: shape.decide(items) }));
}

function drawn(view: CardView) {
  const page = drawCards(view);
  const asked = within(card(page.el, view.question));
  const press = (name: string, inside = asked) => page.user.click(inside.getByRole('button', { name }));
  const group = (name: string) => within(asked.getByRole('group', { name }));
  const refuse = (more: Partial<CardView>) =>
    update(page.model, { cards: [{ ...view, refusals: view.refusals + 1, ...more }] });
  return { ...page, asked, press, group, refuse };
}

const described = (el: HTMLElement) =>
  (el.getAttribute('aria-describedby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent);

/** The next frame, in which the focus goes to what has just been drawn. */
const frame = () => new Promise((done) => requestAnimationFrame(done));

describe('one item', () => {
  it('is approved with one click', async () => {
    const { model, press } = one();
    await press('Approve');
    expect(answers(model)).toEqual([
      { type: 'answer', client: expect.any(String), request: 'request-tools', value: [{ decision: 'approve' }] },
    ]);
  });

  it('offers exactly the decisions that are allowed', () => {
    const { asked } = one([shape.approve, shape.respond]);
    expect(asked.getAllByRole('button').map((button) => button.textContent?.trim())).toEqual(['Approve', 'Respond']);
  });

  it('tells a number from a text', () => {
    const { asked } = one();
    const row = (label: string) => asked.getByText(label, { selector: 'dt' }).parentElement?.textContent;
    // What can be nothing but a text is not said to be one.
    expect([row('Limit'), row('Code'), row('Query')]).toEqual(['Limit42number', 'Code42text', 'Querycats']);
  });

  it('is edited in a form that shows what was changed, before and after', async () => {
    const { model, asked, press, user } = one();
    await press('Edit');
    await frame();
    expect(document.activeElement).toBe(asked.getByRole('textbox', { name: 'Query' }));
    expect(document.querySelectorAll('del')).toHaveLength(0);
    const code = asked.getByRole('textbox', { name: 'Code' });
    await user.clear(code);
    await user.type(code, '43');
    expect([...document.querySelectorAll('del, ins')].map((el) => el.textContent)).toEqual(['"42"', '"43"']);
    await press('Submit');
    expect(answerOf(model)).toEqual([{ decision: 'edit', value: { query: 'cats', limit: 42, code: '43' } }]);
  });

  it('takes a change back', async () => {
    const { model, asked, press, user } = one();
    await press('Edit');
    await user.type(asked.getByRole('textbox', { name: 'Limit' }), '0');
    await press('Undo the change of Limit');
    expect(asked.getByRole<HTMLInputElement>('textbox', { name: 'Limit' }).value).toBe('42');
    expect(document.activeElement).toBe(asked.getByRole('textbox', { name: 'Limit' }));
    expect(document.querySelectorAll('del')).toHaveLength(0);
    await press('Submit');
    expect(answerOf(model)).toEqual([{ decision: 'edit', value: { query: 'cats', limit: 42, code: '42' } }]);
  });

  it('is rejected with a reason, or without one', async () => {
    const { model, asked, press, user, refuse } = one();
    await press('Reject');
    await press('Submit');
    expect(answerOf(model)).toEqual([{ decision: 'reject', value: null }]);
    refuse({ error: 'Say why.' });
    await user.type(asked.getByRole('textbox', { name: /Reason/ }), 'too broad');
    await press('Submit');
    expect(answers(model)[1]?.value).toEqual([{ decision: 'reject', value: 'too broad' }]);
  });

  it('needs a text to respond', async () => {
    const { model, asked, press, user } = one();
    await press('Respond');
    await press('Submit');
    await frame();
    const input = asked.getByRole('textbox', { name: 'Response' });
    expect(answers(model)).toEqual([]);
    expect(input.getAttribute('aria-invalid')).toBe('true');
    expect(described(input)).toEqual(['Please fill this in.']);
    expect(document.activeElement).toBe(input);
    await user.type(input, 'none');
    await press('Submit');
    expect(answerOf(model)).toEqual([{ decision: 'respond', value: 'none' }]);
  });

  it('keeps what was typed while another decision is looked at, and does not send an approval over an edit', async () => {
    const { model, asked, press, user } = one();
    await press('Edit');
    await user.type(asked.getByRole('textbox', { name: 'Limit' }), '0');
    await press('Approve');
    expect(answers(model)).toEqual([]);
    expect(asked.getByText('What was entered under “Edit” is kept here, but not sent.')).toBeTruthy();
    await press('Edit');
    expect(asked.getByRole<HTMLInputElement>('textbox', { name: 'Limit' }).value).toBe('420');
    await press('Approve');
    await press('Submit');
    expect(answerOf(model)).toEqual([{ decision: 'approve' }]);
  });

  it('keeps what was typed when it is refused, and says why at the field', async () => {
    const { model, asked, press, user, refuse } = one();
    await press('Edit');
    await user.type(asked.getByRole('textbox', { name: 'Limit' }), '0');
    await press('Submit');
    refuse({ field_errors: { '0/edit/limit': 'Too many.' } });
    const input = asked.getByRole<HTMLInputElement>('textbox', { name: 'Limit' });
    expect(input.value).toBe('420');
    expect(described(input)).toEqual(['Too many.']);
    await user.type(input, '{Backspace}');
    expect(asked.queryByText('Too many.')).toBeNull();
    await press('Submit');
    expect(answers(model)).toHaveLength(2);
  });

  it('is decided by the keyboard alone', async () => {
    const { model, asked, user } = one();
    asked.getByRole('button', { name: 'Edit' }).focus();
    await user.keyboard('{Enter}');
    await frame();
    await user.tab();
    await user.keyboard('7{Control>}{Enter}{/Control}');
    expect(answerOf(model)).toEqual([{ decision: 'edit', value: { query: 'cats', limit: 7, code: '42' } }]);
  });

  it('is not approved by Ctrl Enter', async () => {
    const { model, asked, user } = one();
    asked.getByRole('button', { name: 'Edit' }).focus();
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect(answers(model)).toEqual([]);
    expect(asked.getByText('Please choose one.')).toBeTruthy();
  });

  it('may be edited to nothing but empty texts', async () => {
    const empty = shape.object({ note: shape.text({ default: '', min_length: 0 }) });
    const { model, press } = one([shape.edit(empty)], { arguments: shape.argumentList({ note: '' }) });
    await press('Edit');
    await press('Submit');
    expect(answerOf(model)).toEqual([{ decision: 'edit', value: { note: '' } }]);
  });

  it('hands the focus to the next question, but not to a button that decides', async () => {
    const cards = ['first', 'second'].map((name) =>
      shape.card(name, `Run ${name}?`, { control: shape.decide([shape.item(name, ALL)]) }),
    );
    const { model, el, user } = drawCards(...cards);
    within(card(el, 'Run first?')).getByRole('button', { name: 'Approve' }).focus();
    await user.keyboard('{Enter}');
    update(model, { cards: cards.slice(1) });
    expect(document.activeElement).toBe(card(el, 'Run second?'));
    await user.keyboard('{Enter}');
    expect(answers(model)).toHaveLength(1);
    await user.tab();
    expect(document.activeElement).toBe(within(card(el, 'Run second?')).getByRole('button', { name: 'Approve' }));
  });

  it('shows the form of the decision that it starts with', async () => {
    const accept = { ...shape.approve, name: 'accept', label: 'Accept', field: form };
    const { model, asked, user } = one([accept, shape.reject], { start: 'accept', arguments: [] });
    expect(asked.getByRole('button', { name: 'Accept', pressed: true })).toBeTruthy();
    await user.type(asked.getByRole('textbox', { name: 'Query' }), '!{Enter}');
    expect(document.querySelectorAll('del')).toHaveLength(0);
    expect(answerOf(model)).toEqual([{ decision: 'accept', value: { ...SEARCH, query: 'cats!' } }]);
  });

  it('shows what a model wrote as text', () => {
    const { el } = one([shape.approve], { description: shape.plain('<img src=x onerror=alert(1)>') });
    expect(el.querySelector('img')).toBeNull();
    expect(el.textContent).toContain('<img src=x');
  });

  it('offers a link only to somebody who has agreed to follow it', async () => {
    const { model, asked, press } = one([shape.approve, shape.reject], {
      arguments: [],
      link: { url: 'https://pay.example.org/x', host: 'pay.example.org' },
    });
    expect(asked.getByText('pay.example.org')).toBeTruthy();
    expect(asked.queryByRole('link')).toBeNull();
    await press('Approve');
    expect(answers(model)).toEqual([]);
    const link = asked.getByRole('link', { name: 'Open pay.example.org' });
    expect(link.getAttribute('href')).toBe('https://pay.example.org/x');
    expect(link.getAttribute('rel')).toContain('noopener');
    await press('Submit');
    expect(answerOf(model)).toEqual([{ decision: 'approve' }]);
  });
});

describe('several items', () => {
  it('are each decided in a group of their own, and sent once all are', async () => {
    const { model, asked, press, group, user } = batch();
    await press('Approve', group('search (2)'));
    await press('Reject', group('delete'));
    await user.type(group('delete').getByRole('textbox', { name: /Reason/ }), 'no');
    expect(answers(model)).toEqual([]);
    await press('Submit');
    expect(answers(model)).toEqual([]);
    expect(described(asked.getByRole('group', { name: 'search' }))).toEqual(['Please choose one.']);
    await frame();
    expect(document.activeElement).toBe(group('search').getByRole('button', { name: 'Approve' }));
    await press('Edit', group('search'));
    await press('Submit');
    expect(answerOf(model)).toEqual([
      { decision: 'edit', value: SEARCH },
      { decision: 'reject', value: 'no' },
      { decision: 'approve' },
    ]);
  });

  it('are approved together, but for those that were decided', async () => {
    const { model, asked, press, group } = batch();
    await press('Reject', group('delete'));
    expect(asked.getByText('1 of 3 decided')).toBeTruthy();
    await press('Approve the rest');
    expect(asked.getByText('3 of 3 decided')).toBeTruthy();
    const pressed = asked.getAllByRole('button', { pressed: true }).map((button) => button.textContent?.trim());
    expect(pressed).toEqual(['Approve', 'Reject', 'Approve']);
    await press('Submit');
    expect(answerOf(model)).toEqual([
      { decision: 'approve' },
      { decision: 'reject', value: null },
      { decision: 'approve' },
    ]);
  });

  it('keep the focus when the rest is approved by the keyboard', async () => {
    const { model, asked, user } = batch();
    asked.getByRole('button', { name: 'Approve the rest' }).focus();
    await user.keyboard(' ');
    expect(document.activeElement).toBe(asked.getByRole('button', { name: 'Submit' }));
    await user.keyboard('{Enter}');
    expect(answerOf(model)).toEqual(Array.from({ length: 3 }, () => ({ decision: 'approve' })));
  });

  it('say at the field of the right item what the kernel refused', async () => {
    const { asked, press, group, refuse } = batch();
    await press('Approve the rest');
    await press('Edit', group('delete'));
    await press('Submit');
    refuse({ field_errors: { '1/edit/limit': 'Too many.' } });
    expect(described(group('delete').getByRole('textbox', { name: 'Limit' }))).toEqual(['Too many.']);
    expect(asked.getAllByText('Too many.')).toHaveLength(1);
  });

  it('can be undecided again', async () => {
    const { asked, press, group } = batch();
    await press('Approve', group('search'));
    await press('Approve', group('search'));
    expect(asked.queryAllByRole('button', { pressed: true })).toHaveLength(0);
  });
});

/** What the second bundle draws, imported from its source. */
import { fireEvent, within } from '@testing-library/dom';
import { act } from '@testing-library/preact';
import { describe, expect, it, vi } from 'vitest';
import { card as cardOf, form } from '../dev/shapes';
import { linesOf, summaryOf } from '../src/parts/compare';
import type { FieldView } from '../src/protocol';
import { answerOf, card, drawCards, update } from './view';

// No page here can import a blob: the loader alone is replaced, by the bundle's own entry point.
vi.mock('../src/loaded/load', () => ({ loadCode: () => import('../src/rich/index').then((module) => module.default) }));

const RANK: FieldView = {
  type: 'rank',
  label: 'Answer',
  help: null,
  required: true,
  nullable: false,
  options: ['tea', 'milk', 'bread'].map((value) => ({ label: value, value })),
};
const TEXT: FieldView = {
  type: 'text',
  label: 'Answer',
  help: null,
  required: true,
  nullable: false,
  format: null,
  multiline: true,
  min_length: null,
  max_length: null,
  pattern: null,
  default: 'Dear Ada,\nthe tea is here.\nYours',
  compare: 'Dear Ada,\nthe tea is here.\nYours',
};

async function asking(field: FieldView) {
  const drawn = drawCards(cardOf('node', 'Which first?', { control: form(field) }));
  await vi.waitFor(() => expect(drawn.el.querySelector('.hitl-rich')?.children.length).toBeGreaterThan(0));
  return { ...drawn, card: card(drawn.el, 'Which first?') };
}

const order = (el: HTMLElement) => [...el.querySelectorAll('.hitl-rank-label')].map((label) => label.textContent);
const submit = (el: HTMLElement) => within(el).getByRole('button', { name: 'Submit' });

describe('a ranking', () => {
  it('is put in order with its buttons, and the focus goes along', async () => {
    const { el, card, model, user } = await asking(RANK);
    await user.click(within(card).getByRole('button', { name: 'Move bread up' }));
    expect(order(el)).toEqual(['tea', 'bread', 'milk']);
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Move bread up');
    await user.click(within(card).getByRole('button', { name: 'Move bread up' }));
    expect(order(el)).toEqual(['bread', 'tea', 'milk']);
    // At the top there is no way but down.
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Move bread down');
    expect(within(card).getByText('bread: place 1 of 3')).toBeTruthy();
    await user.click(submit(card));
    expect(answerOf(model)).toEqual(['bread', 'tea', 'milk']);
  });

  it('is put in order with Alt and the arrow keys', async () => {
    const { el, card } = await asking(RANK);
    const button = within(card).getByRole('button', { name: 'Move tea down' });
    button.focus();
    act(() => {
      fireEvent.keyDown(button, { key: 'ArrowDown', altKey: true });
    });
    expect(order(el)).toEqual(['milk', 'tea', 'bread']);
  });

  it('that nobody changes is sent as it was given', async () => {
    const { card, model, user } = await asking(RANK);
    await user.click(submit(card));
    expect(answerOf(model)).toEqual(['tea', 'milk', 'bread']);
  });

  it('stays as it is while the answer is on its way', async () => {
    const { card, model, user, el } = await asking(RANK);
    await user.click(submit(card));
    update(model, { cards: [{ ...cardOf('node', 'Which first?', { control: form(RANK) }), status: 'answered' }] });
    for (const button of el.querySelectorAll<HTMLButtonElement>('.hitl-ranked button'))
      expect(button.disabled).toBe(true);
  });
});

describe('a text with its proposal', () => {
  it('says what has changed, and goes back', async () => {
    const { card, model, user, el } = await asking(TEXT);
    expect(within(card).getByText('As proposed')).toBeTruthy();
    const text = within(card).getByRole('textbox') as HTMLTextAreaElement;
    await user.clear(text);
    await user.type(text, 'Dear Ada,\nthe milk is here.\nYours');
    expect(el.querySelector('del')?.textContent).toBe('tea');
    expect(el.querySelector('ins')?.textContent).toBe('milk');
    expect(within(card).getByText('1 word added, 1 word removed')).toBeTruthy();
    await user.click(within(card).getByRole('button', { name: 'Back to the proposal' }));
    expect(text.value).toBe('Dear Ada,\nthe tea is here.\nYours');
    expect(document.activeElement).toBe(text);
    expect(el.querySelector('del')).toBeNull();
    await user.click(submit(card));
    expect(answerOf(model)).toBe('Dear Ada,\nthe tea is here.\nYours');
  });

  it('leaves out the lines that are far from a change', () => {
    const before = Array.from({ length: 20 }, (_, at) => `line ${at}`).join('\n');
    const lines = linesOf(before, before.replace('line 10', 'line ten')) ?? [];
    expect(lines[0]).toEqual({ kind: 'skipped', count: 8 });
    expect(lines.filter(({ kind }) => kind === 'line')).toHaveLength(5);
    expect(lines.at(-1)).toEqual({ kind: 'skipped', count: 7 });
  });

  it('leaves out no single line: saying so takes one', () => {
    const before = Array.from({ length: 8 }, (_, at) => `line ${at}`).join('\n');
    expect(linesOf(before, before.replace('line 3', 'line three'))?.[0]?.kind).toBe('line');
  });

  it('says so where only spaces differ, and where nothing is alike', () => {
    expect(summaryOf(linesOf('a b', 'a  b'))).toBe('Only spaces have changed');
    expect(summaryOf(linesOf('a b', 'a\nb'))).toBe('Only spaces have changed');
    const many = (from: number) => Array.from({ length: 40_000 }, (_, at) => `w${from + at}`).join(' ');
    expect(summaryOf(linesOf(many(0), many(50_000)))).toContain('Rewritten');
  });
});

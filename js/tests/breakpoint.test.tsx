import { within } from '@testing-library/dom';
import { describe, expect, it } from 'vitest';
import * as shape from '../dev/shapes';
import type { FieldView } from '../src/protocol';
import { answerOf, answers, card, drawCards, update } from './view';

const STATE = shape.object({
  draft: shape.text({ default: 'Hi', min_length: 0 }),
  count: shape.number({ default: 0 }),
  unset: shape.number({ required: false }),
});

function stopAt(field: FieldView | null = STATE) {
  const view = shape.card('send', 'Before send: continue?', { control: shape.breakpoint(field) });
  const drawn = drawCards(view);
  const form = within(card(drawn.el, 'Before send: continue?'));
  const press = (name: string) => drawn.user.click(form.getByRole('button', { name }));
  return { ...drawn, view, form, press };
}

const primary = (el: HTMLElement) =>
  within(card(el, 'Before send: continue?'))
    .getAllByRole('button')
    .filter((button) => button.classList.contains('hitl-primary'))
    .map((button) => button.textContent?.trim());

describe('a breakpoint', () => {
  const names = (form: ReturnType<typeof stopAt>['form']) =>
    form.getAllByRole('button').map((button) => button.textContent?.trim());

  it('has one button that continues, and it says whether with changes', async () => {
    const { model, form, user, press } = stopAt();
    expect(names(form)).toEqual(['Continue', 'Stop']);
    await user.type(form.getByRole('textbox', { name: 'Draft' }), '!');
    expect(names(form)).toEqual(['Continue with these changes', 'Undo the changes', 'Stop']);
    await user.type(form.getByRole('textbox', { name: 'Draft' }), '{Backspace}');
    expect(names(form)).toEqual(['Continue', 'Stop']);
    await press('Continue');
    expect(answerOf(model)).toBe(true);
  });

  it('continues with the state as it is once what was typed is undone', async () => {
    const { model, form, user, press } = stopAt();
    await user.type(form.getByRole('textbox', { name: 'Draft' }), '!');
    await press('Undo the changes');
    expect(form.getByRole<HTMLInputElement>('textbox', { name: 'Draft' }).value).toBe('Hi');
    expect(document.activeElement).toBe(form.getByRole('button', { name: 'Continue' }));
    await press('Continue');
    expect(answerOf(model)).toBe(true);
  });

  it('stops, with the reason beside it', async () => {
    const { model, form, user, press } = stopAt();
    await user.type(form.getByRole('textbox', { name: /^Reason/ }), ' not today ');
    await press('Stop');
    expect(answers(model)[0]).toMatchObject({ value: false, reason: 'not today' });
  });

  it('continues with what was typed', async () => {
    const { el, model, form, user, press } = stopAt();
    await user.clear(form.getByRole('textbox', { name: 'Draft' }));
    expect(primary(el)).toEqual(['Continue with these changes']);
    await press('Continue with these changes');
    expect(answerOf(model)).toEqual({ update: { draft: '', count: 0 } });
  });

  it('does not send changes that do not fit, and goes on without them once they are undone', async () => {
    const { model, form, user, press } = stopAt();
    await user.clear(form.getByRole('textbox', { name: 'Count' }));
    await press('Continue with these changes');
    expect(answers(model)).toEqual([]);
    expect(form.getByText('Please fill this in.')).toBeTruthy();
    await press('Undo the changes');
    expect(form.queryByText('Please fill this in.')).toBeNull();
    await press('Continue');
    expect(answerOf(model)).toBe(true);
  });

  it('keeps what was typed when the kernel refuses it, and says why at its field', async () => {
    const { model, view, form, user, press } = stopAt();
    await user.type(form.getByRole('textbox', { name: 'Draft' }), '!');
    await user.type(form.getByRole('textbox', { name: /^Reason/ }), 'why');
    await press('Continue with these changes');
    update(model, { cards: [{ ...view, refusals: 1, field_errors: { draft: 'Too loud.' } }] });
    expect(form.getByText('Too loud.')).toBeTruthy();
    expect(form.getByRole<HTMLInputElement>('textbox', { name: 'Draft' }).value).toBe('Hi!');
    expect(form.getByRole<HTMLInputElement>('textbox', { name: /^Reason/ }).value).toBe('why');
  });

  it('does not go on at Enter alone; with Ctrl it continues with the changes there are', async () => {
    const { model, form, user } = stopAt();
    const draft = form.getByRole('textbox', { name: 'Draft' });
    await user.type(draft, '!{Enter}');
    expect(answers(model)).toEqual([]);
    await user.type(draft, '{Control>}{Enter}{/Control}');
    expect(answerOf(model)).toEqual({ update: { draft: 'Hi!', count: 0 } });
  });

  it('has no changes to continue with where nothing can be edited', async () => {
    const { model, form, user } = stopAt(null);
    expect(form.queryByRole('button', { name: 'Continue with these changes' })).toBeNull();
    await user.type(form.getByRole('textbox', { name: /^Reason/ }), '{Control>}{Enter}{/Control}');
    expect(answerOf(model)).toBe(true);
  });
});

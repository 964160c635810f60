import { describe, expect, it } from 'vitest';
import * as shape from '../../dev/shapes';
import { answerOf, answers } from '../view';
import { ask, errorOf, values } from './ask';

const amount = shape.union({ Number: shape.number(), Text: shape.text({ min_length: 2 }) }, { label: 'Amount' });

describe('a union', () => {
  it('asks for the kind first, then for the value', async () => {
    const { model, form, user, submit } = ask(shape.object({ amount }));
    expect(form.queryByRole('textbox')).toBeNull();
    await user.click(form.getByRole('radio', { name: 'Number' }));
    await user.type(form.getByRole('textbox', { name: 'Amount Number' }), '3');
    await submit();
    expect(answerOf(model)).toEqual({ amount: { branch: 0, value: 3 } });
  });

  it('is worked by the keyboard alone', async () => {
    const { model, form, user, submit } = ask(amount);
    expect(form.getByRole('radiogroup', { name: 'Well?' })).toBeTruthy();
    form.getByRole('radio', { name: 'Number' }).focus();
    await user.keyboard(' ');
    await user.keyboard('{ArrowRight}');
    expect(form.getByRole<HTMLInputElement>('radio', { name: 'Text' }).checked).toBe(true);
    await user.tab();
    await user.keyboard('ab');
    await submit();
    expect(answerOf(model)).toEqual({ branch: 1, value: 'ab' });
  });

  it('wants a choice, and puts the cursor there', async () => {
    const { model, form, submit } = ask(amount);
    await submit();
    expect(form.getByText('Please choose one.')).toBeTruthy();
    await new Promise((resolve) => requestAnimationFrame(resolve));
    expect(document.activeElement).toBe(form.getByRole('radio', { name: 'Number' }));
    expect(answers(model)).toEqual([]);
  });

  it('says what is wrong with the value once, at the value', async () => {
    const { form, user, submit } = ask(shape.object({ amount }));
    await user.click(form.getByRole('radio', { name: 'Text' }));
    await user.type(form.getByRole('textbox'), 'a');
    await submit();
    expect(form.getAllByText('At least 2 characters.')).toHaveLength(1);
    expect(errorOf(form.getByRole('textbox'))).toBe('At least 2 characters.');
    expect(form.getByRole('radio', { name: 'Text' }).getAttribute('aria-invalid')).toBe('false');
  });

  it('keeps what was typed for another kind', async () => {
    const { form, user } = ask(amount);
    await user.click(form.getByRole('radio', { name: 'Number' }));
    await user.type(form.getByRole('textbox'), '42');
    await user.click(form.getByRole('radio', { name: 'Text' }));
    expect(values(form.getAllByRole('textbox'))).toEqual(['']);
    await user.click(form.getByRole('radio', { name: 'Number' }));
    expect(values(form.getAllByRole('textbox'))).toEqual(['42']);
  });

  it('starts with the branch of its default', async () => {
    const { model, form, submit } = ask({ ...amount, default: { branch: 1, value: 'ab' } });
    expect(form.getByRole<HTMLInputElement>('radio', { name: 'Text' }).checked).toBe(true);
    await submit();
    expect(answerOf(model)).toEqual({ branch: 1, value: 'ab' });
  });

  it('draws the fields of an object, and of none', async () => {
    const { model, form, user, submit } = ask(
      shape.union({ Card: shape.object({ number: shape.text() }), Cash: shape.object({}) }),
    );
    await user.click(form.getByRole('radio', { name: 'Card' }));
    expect(form.getByRole('textbox', { name: 'Number' })).toBeTruthy();
    await user.click(form.getByRole('radio', { name: 'Cash' }));
    await submit();
    expect(answerOf(model)).toEqual({ branch: 1, value: {} });
  });

  it('can be taken back where it is optional', async () => {
    const { model, user, form, submit } = ask({ ...amount, nullable: true, default: { branch: 0, value: 1 } });
    await user.click(form.getByRole('button', { name: 'Clear' }));
    await submit();
    expect(answerOf(model)).toBeNull();
  });

  it('is a select beyond four', async () => {
    const branches = Object.fromEntries(['A', 'B', 'C', 'D', 'E'].map((name) => [name, shape.text()]));
    const { model, form, user, submit } = ask(shape.object({ kind: shape.union(branches) }));
    await user.selectOptions(form.getByRole('combobox', { name: 'Kind' }), 'D');
    await user.type(form.getByRole('textbox', { name: 'Kind D' }), 'x');
    await submit();
    expect(answerOf(model)).toEqual({ kind: { branch: 3, value: 'x' } });
  });
});

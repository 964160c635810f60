import { describe, expect, it } from 'vitest';
import * as shape from '../../dev/shapes';
import { answerOf, answers } from '../view';
import { ask, errorOf } from './ask';

const invoice = {
  ...shape.object({ customer: shape.text({ default: 'Ada' }) }),
  rest: [
    { name: 'other keys', field: shape.map(shape.number(), { label: 'Other keys', required: false }) },
    {
      name: 'other keys 2',
      field: shape.map(shape.text(), { label: 'Keys that match ^x-', key_pattern: '^x-', required: false }),
    },
  ].map(({ name, field }) => ({ name, field: { ...field, taken: ['customer'] } })),
};

describe('an object with other keys than those it has fields for', () => {
  it('is sent without them where there are none', async () => {
    const { model, submit } = ask(invoice);
    await submit();
    expect(answerOf(model)).toEqual({ customer: 'Ada' });
  });

  it('takes them, each into the map of its kind', async () => {
    const { model, user, press, submit } = ask(invoice);
    await press('Add entry to Other keys');
    await user.keyboard('total');
    await user.tab();
    await user.keyboard('3');
    await press('Add entry to Keys that match ^x-');
    await user.keyboard('x-note');
    await user.tab();
    await user.keyboard('paid');
    await submit();
    expect(answerOf(model)).toEqual({
      customer: 'Ada',
      'other keys': [['total', 3]],
      'other keys 2': [['x-note', 'paid']],
    });
  });

  it('refuses a key that has a field, at that key', async () => {
    const { model, form, user, press, submit } = ask(invoice);
    await press('Add entry to Other keys');
    await user.keyboard('customer');
    await submit();
    const key = form.getByRole('textbox', { name: 'Other keys optional key 1' });
    expect(errorOf(key)).toBe('This key has a field of its own.');
    expect(key.getAttribute('aria-invalid')).toBe('true');
    expect(answers(model)).toEqual([]);
  });

  it('starts with those that are there, and shows what the kernel says of them', () => {
    const start = { ...invoice, default: { customer: 'Bob', 'other keys': [['total', 3]] } };
    const { form } = ask(start, { field_errors: { 'other keys/total': 'Too much.' }, refusals: 1 });
    expect(form.getByRole<HTMLInputElement>('textbox', { name: 'Customer' }).value).toBe('Bob');
    expect(errorOf(form.getByRole('textbox', { name: 'Other keys optional value 1' }))).toBe('Too much.');
  });
});

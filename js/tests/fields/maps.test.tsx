import { within } from '@testing-library/dom';
import { describe, expect, it } from 'vitest';
import * as shape from '../../dev/shapes';
import { answerOf, answers } from '../view';
import { ask, errorOf } from './ask';

const prices = shape.object({ prices: shape.map(shape.number(), { default: [['a', 1]] }) });

describe('a map', () => {
  it('starts with its default and is sent as keys and values', async () => {
    const { model, form, user, press, submit } = ask(prices);
    await press('Add entry to Prices');
    expect(document.activeElement).toBe(form.getByRole('textbox', { name: 'Prices key 2' }));
    await user.keyboard('b');
    await user.tab();
    expect(document.activeElement).toBe(form.getByRole('textbox', { name: 'Prices value 2' }));
    await user.keyboard('2');
    await submit();
    expect(answerOf(model)).toEqual({
      prices: [
        ['a', 1],
        ['b', 2],
      ],
    });
  });

  it('says at the key what is wrong with it', async () => {
    const { model, form, user, press, submit } = ask(prices);
    await press('Add entry to Prices');
    await user.keyboard('a');
    await press('Add entry to Prices');
    await submit();
    expect(errorOf(form.getByRole('textbox', { name: 'Prices key 2' }))).toBe('This key is used above.');
    expect(errorOf(form.getByRole('textbox', { name: 'Prices value 2' }))).toBe('Please fill this in.');
    expect(errorOf(form.getByRole('textbox', { name: 'Prices key 3' }))).toBe('Please fill this in.');
    expect(answers(model)).toEqual([]);
  });

  it('says nothing of a key before it is left', async () => {
    const { form, user, press } = ask(shape.map(shape.text(), { key_pattern: '^x-' }));
    await press('Add entry');
    await user.keyboard('y');
    expect(form.queryByText('Does not match the pattern ^x-.')).toBeNull();
    await user.tab();
    expect(form.getByText('Does not match the pattern ^x-.')).toBeTruthy();
  });

  it('shows what the kernel says of a value at its key', () => {
    const { form } = ask(prices, { field_errors: { 'prices/a': 'Too dear.' }, refusals: 1 });
    expect(errorOf(form.getByRole('textbox', { name: 'Prices value 1' }))).toBe('Too dear.');
  });

  it('removes an entry', async () => {
    const { model, press, submit } = ask(prices);
    await press('Remove entry 1 of Prices');
    await submit();
    expect(answerOf(model)).toEqual({ prices: [] });
  });

  it('offers the keys where only some may be used', async () => {
    const { model, form, user, press, submit } = ask(shape.map(shape.text(), { keys: ['x', 'y'] }));
    await press('Add entry');
    await user.selectOptions(form.getByRole('combobox', { name: 'Well? key 1' }), 'y');
    await user.type(form.getByRole('textbox', { name: 'Well? value 1' }), '1');
    await submit();
    expect(answerOf(model)).toEqual([['y', '1']]);
  });

  it('keeps keys that mean something to JavaScript', async () => {
    const { model, user, press, submit } = ask(shape.map(shape.text()));
    await press('Add entry');
    await user.keyboard('__proto__');
    await user.tab();
    await user.keyboard('x');
    await submit();
    expect(answerOf(model)).toEqual([['__proto__', 'x']]);
  });

  it('says below a key that it is not what it looks like', async () => {
    const { form, user } = ask(shape.map(shape.text(), { default: [['p\u0430ypal', 'x']] }));
    const key = form.getByRole('textbox', { name: 'Well? key 1' });
    const entry = within(key.closest('.hitl-key') as HTMLElement);
    expect(entry.getByRole('status').textContent).toContain('Not as it looks');
    expect(entry.getByRole('img', { name: 'Look-alike U+0430' })).toBeTruthy();
    await user.clear(key);
    await user.type(key, 'paypal');
    expect(entry.queryByRole('img')).toBeNull();
  });
});

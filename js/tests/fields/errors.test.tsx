import { describe, expect, it } from 'vitest';
import * as shape from '../../dev/shapes';
import type { FieldView } from '../../src/protocol';
import { ask, errorOf } from './ask';

const five = ['a', 'b', 'c', 'd', 'e'];
const twenty = Array.from({ length: 20 }, (_, index) => `Place ${index}`);

/** Each kind of field, and what of it holds the cursor when it is wrong. */
const KINDS: [string, FieldView, string][] = [
  ['text', shape.text(), 'textbox'],
  ['text of several lines', shape.text({ multiline: true }), 'textbox'],
  ['colour', shape.text({ format: 'color' }), 'textbox'],
  ['number', shape.number(), 'textbox'],
  ['yes or no', shape.boolean(), 'radio'],
  ['choice of few', shape.choice(['a', 'b']), 'radio'],
  ['choice of several', shape.choice(five), 'combobox'],
  ['choice of many', shape.choice(twenty), 'combobox'],
  ['choices', shape.choices(['a', 'b'], { min_items: 1 }), 'checkbox'],
  ['JSON', shape.json(), 'textbox'],
  ['list', shape.list(shape.text(), { min_items: 9, default: [] }), 'button'],
  ['map', shape.map(shape.text(), { min_items: 1 }), 'button'],
  ['union of few', shape.union({ A: shape.text(), B: shape.number() }), 'radio'],
  ['union of several', shape.union(Object.fromEntries(five.map((name) => [name, shape.text()]))), 'combobox'],
  ['item of a list', shape.list(shape.number(), { min_items: 1 }), 'textbox'],
  ['value of a map', shape.map(shape.number(), { default: [['a', null]] }), 'textbox'],
  ['place of a tuple', shape.tuple([shape.number()]), 'textbox'],
  ['field of an object', shape.object({ inner: shape.number() }), 'textbox'],
  ['chosen kind', shape.union({ A: shape.number() }, { default: { branch: 0, value: null } }), 'textbox'],
];

describe('what is wrong is read out at what can mend it', () => {
  it.each(KINDS)('%s', async (_, field, role) => {
    const { form, submit } = ask(shape.object({ field }));
    await submit();
    const wrong = form.getAllByRole(role).filter((one) => one.matches('[aria-invalid="true"], [data-invalid="true"]'));
    expect(wrong.length).toBeGreaterThan(0);
    for (const one of wrong) expect(errorOf(one)).toMatch(/^(Please|Choose|At least|Not) .*\.$/);
  });

  it('a date, a time, and both', async () => {
    for (const field of [shape.date(), shape.time(), shape.datetime()]) {
      const { form, submit } = ask(shape.object({ at: field }));
      await submit();
      const input = form.getByLabelText('At');
      expect([errorOf(input), input.getAttribute('aria-invalid')]).toEqual(['Please fill this in.', 'true']);
    }
  });

  it('what holds itself, where it must be added', async () => {
    const node = shape.object({ n: shape.number({ default: 1 }), next: shape.ref('Node', { label: 'Next' }) });
    const { form, submit } = ask({ ...node, definitions: { Node: node } });
    await submit();
    expect(errorOf(form.getByRole('button', { name: 'Add Next' }))).toBe('Please fill this in.');
  });
});

describe('a moment with bounds', () => {
  it('shows them and says what is beyond', async () => {
    const at = shape.datetime({ minimum: '2026-01-01T09:00', exclusive_maximum: '2026-02-01T00:00' });
    const { form, submit } = ask(shape.object({ at: { ...at, default: '2025-12-31T10:00:00' } }));
    const input = form.getByLabelText<HTMLInputElement>('At');
    expect([input.min, input.max]).toEqual(['2026-01-01T09:00', '2026-02-01T00:00']);
    expect(form.getByText('2026-01-01 09:00 or later, before 2026-02-01 00:00')).toBeTruthy();
    await submit();
    expect(errorOf(input)).toBe('Must be 2026-01-01T09:00 or later.');
  });

  it('a time of day too, a date too', () => {
    expect(
      ask(shape.object({ at: shape.time({ minimum: '09:00', maximum: '17:00' }) })).form.getByText('09:00 to 17:00'),
    ).toBeTruthy();
    expect(
      ask(shape.object({ at: shape.date({ exclusive_minimum: '2026-01-01' }) })).form.getByText('after 2026-01-01'),
    ).toBeTruthy();
  });
});

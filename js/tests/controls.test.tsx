import { within } from '@testing-library/dom';
import { describe, expect, it } from 'vitest';
import * as shape from '../dev/shapes';
import type { FieldView } from '../src/protocol';
import { answerOf, answers, card, drawCards } from './view';

/** A card that asks for one field. */
function ask(field: FieldView) {
  const drawn = drawCards(shape.card('ask', 'Well?', { control: shape.form(field) }));
  const form = within(card(drawn.el, 'Well?'));
  return { ...drawn, form, submit: () => drawn.user.click(form.getByRole('button', { name: 'Submit' })) };
}

describe('text', () => {
  it('is sent as it was typed, spaces included', async () => {
    const { model, form, user, submit } = ask(shape.text());
    await user.type(form.getByRole('textbox', { name: 'Well?' }), ' 12 Main St ');
    await submit();
    expect(answers(model)).toEqual([
      { type: 'answer', client: expect.any(String), request: 'request-ask', value: ' 12 Main St ' },
    ]);
  });

  it('starts with its default, and keeps its lines', async () => {
    const { model, form, submit } = ask(shape.text({ multiline: true, default: 'a\nb' }));
    expect(form.getByRole<HTMLTextAreaElement>('textbox').value).toBe('a\nb');
    await submit();
    expect(answerOf(model)).toBe('a\nb');
  });

  it('keeps the lines of a text that nobody has said to be of several', async () => {
    const { model, form, user, submit } = ask(shape.text({ default: 'Dear Ann,\n\nit is ready.' }));
    const input = form.getByRole<HTMLTextAreaElement>('textbox');
    await user.type(input, ' Yours');
    await submit();
    expect(answerOf(model)).toBe('Dear Ann,\n\nit is ready. Yours');
  });

  it('keeps the lines of each text in a list', async () => {
    const { model, form, user, submit } = ask(shape.list(shape.text(), { default: ['a\nb', 'c'] }));
    await user.type(form.getAllByRole('textbox')[0] as HTMLElement, '!');
    await submit();
    expect(answerOf(model)).toEqual(['a\nb!', 'c']);
  });

  it('is the same field still when its last line end is taken away', async () => {
    const { form, user } = ask(shape.text({ default: 'a\n' }));
    const input = form.getByRole<HTMLTextAreaElement>('textbox');
    await user.click(input);
    await user.keyboard('{Backspace}b');
    expect(document.activeElement).toBe(input);
    expect(input.value).toBe('ab');
  });

  it('asks to be filled in when it is empty, and is not sent', async () => {
    const { model, form, submit } = ask(shape.text());
    await submit();
    expect(answers(model)).toEqual([]);
    const input = form.getByRole('textbox');
    expect(input.getAttribute('aria-invalid')).toBe('true');
    const described = (input.getAttribute('aria-describedby') ?? '').split(' ');
    expect(described.map((id) => document.getElementById(id)?.textContent)).toEqual(['Please fill this in.']);
  });

  it('is null when it may be', async () => {
    const { model, submit } = ask(shape.text({ nullable: true }));
    await submit();
    expect(answerOf(model)).toBeNull();
  });

  it('says what is wrong once it is left, and stops as soon as it is right', async () => {
    const { form, user } = ask(shape.text({ format: 'email' }));
    const input = form.getByRole('textbox');
    await user.type(input, 'ada');
    expect(form.queryByText('Not an e-mail address.')).toBeNull();
    await user.tab();
    expect(form.getByText('Not an e-mail address.')).toBeTruthy();
    await user.type(input, '@example.org');
    expect(form.queryByText('Not an e-mail address.')).toBeNull();
  });

  it('says nothing of a field that was only passed through', async () => {
    const { form, user } = ask(shape.text());
    await user.click(form.getByRole('textbox'));
    await user.tab();
    expect(form.queryByText('Please fill this in.')).toBeNull();
  });
});

describe('number', () => {
  it.each([
    ['250', 250],
    [' 2.50 ', 2.5],
    ['-1e3', -1000],
    ['.5', 0.5],
  ])('%j is the number %d', async (typed, value) => {
    const { model, form, user, submit } = ask(shape.number());
    await user.type(form.getByRole('textbox'), typed);
    await submit();
    expect(answerOf(model)).toBe(value);
  });

  it.each([
    ['abc', shape.number(), 'Not a number.'],
    ['0x10', shape.number(), 'Not a number.'],
    ['1e999', shape.number(), 'Not a number.'],
    ['1.5', shape.number({ integer: true }), 'Not a whole number.'],
    ['12345678901234567890', shape.number({ integer: true }), 'Too many digits: at most 15 are kept exactly.'],
    ['9', shape.number({ minimum: 10 }), 'Must be at least 10.'],
  ])('%s is refused: %#', async (typed, field, message) => {
    const { model, form, user, submit } = ask(field);
    await user.type(form.getByRole('textbox'), typed);
    await submit();
    expect(form.getByText(message)).toBeTruthy();
    expect(answers(model)).toEqual([]);
  });

  it('starts with a default of 0', async () => {
    const { model, form, submit } = ask(shape.number({ default: 0 }));
    expect(form.getByRole<HTMLInputElement>('textbox').value).toBe('0');
    await submit();
    expect(answerOf(model)).toBe(0);
  });
});

describe('yes or no', () => {
  it('is not answered until one is chosen', async () => {
    const { model, form, user, submit } = ask(shape.boolean());
    await submit();
    expect(form.getByText('Please choose one.')).toBeTruthy();
    await user.click(form.getByRole('radio', { name: 'No' }));
    await submit();
    expect(answerOf(model)).toBe(false);
  });
});

describe('one of several', () => {
  const values = [{ a: 1 }, null, false, 'text'];
  const field = { ...shape.choice(['object', 'null', 'false', 'text'], { nullable: true }) };
  field.options = field.options.map((option, index) => ({ ...option, value: values[index] }));

  it.each([0, 1, 2, 3])('sends the value of option %i, whatever JSON it is', async (index) => {
    const { model, form, user, submit } = ask(field);
    const radios = form.getAllByRole('radio');
    expect(radios).toHaveLength(4);
    await user.click(radios[index] as HTMLElement);
    await submit();
    expect(answerOf(model)).toEqual(values[index]);
  });

  it('is a select beyond four, and the default is chosen', async () => {
    const { model, form, user, submit } = ask(shape.choice(['a', 'b', 'c', 'd', 'e'], { default: 'c' }));
    const select = form.getByRole<HTMLSelectElement>('combobox', { name: 'Well?' });
    expect(select.selectedOptions[0]?.textContent).toBe('c');
    await user.selectOptions(select, 'e');
    await submit();
    expect(answerOf(model)).toBe('e');
  });

  it('can be taken back where it is optional', async () => {
    const { model, form, user, submit } = ask(shape.choice(['a', 'b'], { nullable: true, default: 'a' }));
    await user.click(form.getByRole('button', { name: 'Clear' }));
    await submit();
    expect(answerOf(model)).toBeNull();
  });
});

describe('several of many', () => {
  it('are sent in the order of the options, not of the clicks', async () => {
    const { model, form, user, submit } = ask(shape.choices(['a', 'b', 'c']));
    await user.click(form.getByRole('checkbox', { name: 'c' }));
    await user.click(form.getByRole('checkbox', { name: 'a' }));
    await user.click(form.getByRole('checkbox', { name: 'b' }));
    await user.click(form.getByRole('checkbox', { name: 'b' }));
    await submit();
    expect(answerOf(model)).toEqual(['a', 'c']);
  });

  it('none is an answer, unless some are wanted', async () => {
    const free = ask(shape.choices(['a']));
    await free.submit();
    expect(answerOf(free.model)).toEqual([]);
    free.end();
    const wanted = ask(shape.choices(['a'], { min_items: 1 }));
    await wanted.submit();
    expect(wanted.form.getByText('Choose at least 1.')).toBeTruthy();
    expect(answers(wanted.model)).toEqual([]);
  });

  it('tells how many of a long list are chosen', async () => {
    const { form, user } = ask(shape.choices(Array.from({ length: 12 }, (_, index) => index)));
    await user.click(form.getByRole('checkbox', { name: '11' }));
    expect(form.getByText('1 of 12 chosen')).toBeTruthy();
  });
});

describe('dates and times', () => {
  it('a day is sent as it is', async () => {
    const { model, form, user, submit } = ask(shape.date({ label: 'Day' }));
    await user.type(form.getByLabelText('Well?'), '2026-11-22');
    await submit();
    expect(answerOf(model)).toBe('2026-11-22');
  });

  it('a moment is sent with the offset of the browser at that moment, in winter and in summer', async () => {
    for (const [typed, sent] of [
      ['2026-11-22T10:00', '2026-11-22T10:00:00+01:00'],
      ['2026-07-01T10:00', '2026-07-01T10:00:00+02:00'],
    ] as const) {
      const { model, form, user, submit, end } = ask(shape.datetime());
      await user.type(form.getByLabelText('Well?'), typed);
      await submit();
      expect(answerOf(model)).toBe(sent);
      end();
    }
  });

  it('a default moment is shown in local time and goes back untouched', async () => {
    const { model, form, submit } = ask(shape.datetime({ default: '2026-11-22T09:00:00.250Z' }));
    expect(form.getByLabelText<HTMLInputElement>('Well?').value).toBe('2026-11-22T10:00');
    await submit();
    expect(answerOf(model)).toBe('2026-11-22T09:00:00.250Z');
  });

  it('a time of day keeps the offset of its default', async () => {
    const { model, form, user, submit } = ask(shape.time({ default: '08:30:00+05:00' }));
    const input = form.getByLabelText<HTMLInputElement>('Well?');
    expect(input.value).toBe('08:30');
    await user.clear(input);
    await user.type(input, '09:15');
    await submit();
    expect(answerOf(model)).toBe('09:15:00+05:00');
  });
});

describe('JSON', () => {
  it('is sent as text, so that no digit is lost', async () => {
    const { model, submit } = ask(shape.json({ default_text: '{"id": 12345678901234567890}' }));
    await submit();
    expect(answerOf(model)).toBe('{"id": 12345678901234567890}');
  });

  it('says where it stops being JSON', async () => {
    const { model, form, submit } = ask(shape.json({ default_text: '{\n  "a": [1, 2,],\n}' }));
    await submit();
    expect(form.getByText('Not JSON: expected a value at line 2, column 14.')).toBeTruthy();
    expect(answers(model)).toEqual([]);
  });

  it('lets Tab leave it', async () => {
    const { form, user } = ask(shape.json({ default_text: '1' }));
    await user.click(form.getByRole('textbox'));
    await user.tab();
    expect(document.activeElement).toBe(form.getByRole('button', { name: 'Submit' }));
  });
});

describe('a form', () => {
  const invoice = shape.object({
    customer: shape.text(),
    note: shape.text({ required: false }),
    discount: shape.number({ nullable: true }),
    status: shape.text({ required: false, default: 'open' }),
    address: shape.object({ street: shape.text({ min_length: 3 }), city: shape.text() }),
    delivery: shape.object({ day: shape.text(), floor: shape.number() }, { required: false }),
  });

  it('leaves out what is optional and empty, sends null for what is nullable and empty', async () => {
    const { model, form, user, submit } = ask(invoice);
    await user.type(form.getByLabelText('Customer'), 'Ada');
    await user.type(form.getByLabelText('Street'), 'Main St');
    await user.type(form.getByLabelText('City'), 'Berlin');
    await submit();
    expect(answerOf(model)).toEqual({
      customer: 'Ada',
      discount: null,
      status: 'open',
      address: { street: 'Main St', city: 'Berlin' },
    });
  });

  it('says what is wrong at each field, and puts the cursor into the first of them', async () => {
    const { model, form, user, submit } = ask(invoice);
    await user.type(form.getByLabelText('Customer'), 'Ada');
    await user.type(form.getByLabelText('Street'), 'M');
    await submit();
    expect(answers(model)).toEqual([]);
    const street = form.getByLabelText('Street');
    const errorOf = (input: HTMLElement) =>
      document.getElementById(input.getAttribute('aria-describedby') ?? '')?.textContent;
    expect(errorOf(street)).toBe('At least 3 characters.');
    expect(errorOf(form.getByLabelText('City'))).toBe('Please fill this in.');
    expect(form.getByLabelText('Customer').getAttribute('aria-invalid')).toBe('false');
    await new Promise((resolve) => requestAnimationFrame(resolve));
    expect(document.activeElement).toBe(street);
  });

  it('calls nothing optional that another field can be filled in for', async () => {
    const either = shape.object({
      database: shape.choice(['SQLite', 'Postgres'], { required: false, unmarked: true }),
      other: shape.text({ required: false, label: 'Or something else', unmarked: true }),
      note: shape.text({ required: false }),
    });
    const { model, form, user, submit } = ask(either);
    expect(form.getByRole('radiogroup', { name: 'Database' })).toBeTruthy();
    expect(form.getByLabelText('Note optional')).toBeTruthy();
    await user.type(form.getByLabelText('Or something else'), 'Files');
    await submit();
    expect(answerOf(model)).toEqual({ other: 'Files' });
  });

  it('asks for the keys of an optional part only once one of them is filled in', async () => {
    const { form, user, submit } = ask(invoice);
    await user.type(form.getByLabelText('Day'), 'Monday');
    await submit();
    const floor = form.getByLabelText('Floor');
    expect(floor.getAttribute('aria-invalid')).toBe('true');
  });

  it('does not leave out in silence a field whose default was cleared', async () => {
    const { model, form, user, submit } = ask(
      shape.object({ status: shape.text({ required: false, default: 'open' }) }),
    );
    await user.clear(form.getByLabelText('Status optional'));
    await submit();
    expect(answers(model)).toEqual([]);
    expect(form.getByText('Please fill this in.')).toBeTruthy();
  });

  it('keeps keys that mean something to JavaScript', async () => {
    const field = shape.object({ constructor: shape.text(), toString: shape.text({ required: false }) });
    field.fields.push({ name: '__proto__', field: shape.text({ label: 'Proto' }) });
    const { model, form, user, submit } = ask(field);
    await user.type(form.getByLabelText('Constructor'), 'a');
    await user.type(form.getByLabelText('Proto'), 'b');
    await submit();
    expect(JSON.stringify(answerOf(model))).toBe('{"constructor":"a","__proto__":"b"}');
  });

  it('starts with the defaults of the whole, over those of its parts', async () => {
    const field = shape.object(
      { a: shape.text({ default: 'part' }), b: shape.text({ default: 'part' }) },
      { default: { a: 'whole' } },
    );
    const { model, submit } = ask(field);
    await submit();
    expect(answerOf(model)).toEqual({ a: 'whole', b: 'part' });
  });
});

describe('an approval', () => {
  const ask = (reason: 'none' | 'optional' | 'required' | 'required_to_reject') => {
    const drawn = drawCards(shape.card('ask', 'Ship it?', { control: shape.approval({ reason }) }));
    return { ...drawn, form: within(card(drawn.el, 'Ship it?')) };
  };

  it.each([
    ['Approve', true],
    ['Reject', false],
  ])('%s sends %s, and no reason when none is given', async (name, value) => {
    const { model, form, user } = ask('optional');
    await user.click(form.getByRole('button', { name }));
    expect(answers(model)).toEqual([{ type: 'answer', client: expect.any(String), request: 'request-ask', value }]);
  });

  it('sends the reason beside the answer', async () => {
    const { model, form, user } = ask('optional');
    await user.type(form.getByRole('textbox'), ' too dear ');
    await user.click(form.getByRole('button', { name: 'Reject' }));
    expect(answers(model)[0]).toMatchObject({ value: false, reason: 'too dear' });
  });

  it('wants a reason to reject, and none to approve', async () => {
    const { model, form, user } = ask('required_to_reject');
    await user.click(form.getByRole('button', { name: 'Reject' }));
    expect(answers(model)).toEqual([]);
    expect(form.getByText('Please fill this in.')).toBeTruthy();
    expect(document.activeElement).toBe(form.getByRole('textbox'));
    await user.click(form.getByRole('button', { name: 'Approve' }));
    expect(answerOf(model)).toBe(true);
  });

  it('wants a reason for both where it is required', async () => {
    const { model, form, user } = ask('required');
    await user.click(form.getByRole('button', { name: 'Approve' }));
    expect(answers(model)).toEqual([]);
  });

  it('has no reason where none is wanted', () => {
    expect(ask('none').form.queryByRole('textbox')).toBeNull();
  });
});

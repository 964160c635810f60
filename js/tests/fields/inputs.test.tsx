import { fireEvent } from '@testing-library/preact';
import { describe, expect, it } from 'vitest';
import * as shape from '../../dev/shapes';
import { answerOf, answers } from '../view';
import { ask } from './ask';

describe('a number with two bounds', () => {
  const share = shape.object({ share: shape.number({ minimum: 0, maximum: 50, integer: true, default: 10 }) });

  it('has a slider that writes the number', async () => {
    const { model, form, submit } = ask(share);
    const slider = form.getByRole<HTMLInputElement>('slider', { name: 'Slider', description: 'Share' });
    expect([slider.min, slider.max, slider.step, slider.value]).toEqual(['0', '50', '1', '10']);
    fireEvent.input(slider, { target: { value: '20' } });
    expect(form.getByRole<HTMLInputElement>('textbox', { name: 'Share' }).value).toBe('20');
    await submit();
    expect(answerOf(model)).toEqual({ share: 20 });
  });

  it('the number stays what is typed, however fine', async () => {
    const { model, form, user, submit } = ask(shape.number({ minimum: 0, maximum: 1 }));
    await user.type(form.getByRole('textbox'), '0.123456');
    await submit();
    expect(answerOf(model)).toBe(0.123456);
  });

  it('has none where one bound is missing, or where it would be too fine to hold', () => {
    expect(ask(shape.number({ minimum: 0 })).form.queryByRole('slider')).toBeNull();
    const wide = shape.number({ integer: true, minimum: 0, maximum: 10 ** 9 });
    expect(ask(wide).form.queryByRole('slider')).toBeNull();
  });

  it('is described by what names the number', () => {
    const rows = shape.object({ n: shape.list(shape.number({ minimum: 0, maximum: 9 }), { default: [1, 2] }) });
    const { form } = ask(rows);
    expect(form.getByRole<HTMLInputElement>('slider', { name: 'Slider', description: 'N 2' }).value).toBe('2');
    expect(
      ask(shape.number({ minimum: 0, maximum: 1 })).form.getByRole('slider', { description: 'Well?' }),
    ).toBeTruthy();
  });

  it('slides in its steps', () => {
    const { form } = ask(shape.number({ minimum: 1, maximum: 20, multiple_of: 5 }));
    const slider = form.getByRole<HTMLInputElement>('slider');
    expect([slider.min, slider.step]).toEqual(['5', '5']);
  });
});

describe('one of many', () => {
  const names = Array.from({ length: 20 }, (_, index) => `Place ${index}`);
  const place = shape.object({ place: shape.choice([...names, 'New', 'New York'], { default: 'Place 3' }) });

  it('is found by typing its name', async () => {
    const { model, form, user, submit } = ask(place);
    const input = form.getByRole<HTMLInputElement>('combobox', { name: 'Place' });
    expect(input.value).toBe('Place 3');
    expect(input.list?.options).toHaveLength(22);
    await user.clear(input);
    await user.type(input, 'New York');
    await submit();
    expect(answerOf(model)).toEqual({ place: 'New York' });
  });

  it('takes another spelling once the field is left', async () => {
    const { model, form, user, submit } = ask(place);
    const input = form.getByRole('combobox');
    await user.clear(input);
    await user.type(input, ' new york ');
    await user.tab();
    await submit();
    expect(answerOf(model)).toEqual({ place: 'New York' });
  });

  it('keeps what is typed and is none of them, and says so', async () => {
    const { model, form, user, submit } = ask(place);
    const input = form.getByRole<HTMLInputElement>('combobox');
    await user.clear(input);
    await user.type(input, 'Atlantis');
    await submit();
    expect(form.getByText('Not one of the choices.')).toBeTruthy();
    expect(input.value).toBe('Atlantis');
    expect(answers(model)).toEqual([]);
  });
});

describe('a text of a format', () => {
  it('a colour can be picked or typed', async () => {
    const { model, form, submit } = ask(shape.object({ colour: shape.text({ format: 'color' }) }));
    fireEvent.input(form.getByLabelText('Pick Colour'), { target: { value: '#ff0000' } });
    expect(form.getByRole<HTMLInputElement>('textbox', { name: 'Colour' }).value).toBe('#ff0000');
    await submit();
    expect(answerOf(model)).toEqual({ colour: '#ff0000' });
  });

  it.each([
    ['uuid', '123', 'Not a UUID.'],
    ['color', 'red', 'Not a colour: # and six digits, such as #3b55d9.'],
    ['duration', '1h', 'Not a duration: P1DT2H30M is one day, two hours and a half.'],
  ] as const)('%s: says how it is written', async (format, typed, message) => {
    const { form, user, submit } = ask(shape.text({ format }));
    await user.type(form.getByRole('textbox'), typed);
    await submit();
    expect(form.getByText(message)).toBeTruthy();
  });

  it('an example is shown while it is empty', () => {
    expect(ask(shape.text({ example: 'AB-1' })).form.getByPlaceholderText('AB-1')).toBeTruthy();
  });

  it('Markdown has several lines', () => {
    const { form } = ask(shape.text({ format: 'markdown', multiline: true }));
    expect(form.getByRole('textbox').tagName).toBe('TEXTAREA');
  });
});

describe('what is read only', () => {
  it('is shown, cannot be changed and goes back as it came', async () => {
    const { model, form, user, submit } = ask(
      shape.object({
        id: shape.text({ read_only: true, default: 'x' }),
        tags: shape.list(shape.text(), { read_only: true, default: ['a'] }),
        none: shape.text({ read_only: true }),
        name: shape.text(),
      }),
    );
    expect(form.getByRole<HTMLInputElement>('textbox', { name: 'Id' }).disabled).toBe(true);
    expect(form.queryByRole('button', { name: /Tags/ })).toBeNull();
    await user.type(form.getByRole('textbox', { name: 'Name' }), 'Ada');
    await submit();
    expect(answerOf(model)).toEqual({ id: 'x', tags: ['a'], none: '', name: 'Ada' });
  });
});

import { describe, expect, it } from 'vitest';
import * as shape from '../../dev/shapes';
import { answerOf, answers, card, update } from '../view';
import { ask, errorOf, values } from './ask';

const tags = shape.object({ tags: shape.list(shape.text(), { default: ['a', 'b', 'c'] }) });
const focused = () => document.activeElement?.getAttribute('aria-label');

describe('a list', () => {
  it('starts with its default and is sent as a list', async () => {
    const { model, form, submit } = ask(tags);
    expect(values(form.getAllByRole('textbox'))).toEqual(['a', 'b', 'c']);
    await submit();
    expect(answerOf(model)).toEqual({ tags: ['a', 'b', 'c'] });
  });

  it('names each item by its place in the list', () => {
    const { form } = ask(tags);
    expect(form.getByRole<HTMLInputElement>('textbox', { name: 'Tags 2' }).value).toBe('b');
    expect(form.getByRole('group', { name: 'Tags' })).toBeTruthy();
  });

  it('is named by the question where it is the whole answer', async () => {
    const { model, form, user, press, submit } = ask(shape.list(shape.text()));
    await press('Add item');
    await user.type(form.getByRole('textbox', { name: 'Well? 1' }), 'x');
    await submit();
    expect(answerOf(model)).toEqual(['x']);
  });

  it('adds an item and puts the cursor into it', async () => {
    const { model, form, user, press, submit } = ask(tags);
    await press('Add item to Tags');
    expect(document.activeElement).toBe(form.getByRole('textbox', { name: 'Tags 4' }));
    await user.keyboard('d');
    await submit();
    expect(answerOf(model)).toEqual({ tags: ['a', 'b', 'c', 'd'] });
  });

  it('is worked by the keyboard alone', async () => {
    const { model, form, user, submit } = ask(tags);
    form.getByRole('button', { name: 'Add item to Tags' }).focus();
    await user.keyboard(' ');
    await user.keyboard('d');
    form.getByRole('button', { name: 'Move item 4 of Tags up' }).focus();
    await user.keyboard(' ');
    expect(focused()).toBe('Move item 3 of Tags up');
    await user.keyboard(' ');
    await user.keyboard(' ');
    // At the top it can only go back.
    expect(focused()).toBe('Move item 1 of Tags down');
    await submit();
    expect(answerOf(model)).toEqual({ tags: ['d', 'a', 'b', 'c'] });
  });

  it('removes an item; the focus goes to the next one, at the end to the one before', async () => {
    const { model, form, press, submit } = ask(tags);
    await press('Remove item 2 of Tags');
    expect(values(form.getAllByRole('textbox'))).toEqual(['a', 'c']);
    expect(focused()).toBe('Remove item 2 of Tags');
    await press('Remove item 2 of Tags');
    expect(focused()).toBe('Remove item 1 of Tags');
    await press('Remove item 1 of Tags');
    expect(focused()).toBe('Add item to Tags');
    await submit();
    expect(answerOf(model)).toEqual({ tags: [] });
  });

  it('tells those who cannot see it where an item went', async () => {
    const { form, press } = ask(tags);
    await press('Move item 1 of Tags down');
    expect(form.getByText('Moved to place 2 of 3').getAttribute('role')).toBe('status');
    await press('Remove item 1 of Tags');
    expect(form.getByText('Removed; 2 left')).toBeTruthy();
  });

  it('an item that moves takes what was typed with it', async () => {
    const { form, user, press } = ask(tags);
    await user.type(form.getByRole('textbox', { name: 'Tags 1' }), '!');
    await press('Move item 1 of Tags down');
    expect(values(form.getAllByRole('textbox'))).toEqual(['b', 'a!', 'c']);
  });

  it('has room for as many as it may hold, and says how many it wants', async () => {
    const { model, form, press, submit } = ask(shape.list(shape.text(), { min_items: 1, max_items: 2, default: [] }));
    expect(form.getByText('1 to 2')).toBeTruthy();
    await submit();
    expect(form.getByText('At least 1 item.')).toBeTruthy();
    expect(answers(model)).toEqual([]);
    await press('Add item');
    await press('Add item');
    expect(form.getByRole<HTMLButtonElement>('button', { name: 'Add item' }).disabled).toBe(true);
  });

  it('shows as many empty items as are wanted', () => {
    const { form } = ask(shape.list(shape.text(), { min_items: 2 }));
    expect(values(form.getAllByRole('textbox'))).toEqual(['', '']);
  });

  it('says at the item what is wrong with it, and puts the cursor there', async () => {
    const { model, form, user, submit } = ask(
      shape.object({ n: shape.list(shape.number(), { unique: true, default: [1, 2, 1] }) }),
    );
    await submit();
    const third = form.getByRole('textbox', { name: 'N 3' });
    expect(errorOf(third)).toBe('The same as an item above.');
    await new Promise((resolve) => requestAnimationFrame(resolve));
    expect(document.activeElement).toBe(third);
    expect(answers(model)).toEqual([]);
    await user.type(third, '0');
    await submit();
    expect(answerOf(model)).toEqual({ n: [1, 2, 10] });
  });

  it('says nothing yet of an item that is added after a submit that failed', async () => {
    const line = shape.object({ sku: shape.text() });
    const { form, user, press, submit } = ask(shape.object({ who: shape.text(), lines: shape.list(line) }));
    await press('Add item to Lines');
    await submit();
    const [who, first] = form.getAllByRole('textbox') as [HTMLElement, HTMLElement];
    expect([errorOf(who), errorOf(first)]).toEqual(['Please fill this in.', 'Please fill this in.']);
    await press('Add item to Lines');
    const second = form.getAllByRole('textbox')[2] as HTMLElement;
    expect([who, first, second].map(errorOf)).toEqual(['Please fill this in.', 'Please fill this in.', undefined]);
    await user.type(first, 'x');
    await user.clear(first);
    expect(errorOf(first)).toBe('Please fill this in.');
    await submit();
    expect(errorOf(second)).toBe('Please fill this in.');
  });

  it('shows what the kernel refused at the item, until it is mended', async () => {
    const { form, user, model, asked, el } = ask(tags);
    update(model, { cards: [{ ...asked, field_errors: { 'tags/1': 'No.' }, refusals: 1 }] });
    const second = form.getByRole('textbox', { name: 'Tags 2' });
    expect(errorOf(second)).toBe('No.');
    await user.type(second, 'x');
    expect(card(el, 'Well?').textContent).not.toContain('No.');
  });

  it('holds objects, and their defaults go back as they came', async () => {
    const line = shape.object({ sku: shape.text(), at: shape.datetime({ required: false }) });
    const { model, form, user, press, submit } = ask(
      shape.list(line, { default: [{ sku: 'a', at: '2026-11-22T09:00:00.250Z' }] }),
    );
    await press('Add item');
    const second = form.getByRole('group', { name: 'Well? 2' });
    expect(second.contains(document.activeElement)).toBe(true);
    await user.keyboard('b');
    await submit();
    expect(answerOf(model)).toEqual([{ sku: 'a', at: '2026-11-22T09:00:00.250Z' }, { sku: 'b' }]);
  });

  it('holds lists', async () => {
    const { model, user, press, submit } = ask(
      shape.object({ rows: shape.list(shape.list(shape.number({ label: 'Row' }), { label: 'Row' })) }),
    );
    await press('Add item to Rows');
    await press('Add item to Row');
    await user.keyboard('1');
    await press('Add item to Row');
    await user.keyboard('2');
    await submit();
    expect(answerOf(model)).toEqual({ rows: [[1, 2]] });
  });

  it('is left out where it is optional and nobody touched it', async () => {
    const { model, submit } = ask(shape.object({ tags: shape.list(shape.text(), { required: false }) }));
    await submit();
    expect(answerOf(model)).toEqual({});
  });
});

describe('a tuple', () => {
  it('has a field for each place', async () => {
    const { model, form, user, submit } = ask(
      shape.tuple([shape.number({ label: 'Latitude' }), shape.number({ label: 'Longitude' })], { default: [52.5, 13] }),
    );
    await user.type(form.getByRole('textbox', { name: 'Longitude' }), '.4');
    await submit();
    expect(answerOf(model)).toEqual([52.5, 13.4]);
  });

  it('says at the place what is wrong with it', async () => {
    const { form, user, submit } = ask(shape.object({ pair: shape.tuple([shape.number(), shape.text()]) }));
    await user.type(form.getByRole('textbox', { name: 'Item 1' }), 'x');
    await submit();
    expect(errorOf(form.getByRole('textbox', { name: 'Item 1' }))).toBe('Not a number.');
    expect(errorOf(form.getByRole('textbox', { name: 'Item 2' }))).toBe('Please fill this in.');
  });
});

describe('what holds itself', () => {
  const tree = shape.object({ name: shape.text(), children: shape.list(shape.ref('Tree'), { required: false }) });
  const node = shape.object({ name: shape.text(), next: shape.ref('Node', { label: 'Next', nullable: true }) });

  it('grows item by item', async () => {
    const { model, form, user, submit } = ask({ ...tree, definitions: { Tree: tree } });
    await user.type(form.getByRole('textbox', { name: 'Name' }), 'a');
    await user.click(form.getByRole('button', { name: 'Add item to Children' }));
    await user.keyboard('b');
    await user.click(form.getAllByRole('button', { name: 'Add item to Children' })[0] as HTMLElement);
    await user.keyboard('c');
    await submit();
    expect(answerOf(model)).toEqual({ name: 'a', children: [{ name: 'b', children: [{ name: 'c' }] }] });
  });

  it('is drawn as deep as its default', async () => {
    const start = { name: 'a', children: [{ name: 'b', children: [{ name: 'c', children: [] }] }] };
    const { model, form, submit } = ask({ ...tree, default: start, definitions: { Tree: tree } });
    expect(values(form.getAllByRole('textbox'))).toEqual(['a', 'b', 'c']);
    await submit();
    expect(answerOf(model)).toEqual(start);
  });

  it('is drawn in an object of its own kind only when it is asked for, and can be taken away', async () => {
    const { model, form, user, press, submit } = ask({ ...node, definitions: { Node: node } });
    await user.type(form.getByRole('textbox'), 'a');
    await press('Add Next');
    expect(form.getAllByRole('group', { name: 'Next optional' })[0]?.contains(document.activeElement)).toBe(true);
    await user.keyboard('b');
    await press('Add Next');
    await submit();
    expect(form.getByText('Please fill this in.')).toBeTruthy();
    await user.click(form.getAllByRole('button', { name: 'Remove Next' })[0] as HTMLElement);
    expect(focused()).toBe('Add Next');
    await submit();
    expect(answerOf(model)).toEqual({ name: 'a', next: { name: 'b', next: null } });
  });
});

/** A table of rows to tick, with a kernel that answers what is asked of it. */
import { fireEvent, within } from '@testing-library/dom';
import { act } from '@testing-library/preact';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { card as cardOf, text } from '../dev/shapes';
import { answerQuery, COLUMNS, rowOf, table, tableColumn } from '../dev/table';
import { startTable, tableReply } from '../src/cards/table';
import type { TableControl, TableQuery } from '../src/protocol';
import { cellOf, withEdit } from '../src/rich/table/edits';
import { ROW, scrolledTo, TALLEST, windowOf } from '../src/rich/table/window';
import { answerOf, answers, card, draw, modelOf, update } from './view';

// No page here can import a blob: the loader alone is replaced, by the bundle's own entry point.
vi.mock('../src/loaded/load', () => ({ loadCode: () => import('../src/rich/index').then((module) => module.default) }));

// It takes its time where the machine is busy.
beforeAll(async () => {
  await import('../src/rich/index');
}, 60_000);

const QUESTION = 'Which orders?';
const count = (queries: TableQuery[], want: TableQuery['want']) => queries.filter((one) => one.want === want).length;

async function asking(control: TableControl, rows = rowOf) {
  const queries: TableQuery[] = [];
  const model = modelOf({ cards: [cardOf('rows', QUESTION, { control })] });
  model.kernel = (intent) => {
    if (intent.type === 'hello') queueMicrotask(() => model.tell({ type: 'ack', client: intent.client }));
    if (intent.type !== 'fetch') return;
    const query = intent.what as unknown as TableQuery;
    queries.push(query);
    const data = answerQuery(rows, control.count, query);
    queueMicrotask(() => act(() => model.tell({ type: 'fetched', client: intent.client, id: intent.id, data })));
  };
  const drawn = draw(model);
  const form = card(drawn.el, QUESTION);
  if (control.count > 0) await vi.waitFor(() => expect(within(form).getByText('1000')).toBeTruthy());
  const box = (position: number) =>
    form.querySelector<HTMLInputElement>(`input[aria-label^="Row ${position + 1}:"]`) as HTMLInputElement;
  const cell = (row: number, column: number) =>
    form.querySelector<HTMLElement>(`[data-at="${row}:${column + 1}"]`) as HTMLElement;
  const ids = () => [...form.querySelectorAll('tbody tr td:nth-child(2)')].map((one) => one.textContent);
  const button = (name: string) => within(form).getByRole('button', { name });
  const line = () => form.querySelector('.hitl-table-line')?.textContent ?? '';
  const counter = () => form.querySelector('.hitl-table-bar .hitl-count')?.textContent;
  return { ...drawn, model, form, queries, box, cell, ids, button, line, counter };
}

const key = (name: string, more: object = {}) =>
  act(() => {
    fireEvent.keyDown(document.activeElement as Element, { key: name, ...more });
  });
const focused = () => (document.activeElement as HTMLElement).dataset['at'];

describe('ticking', () => {
  it('answers with the positions of the ticked rows', async () => {
    const { model, user, box, button, counter } = await asking(table(120));
    await user.click(box(5));
    await user.click(box(2));
    await user.click(box(7));
    await user.click(box(7));
    expect(counter()).toBe('2 of 120 ticked');
    await user.click(button('Submit'));
    expect(answerOf(model)).toEqual({ picked: [2, 5], edits: [] });
  });

  it('starts from what is proposed, and clears it', async () => {
    const start = { picked: [1, 3], edits: [] };
    const { model, user, box, button } = await asking(table(120, { start }));
    expect([box(1).checked, box(2).checked, box(3).checked]).toEqual([true, false, true]);
    await user.click(button('Clear'));
    expect(box(1).checked).toBe(false);
    await user.click(button('Submit'));
    expect(answerOf(model)).toEqual({ picked: [], edits: [] });
  });

  it('of all rows that a filter shows asks the kernel, and unticks them again', async () => {
    const { user, form, queries, counter, ids, box } = await asking(table(120));
    await user.type(within(form).getByLabelText('Search in all columns'), 'ada');
    await vi.waitFor(() => expect(counter()).toContain('15 shown'));
    const all = within(form).getByLabelText('Tick all rows that are shown');
    await user.click(all);
    await vi.waitFor(() => expect(counter()).toBe('15 of 120 ticked · 15 shown'));
    expect(queries.at(-1)).toMatchObject({ want: 'positions', search: 'ada' });
    expect(ids().slice(0, 2)).toEqual(['1000', '1008']);
    expect(box(8).checked).toBe(true);
    await user.click(all);
    await vi.waitFor(() => expect(counter()).toBe('0 of 120 ticked · 15 shown'));
  });

  it('shows only what is ticked, where a row that is unticked stays in sight', async () => {
    const { user, box, button, ids, counter } = await asking(table(120));
    await user.click(box(4));
    await user.click(box(9));
    await user.click(button('Only ticked'));
    await vi.waitFor(() => expect(ids()).toEqual(['1004', '1009']));
    await user.click(box(4));
    expect(ids()).toEqual(['1004', '1009']);
    expect(counter()).toBe('1 of 120 ticked · 2 shown');
    await user.click(button('Only ticked'));
    await vi.waitFor(() => expect(ids()[0]).toBe('1000'));
  });

  it('says how many are wanted once somebody tries to submit', async () => {
    const { model, user, form, box, button } = await asking(table(120, { min_items: 1, max_items: 2 }));
    await user.click(button('Submit'));
    expect(within(form).getByText('Choose at least 1.')).toBeTruthy();
    for (const at of [0, 1, 2]) await user.click(box(at));
    await user.click(button('Submit'));
    expect(within(form).getByText('Choose at most 2.')).toBeTruthy();
    expect(answers(model)).toEqual([]);
    await user.click(box(0));
    await user.click(button('Submit'));
    expect(answerOf(model)).toEqual({ picked: [1, 2], edits: [] });
  });

  it('of one takes the last one', async () => {
    const { model, user, form, box, button } = await asking(table(4, { pick: 'one' }));
    await user.click(button('Submit'));
    expect(within(form).getByText('Please choose one.')).toBeTruthy();
    await user.click(box(1));
    await user.click(box(3));
    expect([box(1).checked, box(3).checked]).toEqual([false, true]);
    await user.click(button('Submit'));
    expect(answerOf(model)).toEqual({ picked: [3], edits: [] });
  });

  it('needs but a click anywhere in a row where nothing can be edited', async () => {
    const columns = COLUMNS.map((column) => ({ ...column, field: null }));
    const { user, cell, box } = await asking({ ...table(4), columns });
    await user.click(cell(2, 1));
    expect(box(2).checked).toBe(true);
    await user.click(cell(2, 1));
    expect(box(2).checked).toBe(false);
  });

  it('is for reading once the answer is on its way', async () => {
    const { model, user, box, button, form } = await asking(table(4));
    await user.click(box(0));
    await user.click(button('Submit'));
    expect([...form.querySelectorAll<HTMLInputElement>('tbody input')].every(({ disabled }) => disabled)).toBe(true);
    update(model, {
      cards: [cardOf('rows', QUESTION, { control: table(4), refusals: 1, error: 'The graph asks again.' })],
    });
    expect(box(0).checked).toBe(true);
    expect(within(form).getByText('The graph asks again.')).toBeTruthy();
  });
});

describe('what is looked at', () => {
  it('is sorted up, down and not at all', async () => {
    const { user, form, ids, button } = await asking(table(120));
    const header = () => within(form).getByRole('button', { name: 'price' }).closest('th');
    await user.click(button('price'));
    expect(header()?.getAttribute('aria-sort')).toBe('ascending');
    await user.click(button('price'));
    await vi.waitFor(() => expect(ids()[0]).toBe('1101'));
    expect(header()?.getAttribute('aria-sort')).toBe('descending');
    await user.click(button('price'));
    await vi.waitFor(() => expect(ids()[0]).toBe('1000'));
    expect(header()?.getAttribute('aria-sort')).toBe('none');
  });

  it('is filtered by column, and a filter that cannot be read says so', async () => {
    const { user, form, button, counter, line } = await asking(table(120));
    await user.click(button('Filters'));
    await user.selectOptions(within(form).getByLabelText('Filter region'), 'US');
    await vi.waitFor(() => expect(counter()).toContain('40 shown'));
    await user.selectOptions(within(form).getByLabelText('Filter paid'), 'Yes');
    await vi.waitFor(() => expect(counter()).not.toContain('40 shown'));
    const price = within(form).getByLabelText('Filter price');
    await user.type(price, '?');
    await vi.waitFor(() => expect(line()).toContain('price: Not a number.'));
    expect(price.getAttribute('aria-invalid')).toBe('true');
    await user.click(button('Filters'));
    await vi.waitFor(() => expect(counter()).toBe('0 of 120 ticked'));
  });

  it('is asked for once somebody stops typing', async () => {
    const { user, form, queries, counter } = await asking(table(120));
    const before = queries.length;
    await user.type(within(form).getByLabelText('Search in all columns'), 'grace');
    await vi.waitFor(() => expect(counter()).toContain('shown'));
    expect(queries.slice(before)).toHaveLength(1);
  });

  it('says that nothing is found, and that there is nothing', async () => {
    const { user, form } = await asking(table(120));
    await user.type(within(form).getByLabelText('Search in all columns'), 'xyzzy');
    await vi.waitFor(() => expect(within(form).getByText(/No row is shown/)).toBeTruthy());
    const empty = await asking(table(0));
    await vi.waitFor(() => expect(within(empty.form).getByText('There are no rows.')).toBeTruthy());
    await empty.user.click(empty.button('Submit'));
    expect(answerOf(empty.model)).toEqual({ picked: [], edits: [] });
  });

  it('is drawn in part, and fetched as it comes into sight', async () => {
    const { form, queries } = await asking(table(100_000));
    expect(form.querySelectorAll('tbody tr').length).toBeLessThan(40);
    expect(form.querySelector('table')?.getAttribute('aria-rowcount')).toBe('100001');
    const scroller = form.querySelector('.hitl-table-scroller') as HTMLElement;
    scroller.scrollTop = 50_000 * ROW;
    act(() => {
      fireEvent.scroll(scroller);
    });
    expect(form.querySelectorAll('.hitl-skeleton').length).toBeGreaterThan(9);
    await vi.waitFor(() => expect(within(form).getByText('51000')).toBeTruthy());
    expect(queries.filter((one) => one.want === 'page' && (one.offset ?? 0) > 0).map((one) => one.offset)).toEqual([
      49_900, 50_000,
    ]);
    expect(within(form).getByText('51000').closest('tr')?.getAttribute('aria-rowindex')).toBe('50002');
  });

  it('says why nothing can be shown, and tries again', async () => {
    const { model, user, form, line, button } = await asking(table(120));
    const good = model.kernel;
    model.kernel = (intent) => {
      if (intent.type !== 'fetch') return;
      act(() => model.tell({ type: 'fetched', client: intent.client, id: intent.id, error: 'MemoryError: no more' }));
    };
    await user.click(button('id'));
    await vi.waitFor(() => expect(line()).toContain('MemoryError: no more'));
    model.kernel = good;
    await user.click(within(form).getByRole('button', { name: 'Try again' }));
    await vi.waitFor(() => expect(line()).not.toContain('MemoryError'));
  });

  it('shows a cell as text, never as markup, and says so where it is empty', async () => {
    const hostile = '<img src=x onerror="alert(1)">';
    const { form, cell } = await asking(table(1), () => ['1000', hostile, '1', 'Yes', 'EU', null, null]);
    expect(cell(0, 1).textContent).toBe(hostile);
    expect(form.querySelector('tbody img')).toBeNull();
    expect(cell(0, 5).textContent).toBe('–empty');
  });
});

describe('a cell that is being edited', () => {
  it('keeps what was typed when the cell of the notebook is drawn anew', async () => {
    const { model, user, cell, end } = await asking(table(20));
    await user.dblClick(cell(3, 1));
    await user.keyboard('Ada L');
    act(() => end());
    const after = draw(model);
    await vi.waitFor(() => expect(within(card(after.el, QUESTION)).getByText(/^Ada L/)).toBeTruthy());
  });
});

describe('a cell with odd characters', () => {
  const odd = (at: number) => rowOf(at).map((cell, column) => (column === 1 ? `p\u0430ypal\u202e ${at}` : cell));
  const marks = (inside: HTMLElement) =>
    within(inside)
      .queryAllByRole('img')
      .map((one) => one.getAttribute('aria-label'));

  it('shows them, and in its title too', async () => {
    const { cell } = await asking(table(20), odd);
    expect(marks(cell(3, 1))).toEqual(['Look-alike U+0430', 'Hidden U+202E']);
    expect(cell(3, 1).title).toBe('p\u0430⟨U+0430⟩ypal⟨U+202E⟩ 3');
  });

  it('says below the table what its editor cannot show', async () => {
    const { user, form, cell } = await asking(table(20), odd);
    await user.dblClick(cell(3, 1));
    const line = form.querySelector('.hitl-table-line') as HTMLElement;
    expect(line.textContent).toContain('Not as it looks');
    expect(marks(line)).toEqual(['Look-alike U+0430', 'Hidden U+202E']);
    await user.keyboard('Ada');
    expect(marks(line)).toEqual([]);
  });

  it('is a column whose name shows them', async () => {
    const columns = [tableColumn('p\u0430y', 'text'), ...COLUMNS.slice(1)];
    const { form } = await asking(table(20, { columns }));
    expect(marks(form.querySelector('thead') as HTMLElement)).toContain('Look-alike U+0430');
  });
});

describe('editing', () => {
  it('a cell ticks its row, and is sent with it', async () => {
    const { model, user, cell, box, button, form } = await asking(table(120));
    await user.dblClick(cell(4, 2));
    const input = within(form).getByLabelText('price, row 5') as HTMLInputElement;
    expect(document.activeElement).toBe(input);
    await user.clear(input);
    await user.type(input, '12.5{Enter}');
    expect(focused()).toBe('4:3');
    expect(cell(4, 2).textContent).toBe('12.5, was 16.76');
    expect(cell(4, 2).getAttribute('title')).toBe('Was 16.76');
    expect(box(4).checked).toBe(true);
    await user.click(button('Submit'));
    expect(answerOf(model)).toEqual({ picked: [4], edits: [{ position: 4, column: 2, value: 12.5 }] });
  });

  it('keeps the cursor in a text that grows long', async () => {
    const { user, cell } = await asking(table(120));
    const long = 'A customer whose name has more than forty characters';
    await user.dblClick(cell(0, 1));
    await user.keyboard(`${long}{Enter}`);
    expect(cell(0, 1).textContent).toBe(`${long}, was Ada Clarke`);
    await user.dblClick(cell(0, 1));
    expect(document.activeElement?.tagName).toBe('TEXTAREA');
    await user.keyboard('One{Shift>}{Enter}{/Shift}two{Enter}');
    expect(cell(0, 1).textContent).toBe('One\ntwo, was Ada Clarke');
  });

  it('with Tab goes on to the next cell, with Escape gives the cell back', async () => {
    const { user, cell, form, box } = await asking(table(120));
    act(() => cell(1, 1).focus());
    key('F2');
    await user.clear(within(form).getByLabelText('customer, row 2'));
    await user.keyboard('Eve{Tab}');
    expect(cell(1, 1).textContent).toBe('Eve, was Grace Lovelace');
    expect(focused()).toBe('1:3');
    key('Enter');
    await user.keyboard('99{Escape}');
    expect(cell(1, 2).textContent).toBe('79.19');
    expect(focused()).toBe('1:3');
    expect(box(1).checked).toBe(true);
  });

  it('says what is wrong and stays; nothing is sent until it is mended', async () => {
    const { model, user, cell, form, line, button } = await asking(table(120));
    await user.dblClick(cell(0, 2));
    const input = within(form).getByLabelText('price, row 1') as HTMLInputElement;
    await user.clear(input);
    await user.type(input, 'dear{Enter}');
    expect(line()).toContain('price: Not a number.');
    expect(input.getAttribute('aria-invalid')).toBe('true');
    await user.click(button('Submit'));
    expect(answers(model)).toEqual([]);
    await user.clear(input);
    await user.type(input, '7');
    // What is in the editor counts.
    await user.click(button('Submit'));
    expect(answerOf(model)).toEqual({ picked: [0], edits: [{ position: 0, column: 2, value: 7 }] });
  });

  it('of choices, dates, yes and no has inputs of their own', async () => {
    const { model, user, cell, form, button } = await asking(table(120));
    await user.dblClick(cell(0, 4));
    await user.selectOptions(within(form).getByLabelText('region, row 1'), 'US');
    key('Enter');
    await user.dblClick(cell(0, 3));
    await user.selectOptions(within(form).getByLabelText('paid, row 1'), 'No');
    key('Enter');
    await user.dblClick(cell(0, 5));
    const due = within(form).getByLabelText('due, row 1') as HTMLInputElement;
    expect([due.type, due.value]).toEqual(['date', '2026-01-01']);
    act(() => {
      fireEvent.input(due, { target: { value: '' } });
    });
    key('Enter');
    expect(cell(0, 5).textContent).toContain('–empty');
    await user.click(button('Submit'));
    expect(answerOf(model)).toEqual({
      picked: [0],
      edits: [
        { position: 0, column: 4, value: 'US' },
        { position: 0, column: 3, value: false },
        { position: 0, column: 5, value: null },
      ],
    });
  });

  it('is undone cell by cell; entering what was there undoes it too', async () => {
    const start = { picked: [5], edits: [{ position: 5, column: 2, value: 12.5, now: '12.5', was: '95.95' }] };
    const { user, cell, form, line } = await asking(table(120, { start }));
    act(() => cell(5, 2).focus());
    expect(line()).toContain('price was 95.95');
    await user.click(within(form).getByRole('button', { name: 'Undo this change' }));
    expect(cell(5, 2).textContent).toBe(rowOf(5)[2]);
    await user.dblClick(cell(5, 1));
    await user.keyboard('x{Enter}');
    expect(cell(5, 1).textContent).toBe('x, was Donald Johnson');
    await user.dblClick(cell(5, 1));
    await user.keyboard('Donald Johnson{Enter}');
    expect(cell(5, 1).textContent).toBe('Donald Johnson');
    await user.dblClick(cell(5, 1));
    await user.keyboard('y{Enter}');
    key('z', { ctrlKey: true });
    expect(cell(5, 1).textContent).toBe('Donald Johnson');
  });

  it('of a row that is unticked again is said not to be sent', async () => {
    const { model, user, cell, box, button, line } = await asking(table(120));
    await user.dblClick(cell(0, 1));
    await user.keyboard('Eve{Enter}');
    await user.click(box(0));
    act(() => cell(2, 1).focus());
    expect(line()).toContain('1 row is changed but not ticked');
    await user.click(box(1));
    await user.click(button('Submit'));
    expect(answerOf(model)).toEqual({ picked: [1], edits: [] });
  });

  it('does not open where a column cannot be edited', async () => {
    const { user, cell, form } = await asking(table(120));
    await user.dblClick(cell(0, 0));
    key('Enter');
    expect(form.querySelector('td input:not([type=checkbox])')).toBeNull();
  });

  it('of a cut text asks for all of it', async () => {
    const columns = [tableColumn('id', 'integer'), tableColumn('note', 'text', { field: text({ min_length: 0 }) })];
    const drawn = await asking({ ...table(3), columns }, (at) => [String(1000 + at), 'short']);
    const good = drawn.model.kernel;
    drawn.model.kernel = (intent) => {
      const query = intent.type === 'fetch' ? (intent.what as unknown as TableQuery) : null;
      if (intent.type !== 'fetch' || query?.want !== 'page') return good(intent);
      const rows = [{ position: 0, cells: ['1000', 'cut'], cut: [1] }];
      act(() =>
        drawn.model.tell({
          type: 'fetched',
          client: intent.client,
          id: intent.id,
          data: { total: 1, rows, errors: [] },
        }),
      );
    };
    await drawn.user.click(drawn.button('id'));
    await vi.waitFor(() => expect(drawn.cell(0, 1).textContent).toBe('cut…'));
    await drawn.user.dblClick(drawn.cell(0, 1));
    const input = await vi.waitFor(() =>
      drawn.form.querySelector<HTMLInputElement>('td[data-editing="true"] .hitl-input'),
    );
    expect(input?.value).toBe('short');
    expect(count(drawn.queries, 'cell')).toBe(1);
  });

  it('survives a refusal and a trait update, with the reason at its cell', async () => {
    const { model, user, cell, form, button, line } = await asking(table(120));
    await user.dblClick(cell(0, 2));
    await user.keyboard('1{Enter}');
    await user.click(button('Submit'));
    const refused = { control: table(120), refusals: 1, field_errors: { '0/price': 'Too dear.' } };
    update(model, { cards: [cardOf('rows', QUESTION, refused)] });
    expect(cell(0, 2).textContent).toContain('1, was 0.0');
    expect(cell(0, 2).getAttribute('aria-invalid')).toBe('true');
    expect(within(form).getByText('Row 1, price: Too dear.')).toBeTruthy();
    act(() => cell(0, 2).focus());
    expect(line()).toContain('Too dear.');
    await user.dblClick(cell(0, 2));
    await user.keyboard('2{Enter}');
    expect(within(form).queryByText('Row 1, price: Too dear.')).toBeNull();
  });
});

describe('by the keyboard alone', () => {
  it('there is one stop in the grid, and the arrow keys go from cell to cell', async () => {
    const { form, cell, box } = await asking(table(120));
    const stops = () => [...form.querySelectorAll<HTMLElement>('table [tabindex="0"]')].map((one) => one.dataset['at']);
    expect(stops()).toEqual(['0:0']);
    act(() => box(0).focus());
    key('ArrowRight');
    key('ArrowRight');
    key('ArrowDown');
    expect(focused()).toBe('1:2');
    expect(stops()).toEqual(['1:2']);
    key(' ');
    expect(box(1).checked).toBe(true);
    key('End');
    expect(focused()).toBe('1:7');
    key('Home');
    expect(document.activeElement).toBe(box(1));
    key('ArrowUp');
    key('ArrowUp');
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Tick all rows that are shown');
    key('ArrowRight');
    expect(document.activeElement?.textContent).toBe('id');
    key('ArrowDown');
    expect(document.activeElement).toBe(cell(0, 0));
  });

  it('pages and the end of the table come into sight', async () => {
    const { form, box } = await asking(table(1_000));
    act(() => box(0).focus());
    key('PageDown');
    expect(focused()).toBe('9:0');
    key('End', { ctrlKey: true });
    await vi.waitFor(() => expect(within(form).getByText('1999')).toBeTruthy());
    expect(focused()).toBe('999:7');
    key('PageUp');
    expect(focused()).toBe('990:7');
    key('Home', { ctrlKey: true });
    await vi.waitFor(() => expect(focused()).toBe('0:0'));
  });

  it('Ctrl Enter submits from a cell and from an editor; Enter in the search does not', async () => {
    const { model, user, form, cell } = await asking(table(120));
    within(form).getByLabelText('Search in all columns').focus();
    key('Enter');
    expect(answers(model)).toEqual([]);
    act(() => cell(2, 2).focus());
    key('Enter');
    await user.keyboard('5');
    key('Enter', { ctrlKey: true });
    expect(answerOf(model)).toEqual({ picked: [2], edits: [{ position: 2, column: 2, value: 5 }] });
  });

  it('a cell that is scrolled away leaves the keys to the table', async () => {
    const { form, cell } = await asking(table(1_000));
    act(() => cell(0, 1).focus());
    const scroller = form.querySelector('.hitl-table-scroller') as HTMLElement;
    scroller.scrollTop = 500 * ROW;
    act(() => {
      fireEvent.scroll(scroller);
    });
    expect(document.activeElement).toBe(scroller);
    key('ArrowDown');
    await vi.waitFor(() => expect(focused()).toBe('1:2'));
  });
});

describe('the window', () => {
  it('draws what is in sight and a little around it', () => {
    expect(windowOf(1_000, 0, 300)).toEqual({ first: 0, end: 16, before: 0, after: 984 * ROW });
    const middle = windowOf(1_000, 15_000, 300);
    expect(middle).toEqual({ first: 494, end: 516, before: 494 * ROW, after: 484 * ROW });
    expect(windowOf(0, 0, 300)).toEqual({ first: 0, end: 0, before: 0, after: 0 });
    expect(windowOf(3, 0, 300).end).toBe(3);
  });

  it('reaches every row of a table that is taller than a browser can draw', () => {
    const total = 50_000_000;
    const bottom = windowOf(total, TALLEST - 300, 300);
    expect(bottom.end).toBe(total);
    for (const row of [0, 1, 1_234_567, 49_999_999]) {
      const top = scrolledTo(row, total, 4_000_000, 300);
      const { first, end, before, after } = windowOf(total, top, 300);
      expect(first).toBeLessThanOrEqual(row);
      expect(end).toBeGreaterThan(row);
      expect(before + (end - first) * ROW + after).toBeLessThanOrEqual(TALLEST + 12 * ROW);
    }
    expect(scrolledTo(5, 1_000, 100, 300)).toBe(100);
  });
});

describe('a cell', () => {
  const of = (name: string) => COLUMNS.find((column) => column.name === name) ?? tableColumn('none', 'other');

  it('is what was typed into it', () => {
    expect(cellOf(of('price'), ' 1.50 ')).toEqual({ value: 1.5, now: '1.50' });
    expect(cellOf(of('price'), '')).toEqual({ problem: 'Please fill this in.' });
    expect(cellOf(of('customer'), '')).toEqual({ value: '', now: '' });
    expect(cellOf(of('paid'), 'false')).toEqual({ value: false, now: 'No' });
    expect(cellOf(of('region'), '2')).toEqual({ value: 'APAC', now: 'APAC' });
    expect(cellOf(of('due'), '')).toEqual({ value: null, now: null });
    expect(cellOf(of('id'), '1')).toEqual({ problem: 'This column cannot be edited.' });
    const moment = tableColumn('at', 'datetime', { field: text({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d' }) });
    expect(cellOf(moment, '2026-01-02T03:04')).toEqual({ value: '2026-01-02T03:04', now: '2026-01-02 03:04' });
    expect(cellOf(moment, '2026')).toEqual({ problem: 'Not a date and time.' });
  });

  it('is sent with its row only', () => {
    const edit = { position: 3, column: 2, value: 1, now: '1', was: '2' };
    const draft = withEdit(startTable(table(9)), edit, false);
    expect(tableReply(draft)).toEqual({ picked: [3], edits: [{ position: 3, column: 2, value: 1 }] });
    expect(tableReply({ ...draft, picked: [1] })).toEqual({ picked: [1], edits: [] });
    expect(withEdit({ ...draft, picked: [1] }, { ...edit, value: 5 }, true)).toMatchObject({
      picked: [3],
      edits: [{ value: 5 }],
    });
  });
});

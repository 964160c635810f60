/** The picker of files, with a kernel that lists a folder and takes uploads. */

import { within } from '@testing-library/dom';
import { act } from '@testing-library/preact';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { file } from '../dev/files';
import * as shape from '../dev/shapes';
import type { FetchIntent, FieldView, FileEntry, UploadPart } from '../src/protocol';
import { crumbsOf, likeliest, matching, placeOf } from '../src/rich/file-place';
import { sizeOf } from '../src/rich/file-words';
import { AGAIN_AFTER_MS, PART, upload } from '../src/rich/upload';
import { answerOf, answers, card, drawCards } from './view';

// No page here can import a blob: the loader alone is replaced, by the bundle's own entry point.
vi.mock('../src/loaded/load', () => ({ loadCode: () => import('../src/rich/index').then((module) => module.default) }));

// It takes its time where the machine is busy.
beforeAll(async () => {
  await import('../src/rich/index');
}, 60_000);

afterEach(() => vi.useRealTimers());

const entry = (name: string, size: number | null = null): FileEntry => ({
  name,
  kind: size === null ? 'folder' : 'file',
  size,
  modified: 1_795_000_000,
});

const TREE: { [at: string]: FileEntry[] | Error } = {
  '': [entry('raw'), entry('shut'), entry('a.csv', 12_000), entry('b.csv', 1)],
  raw: [entry('c.csv', 5), entry('d.csv', 5)],
  shut: new Error('The kernel may not read data/shut.'),
};

type Said = { data: unknown } | { error: string } | null;

function listed(what: FetchIntent['what']): Said {
  const found = TREE[String(what['folder'])];
  if (found === undefined || found instanceof Error) return { error: found?.message ?? 'There is no such folder.' };
  return { data: { entries: matching(found, String(what['typed'])), more: 0 } };
}

/** A card that asks for a file, and what its browser asks the kernel; null: the kernel is busy. */
async function asking(field: FieldView, kernel: (what: FetchIntent['what']) => Said = listed, more = {}) {
  const drawn = drawCards(shape.card('ask', 'Which file?', { control: shape.form(field), ...more }));
  const { model } = drawn;
  const asked: FetchIntent['what'][] = [];
  const hello = model.kernel;
  model.kernel = (intent) => {
    hello(intent);
    if (intent.type !== 'fetch') return;
    asked.push(intent.what);
    const said = kernel(intent.what);
    if (said === null) return;
    queueMicrotask(() => act(() => model.tell({ type: 'fetched', client: intent.client, id: intent.id, ...said })));
  };
  const form = within(card(drawn.el, 'Which file?'));
  const input = (await form.findAllByRole('combobox'))[0] as HTMLInputElement;
  return { ...drawn, form, input, asked, submit: () => drawn.user.click(form.getByRole('button', { name: 'Submit' })) };
}

const names = (el: HTMLElement) => [...el.querySelectorAll('.hitl-entry-name')].map((name) => name.textContent);
const shown = (el: HTMLElement, ...wanted: string[]) => vi.waitFor(() => expect(names(el)).toEqual(wanted));
const active = (el: HTMLElement, input: HTMLElement) =>
  el.querySelector(`[id="${input.getAttribute('aria-activedescendant')}"] .hitl-entry-name`)?.textContent;

describe('a file', () => {
  it('is picked with the mouse, from a folder in the folder', async () => {
    const { el, form, input, user, model, submit } = await asking(file());
    await shown(el, 'raw', 'shut', 'a.csv', 'b.csv');
    await user.click(form.getByRole('option', { name: /^raw folder/ }));
    await shown(el, 'c.csv', 'd.csv');
    expect(input.value).toBe('data/raw/');
    await user.click(form.getByRole('button', { name: 'data' }));
    await shown(el, 'raw', 'shut', 'a.csv', 'b.csv');
    await user.click(form.getByRole('option', { name: /^a\.csv 12 kB/ }));
    expect(input.value).toBe('data/a.csv');
    expect(names(el)).toEqual([]);
    expect(document.activeElement).toBe(input);
    await submit();
    expect(answerOf(model)).toBe('data/a.csv');
  });

  it('is picked with the keyboard alone', async () => {
    const { el, input, user, model } = await asking(file());
    await shown(el, 'raw', 'shut', 'a.csv', 'b.csv');
    input.focus();
    await user.keyboard('{ArrowDown}');
    expect(active(el, input)).toBe('raw');
    await user.keyboard('{Enter}');
    await shown(el, 'c.csv', 'd.csv');
    await user.keyboard('{Backspace}');
    expect(input.value).toBe('');
    await shown(el, 'raw', 'shut', 'a.csv', 'b.csv');
    await user.keyboard('{PageDown}{ArrowUp}{Enter}');
    expect(input.value).toBe('data/a.csv');
    expect(answers(model)).toEqual([]);
    await user.keyboard('{Enter}');
    expect(answerOf(model)).toBe('data/a.csv');
  });

  it('is found by typing, and a path that is typed opens its folders', async () => {
    const { el, input, user } = await asking(file());
    await shown(el, 'raw', 'shut', 'a.csv', 'b.csv');
    await user.type(input, 'CSV');
    await shown(el, 'a.csv', 'b.csv');
    expect(active(el, input)).toBe('a.csv');
    await user.clear(input);
    await user.type(input, 'data/raw/d');
    await shown(el, 'd.csv');
    await user.keyboard('{Enter}');
    expect(input.value).toBe('data/raw/d.csv');
  });

  it('that nobody lists is typed, and the kernel says what it thinks of it', async () => {
    const { el, input, user, model } = await asking(file());
    await user.type(input, 'data/elsewhere/x.csv');
    await vi.waitFor(() => expect(el.textContent).toContain('There is no such folder.'));
    await user.keyboard('{Enter}');
    expect(answerOf(model)).toBe('data/elsewhere/x.csv');
  });

  it('is not a folder, nor of another kind, and that is said at the input once one has left it', async () => {
    const { form, input, user, submit, model } = await asking(file());
    await user.type(input, 'data/raw/');
    await user.tab();
    expect(input.getAttribute('aria-invalid')).toBe('false');
    await submit();
    expect(input.getAttribute('aria-invalid')).toBe('true');
    expect(form.getByText('This is a folder: pick a file in it.').id).toBe(input.getAttribute('aria-describedby'));
    await user.clear(input);
    await user.type(input, 'data/x.txt');
    expect(form.getByText('Must end with .csv or .parquet.')).toBeTruthy();
    expect(answers(model)).toEqual([]);
  });

  it('that was refused has its reason at the input', async () => {
    const { form, input } = await asking(file({ default: 'data/gone.csv' }), listed, {
      error: 'There is no file data/gone.csv.',
      field_errors: { '': 'There is no file data/gone.csv.' },
      refusals: 1,
    });
    const said = form.getAllByText('There is no file data/gone.csv.');
    expect(said.map((one) => one.id)).toContain(input.getAttribute('aria-describedby'));
  });

  it('that is given is shown closed, and its folder when one wants another', async () => {
    const { el, form, user, asked } = await asking(file({ default: 'data/raw/c.csv' }));
    expect(asked).toEqual([]);
    await user.click(form.getByRole('button', { name: 'Change' }));
    await shown(el, 'c.csv', 'd.csv');
    expect(el.querySelector('[data-picked="true"] .hitl-entry-name')?.textContent).toBe('c.csv');
    await user.keyboard('{Escape}');
    expect(names(el)).toEqual([]);
  });

  it('in a folder that may not be read is looked for again', async () => {
    let shut = true;
    const kernel = (what: FetchIntent['what']): Said =>
      what['folder'] === 'shut' && !shut ? { data: { entries: [entry('e.csv', 1)], more: 0 } } : listed(what);
    const { el, form, user } = await asking(file(), kernel);
    await shown(el, 'raw', 'shut', 'a.csv', 'b.csv');
    await user.click(form.getByRole('option', { name: /^shut/ }));
    await vi.waitFor(() =>
      expect(el.querySelector('.hitl-folder-none')?.textContent).toContain('may not read data/shut.'),
    );
    shut = false;
    await user.click(form.getByRole('button', { name: 'Look again' }));
    await shown(el, 'e.csv');
  });

  it('of very many is found in the kernel', async () => {
    const kernel = (what: FetchIntent['what']): Said =>
      what['typed'] === 'zz'
        ? { data: { entries: [entry('zz.csv', 1)], more: 0 } }
        : { data: { entries: [entry('a.csv', 1)], more: 5000 } };
    const { el, form, input, user, asked } = await asking(file(), kernel);
    await shown(el, 'a.csv');
    expect(form.getByText(/5,000 more/)).toBeTruthy();
    await user.type(input, 'zz');
    await shown(el, 'zz.csv');
    // While one typed on, nothing was asked.
    expect(asked.map((what) => what['typed'])).toEqual(['', 'zz']);
  });

  it('cannot be changed while the answer is on its way', async () => {
    const { input, form, user } = await asking(file({ default: 'data/a.csv' }));
    await user.click(form.getByRole('button', { name: 'Submit' }));
    expect(input.disabled).toBe(true);
    expect(form.queryByRole('button', { name: 'Change' })).toBeNull();
    expect(form.queryByRole('button', { name: 'Upload…' })).toBeNull();
  });
});

describe('a folder', () => {
  it('is opened, and taken with a button of its own', async () => {
    const { el, form, input, user } = await asking(file({ kind: 'folder', suffixes: [], upload: null }));
    await vi.waitFor(() => expect(names(el)).toContain('raw'));
    await user.click(form.getByRole('option', { name: /^raw/ }));
    await vi.waitFor(() => expect(names(el)).toContain('c.csv'));
    await user.click(form.getByRole('button', { name: 'Use this folder' }));
    expect(input.value).toBe('data/raw');
  });

  it('may be the one that one starts in', async () => {
    const { el, form, input, user } = await asking(file({ kind: 'folder', folder: '.', suffixes: [], upload: null }));
    await vi.waitFor(() => expect(names(el)).toContain('raw'));
    expect(form.getByRole('button', { name: 'Working folder' })).toBeTruthy();
    await user.click(form.getByRole('button', { name: 'Use this folder' }));
    expect(input.value).toBe('.');
  });
});

describe('files in a form', () => {
  it('have a picker each, closed until one looks', async () => {
    const form = shape.object({ one: file({ label: 'One', source: 's1' }), two: file({ label: 'Two', source: 's2' }) });
    const drawn = await asking(form);
    expect(drawn.asked).toEqual([]);
    const two = within(drawn.el).getByRole('combobox', { name: 'Two' });
    two.focus();
    await drawn.user.keyboard('{ArrowDown}');
    await shown(drawn.el, 'raw', 'shut', 'a.csv', 'b.csv');
    expect(drawn.asked).toEqual([{ source: 's2', folder: '', typed: '' }]);
  });

  it('in a list get the focus when they are added', async () => {
    const list: FieldView = { ...shape.list(file({ label: 'Item' })) };
    const drawn = drawCards(shape.card('ask', 'Which file?', { control: shape.form(list) }));
    const add = () => drawn.user.click(within(drawn.el).getByRole('button', { name: 'Add item' }));
    await add();
    await within(drawn.el).findByRole('combobox');
    await add();
    expect(document.activeElement).toBe(within(drawn.el).getAllByRole('combobox')[1]);
  });
});

/** A kernel that takes uploads of up to `most` bytes. */
function taking(most = Number.POSITIVE_INFINITY) {
  const got = new Map<string, string>();
  const kernel = (what: FetchIntent['what']): Said => {
    if (what['folder'] !== undefined) return listed(what);
    if (what['cancel'] !== undefined) return { data: null };
    const part = what as unknown as UploadPart;
    if (part.size > most) return { error: `${part.name} is too large.` };
    const all = (got.get(part.upload) ?? '') + atob(part.data);
    got.set(part.upload, all);
    return { data: { received: all.length, path: all.length === part.size ? `data/uploads/${part.name}` : null } };
  };
  return { kernel, got };
}

const csv = (size: number, name = 'new.csv') => new File(['x'.repeat(size)], name, { type: 'text/csv' });
const chooser = (el: HTMLElement) => el.querySelector('input[type="file"]') as HTMLInputElement;

describe('an upload', () => {
  it('goes in parts, and is the answer then', async () => {
    const { kernel, got } = taking();
    const { el, input, user, asked, submit, model } = await asking(file(), kernel);
    await user.upload(chooser(el), csv(2 * PART + 7));
    await vi.waitFor(() => expect(input.value).toBe('data/uploads/new.csv'));
    expect(asked.flatMap((what) => (what['data'] === undefined ? [] : [what['offset']]))).toEqual([0, PART, 2 * PART]);
    expect([...got.values()].map(({ length }) => length)).toEqual([2 * PART + 7]);
    await submit();
    expect(answerOf(model)).toBe('data/uploads/new.csv');
  });

  it('that is refused says why at the input, keeps what was picked, and can be tried again', async () => {
    const { kernel } = taking(10);
    const { el, form, input, user, asked } = await asking(file({ default: 'data/a.csv' }), kernel);
    await user.upload(chooser(el), csv(11));
    const said = await form.findByText('new.csv is too large.');
    expect(input.getAttribute('aria-describedby')).toBe(said.id);
    expect(input.value).toBe('data/a.csv');
    const before = asked.length;
    await user.click(form.getByRole('button', { name: 'Try again' }));
    await vi.waitFor(() => expect(asked.length).toBeGreaterThan(before));
  });

  it('shows how far it is, and is cancelled', async () => {
    let parts = 0;
    const { kernel } = taking();
    const busy = (what: FetchIntent['what']): Said => {
      if (what['data'] !== undefined) parts += 1;
      return parts > 1 && what['data'] !== undefined ? null : kernel(what);
    };
    const { el, form, input, user, asked } = await asking(file(), busy);
    await user.upload(chooser(el), csv(4 * PART));
    const bar = (await form.findByRole('progressbar', { name: 'Uploading new.csv' })) as HTMLProgressElement;
    await vi.waitFor(() => expect(bar.value).toBe(PART));
    expect(bar.max).toBe(4 * PART);
    await user.click(form.getByRole('button', { name: 'Cancel' }));
    expect(form.queryByRole('progressbar')).toBeNull();
    expect(document.activeElement).toBe(input);
    const upload = asked.find((what) => what['upload'] !== undefined)?.['upload'];
    await vi.waitFor(() => expect(asked.at(-1)).toEqual({ source: 'files', cancel: upload }));
    expect(el.querySelector('.hitl-upload-failed')?.textContent).toBe('');
  });

  it('of a file that is dropped on the card', async () => {
    const { kernel } = taking();
    const { el, input } = await asking(file(), kernel);
    await shown(el, 'raw', 'shut', 'a.csv', 'b.csv');
    const drop = Object.assign(new Event('drop', { bubbles: true, cancelable: true }), {
      dataTransfer: { types: ['Files'], files: [csv(3)] },
    });
    act(() => {
      el.querySelector('h3')?.dispatchEvent(drop);
    });
    expect(drop.defaultPrevented).toBe(true);
    await vi.waitFor(() => expect(input.value).toBe('data/uploads/new.csv'));
  });

  it('is not offered where none is asked for, and a drop is left to the page', async () => {
    const { el, form } = await asking(file({ upload: null }));
    await shown(el, 'raw', 'shut', 'a.csv', 'b.csv');
    expect(form.queryByRole('button', { name: 'Upload…' })).toBeNull();
    const drop = Object.assign(new Event('drop', { bubbles: true, cancelable: true }), {
      dataTransfer: { types: ['Files'], files: [csv(3)] },
    });
    el.querySelector('h3')?.dispatchEvent(drop);
    expect(drop.defaultPrevented).toBe(false);
  });

  it('goes on where the kernel says, and sends a part again that nobody answers', async () => {
    vi.useFakeTimers();
    const offsets: number[] = [];
    let lost = true;
    const fetch = async (what: FetchIntent['what']) => {
      const { offset } = what as unknown as UploadPart;
      offsets.push(offset);
      if (offset === PART && lost) {
        lost = false;
        return new Promise(() => undefined);
      }
      // The kernel has begun anew once.
      if (offset === 2 * PART && offsets.length < 5) return { received: 0, path: null };
      return offset + PART >= 3 * PART ? { received: 3 * PART, path: 'p' } : { received: offset + PART, path: null };
    };
    const done = upload({
      file: csv(3 * PART),
      source: 's',
      fetch,
      signal: new AbortController().signal,
      onReceived: () => undefined,
    });
    await vi.waitFor(() => expect(offsets).toEqual([0, PART]));
    await vi.advanceTimersByTimeAsync(AGAIN_AFTER_MS + 1);
    vi.useRealTimers();
    expect(await done).toBe('p');
    expect(offsets).toEqual([0, PART, PART, 2 * PART, 0, PART, 2 * PART]);
  });

  it('that gets nowhere ends', async () => {
    const fetch = vi.fn(async () => ({ received: 0, path: null }));
    const sending = {
      file: csv(3),
      source: 's',
      fetch,
      signal: new AbortController().signal,
      onReceived: () => undefined,
    };
    await expect(upload(sending)).rejects.toThrow('does not get on');
  });
});

describe('a path', () => {
  it.each([
    ['', 'data', '', ''],
    ['data', 'data', '', ''],
    ['data/', 'data', '', ''],
    ['data/a', 'data', '', 'a'],
    ['data/raw/', 'data', 'raw', ''],
    ['data/raw/x/a.csv', 'data', 'raw/x', 'a.csv'],
    ['raw/a', 'data', 'raw', 'a'],
    ['da', 'data', '', 'da'],
    ['raw/a', '.', 'raw', 'a'],
    ['/mnt/raw/a', '/mnt', 'raw', 'a'],
    ['/etc', '/', '', 'etc'],
  ])('%s in %s', (text, folder, at, typed) => {
    expect(placeOf(text, folder)).toEqual({ at, typed });
  });

  it('has a way from the folder to it', () => {
    expect(crumbsOf('/mnt/data', 'raw/x').map(({ name, at }) => `${name}:${at}`)).toEqual([
      'data:',
      'raw:raw',
      'x:raw/x',
    ]);
  });

  it('means the entry of its name before one that has it somewhere', () => {
    const entries = ['ab.csv', 'b.csv', 'b'].map((name) => entry(name, 1));
    expect([likeliest(entries, 'b'), likeliest(entries, 'B.'), likeliest(entries, 'csv'), likeliest([], 'a')]).toEqual([
      2, 1, 0, -1,
    ]);
  });

  it('has a size as people read it', () => {
    expect([0, 1, 999, 1000, 10_000_000, 1_234_567, 999_999].map(sizeOf)).toEqual([
      '0 bytes',
      '1 byte',
      '999 bytes',
      '1 kB',
      '10 MB',
      '1.2 MB',
      '1 MB',
    ]);
  });
});

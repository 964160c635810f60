/** Pictures beside a question, as what is chosen, and enlarged. */
import { fireEvent, within } from '@testing-library/dom';
import { act } from '@testing-library/preact';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { assets } from '../dev/pictures';
import { card as cardOf, choice, choices, form, text } from '../dev/shapes';
import type { CardView, ImageView, Option } from '../src/protocol';
import { answerOf, answers, card, draw, modelOf, update } from './view';

const image = (asset: string, more: Partial<ImageView> = {}): ImageView => ({
  asset,
  alt: 'Image',
  caption: null,
  width: 440,
  height: 300,
  ...more,
});
const animals: Option[] = [
  { label: 'cat', value: 'cat', image: 'cat' },
  { label: 'dog', value: 'dog', image: 'dog' },
  { label: 'neither', value: 'neither' },
];

// No page here can import a blob: the loader alone is replaced, by the bundle's own entry point.
const page = vi.hoisted(() => ({ forbids: false, sent: Promise.resolve() }));
vi.mock('../src/loaded/load', () => ({
  loadCode: async () => {
    await page.sent;
    if (page.forbids) throw new Error('no blobs');
    return (await import('../src/rich/index')).default;
  },
}));

// It takes its time where the machine is busy.
beforeAll(async () => {
  await import('../src/rich/index');
}, 60_000);

/** The bundle is sent when the test says so. */
function held(): () => void {
  let send: () => void = () => undefined;
  page.sent = new Promise((resolve) => {
    send = resolve;
  });
  return () => send();
}

/** A card that asks, once its pictures are drawn. */
async function asking(more: Partial<CardView>) {
  const drawn = draw(modelOf({ cards: [cardOf('node', 'Which?', more)], assets }));
  const shown = card(drawn.el, 'Which?');
  await vi.waitFor(() => expect(shown.querySelector('.hitl-nothing')).toBeNull());
  if (!page.forbids) await vi.waitFor(() => expect(shown.querySelector('.hitl-rich > *')).not.toBeNull());
  return { ...drawn, card: shown };
}

const one = () => ({ ...choice([]), options: animals });
const several = () => ({ ...choices([]), options: animals });
const submit = (el: HTMLElement) => within(el).getByRole('button', { name: 'Submit' });

describe('pictures beside a question', () => {
  it('have their place before they are there, and their captions', async () => {
    const { card } = await asking({
      images: [image('loss'), image('clear', { alt: 'After', caption: 'After', height: 880 })],
    });
    const [first, second] = within(card).getAllByRole('img') as HTMLImageElement[];
    expect(first?.src).toBe(assets['loss']);
    expect([first?.style.width, first?.style.aspectRatio]).toEqual(['323px', '440 / 300']);
    expect(second?.style.width).toBe('110px');
    expect(within(card).getByText('After').tagName).toBe('FIGCAPTION');
  });

  it('are as large as they are where there is but one, up to 360 px', async () => {
    const { card, model } = await asking({ images: [image('loss')] });
    expect((within(card).getByRole('img') as HTMLImageElement).style.width).toBe('440px');
    update(model, { cards: [cardOf('node', 'Which?', { images: [image('loss', { width: null, height: null })] })] });
    expect((within(card).getByRole('img') as HTMLImageElement).style.maxHeight).toBe('360px');
  });

  it('say so in words where they cannot be drawn, and cannot be enlarged', async () => {
    const { card } = await asking({ images: [image('loss', { alt: 'Loss' }), image('none', { alt: 'Gone' })] });
    act(() => {
      fireEvent.error(within(card).getByRole('img', { name: 'Loss' }));
    });
    expect(within(card).getByText('Loss: this picture cannot be shown')).toBeTruthy();
    expect(within(card).getByText('Gone: this picture cannot be shown')).toBeTruthy();
    for (const name of ['Enlarge Loss', 'Enlarge Gone'])
      expect((within(card).getByRole('button', { name }) as HTMLButtonElement).disabled).toBe(true);
  });

  it('are drawn again when another comes in place of one that was broken', async () => {
    const { card, model } = await asking({ images: [image('loss')] });
    act(() => {
      fireEvent.error(within(card).getByRole('img'));
    });
    update(model, { cards: [cardOf('node', 'Which?', { images: [image('clear')] })] });
    expect((within(card).getByRole('img') as HTMLImageElement).src).toBe(assets['clear']);
  });
});

describe('an enlarged picture', () => {
  it('opens in a dialog of its name, and closes again', async () => {
    const { card, user, model } = await asking({ images: [image('loss', { alt: 'Loss' })], control: form(text()) });
    await user.click(within(card).getByRole('button', { name: 'Enlarge Loss' }));
    const dialog = await within(card).findByRole<HTMLDialogElement>('dialog', { name: 'Loss' });
    expect(dialog.open).toBe(true);
    // Ctrl Enter belongs to the card, not to what lies over it.
    fireEvent.keyDown(dialog, { key: 'Enter', ctrlKey: true });
    expect(answers(model)).toEqual([]);
    await user.click(within(dialog).getByRole('button', { name: 'Close' }));
    expect(within(card).queryByRole('dialog')).toBeNull();
  });

  it('is closed by a click beside it, not by one on it', async () => {
    const { card, user } = await asking({ images: [image('loss', { alt: 'Loss' })] });
    await user.click(within(card).getByRole('button', { name: 'Enlarge Loss' }));
    const dialog = await within(card).findByRole<HTMLDialogElement>('dialog');
    await user.click(dialog.querySelector('img') as HTMLElement);
    expect(within(card).queryByRole('dialog')).not.toBeNull();
    await user.click(dialog);
    expect(within(card).queryByRole('dialog')).toBeNull();
  });

  it('shows each of its pixels on demand, if there are more than fit', async () => {
    const { card, user } = await asking({ images: [image('loss', { alt: 'Loss' })] });
    await user.click(within(card).getByRole('button', { name: 'Enlarge Loss' }));
    const dialog = await within(card).findByRole<HTMLDialogElement>('dialog');
    const picture = dialog.querySelector('img') as HTMLImageElement;
    expect(within(dialog).queryByRole('button', { name: '100 %' })).toBeNull();
    Object.defineProperties(picture, { naturalWidth: { value: 4000 }, naturalHeight: { value: 2000 } });
    act(() => {
      fireEvent.load(picture);
    });
    await user.click(within(dialog).getByRole('button', { name: '100 %', pressed: false }));
    expect(within(dialog).getByRole('group', { name: 'Loss' }).tabIndex).toBe(0);
    await user.click(within(dialog).getByRole('button', { name: '100 %', pressed: true }));
    expect(within(dialog).queryByRole('group')).toBeNull();
  });
});

describe('pictures to choose from', () => {
  it('are radio buttons, also where there are more than few', async () => {
    const { card, model, user } = await asking({ control: form({ ...one(), options: [...animals, ...animals] }) });
    expect(within(card).getAllByRole('radio')).toHaveLength(6);
    await user.click(within(card).getAllByRole('radio', { name: 'dog' })[0] as HTMLElement);
    await user.click(submit(card));
    expect(answerOf(model)).toBe('dog');
  });

  it('are chosen by clicking the picture', async () => {
    const { card, model, user } = await asking({ control: form(one()) });
    await user.click(card.querySelectorAll('.hitl-tile img')[1] as HTMLElement);
    expect((within(card).getByRole('radio', { name: 'dog' }) as HTMLInputElement).checked).toBe(true);
    await user.click(submit(card));
    expect(answerOf(model)).toBe('dog');
  });

  it('are chosen with the arrow keys, and Enter submits', async () => {
    const { card, model, user } = await asking({ control: form(one()) });
    within(card).getByRole('radio', { name: 'cat' }).focus();
    await user.keyboard('{ArrowRight}{ArrowRight}');
    expect((within(card).getByRole('radio', { name: 'neither' }) as HTMLInputElement).checked).toBe(true);
    await user.keyboard('{Enter}');
    expect(answerOf(model)).toBe('neither');
  });

  it('are ticked where several may be', async () => {
    const { card, model, user } = await asking({ control: form(several()) });
    within(card).getByRole('checkbox', { name: 'dog' }).focus();
    await user.keyboard(' ');
    await user.click(within(card).getByRole('checkbox', { name: 'cat' }));
    await user.click(submit(card));
    expect(answerOf(model)).toEqual(['cat', 'dog']);
  });

  it('are enlarged without being chosen', async () => {
    const { card, user } = await asking({ control: form(one()) });
    await user.click(within(card).getByRole('button', { name: 'Enlarge cat' }));
    expect(within(card).getByRole('dialog', { name: 'cat' })).toBeTruthy();
    expect(within(card).queryByRole('radio', { checked: true })).toBeNull();
  });

  it.each([
    ['radio', one()],
    ['checkbox', several()],
  ])('can be chosen by their labels before they are there, and keep the focus: a %s each', async (role, field) => {
    const send = held();
    const { el, user } = draw(modelOf({ cards: [cardOf('node', 'Which?', { control: form(field) })], assets }));
    const dog = () => within(el).getByRole<HTMLInputElement>(role, { name: 'dog' });
    expect(el.querySelector('.hitl-tile')).toBeNull();
    await user.click(dog());
    expect(document.activeElement).toBe(dog());
    await act(async () => send());
    await vi.waitFor(() => expect(el.querySelector('.hitl-tile')).not.toBeNull());
    expect(dog().closest('.hitl-tile')).not.toBeNull();
    expect(dog().checked).toBe(true);
    expect(document.activeElement).toBe(dog());
    expect(within(el).getAllByRole(role)).toHaveLength(3);
  });

  it('keep the focus where the page forbids what draws them', async () => {
    const send = held();
    page.forbids = true;
    const { el, user } = draw(modelOf({ cards: [cardOf('node', 'Which?', { control: form(one()) })], assets }));
    const dog = within(el).getByRole<HTMLInputElement>('radio', { name: 'dog' });
    await user.click(dog);
    await act(async () => send());
    await act(async () => Promise.resolve());
    page.forbids = false;
    expect(document.activeElement).toBe(dog);
    expect(within(el).getByRole('radio', { name: 'dog' })).toBe(dog);
  });

  it('do not take the focus from elsewhere when they come', async () => {
    const send = held();
    const { el } = draw(modelOf({ cards: [cardOf('node', 'Which?', { control: form(one()) })], assets }));
    submit(el).focus();
    await act(async () => send());
    await vi.waitFor(() => expect(el.querySelector('.hitl-tile')).not.toBeNull());
    expect(document.activeElement).toBe(submit(el));
  });

  it('go by their labels where there is no picture', async () => {
    const { card } = await asking({
      control: form({ ...one(), options: [{ label: 'cat', value: 'cat', image: 'none' }] }),
    });
    expect(within(card).getByRole('radio', { name: /^this picture cannot be shown\s?cat$/ })).toBeTruthy();
    expect(within(card).queryByRole('button', { name: 'Enlarge cat' })).toBeNull();
  });

  it.each([
    ['radio', one()],
    ['checkbox', several()],
  ])('go by their labels where the page forbids what draws them: a %s each', async (role, field) => {
    page.forbids = true;
    const { card, model, user } = await asking({ control: form(field) });
    page.forbids = false;
    expect(card.querySelector('.hitl-tile')).toBeNull();
    await user.click(within(card).getByRole(role, { name: 'dog' }));
    await user.click(submit(card));
    expect([answerOf(model)].flat()).toEqual(['dog']);
  });
});

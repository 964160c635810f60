/** "Why does it ask again?": nothing is read before somebody wants to know, and then it says what was found. */
import { within } from '@testing-library/dom';
import axe from 'axe-core';
import { describe, expect, it, vi } from 'vitest';
import * as shape from '../dev/shapes';
import type { CardView, WhyView } from '../src/protocol';
import { card, draw, drawCards, modelOf, update } from './view';

// No page here can import a blob: the loader alone is replaced, by the bundle's own entry point.
vi.mock('../src/loaded/load', () => ({
  loadCode: () => import('../src/inside/index').then((module) => module.default),
}));

const TITLE = 'Why does it ask again?';
const again = shape.card('ask', 'Sure?', { again: 'same_run' });
const found: WhyView = {
  findings: [
    {
      level: 'error',
      wrong: '`send()` sends a mail before it asks.',
      mend: 'Send it <b>after</b> the question.',
      where: 'nodes.py:7',
      code: 'send(mail)',
    },
  ],
  not_read: [],
};

function link(el: HTMLElement): HTMLElement {
  return within(card(el, 'Sure?')).getByRole('button', { name: TITLE });
}

describe('a card whose node has asked before', () => {
  it('asks the kernel once it is opened, not before, and not twice', async () => {
    const { el, model, user } = drawCards(again);
    const whys = () => model.sent.filter((intent) => intent.type === 'why');
    expect(whys()).toEqual([]);
    expect(link(el).getAttribute('aria-expanded')).toBe('false');

    await user.click(link(el));
    expect(whys()).toMatchObject([{ request: 'request-ask' }]);
    expect(await within(el).findByText(/This node asks more than once/)).toBeTruthy();
    expect(within(el).getByText(/Reading the node’s source/)).toBeTruthy();

    update(model, { cards: [{ ...again, why: found }] });
    await user.click(link(el));
    await user.click(link(el));
    expect(whys()).toHaveLength(1);
  });

  it('says what was found, where, and how to mend it, as text', async () => {
    const { el, user } = drawCards({ ...again, why: found });
    await user.click(link(el));
    const [item] = await within(el).findAllByRole('listitem');
    expect(item?.textContent).toContain('Will go wrong nodes.py:7');
    expect(item?.textContent).toContain('send() sends a mail before it asks.');
    expect(item?.textContent).toContain('Send it <b>after</b> the question.');
    expect(item?.querySelector('b')).toBeNull();
    await user.click(link(el));
    expect(within(el).queryAllByRole('listitem')).toEqual([]);
  });

  it.each<[string, Partial<CardView>, RegExp]>([
    ['nothing to mend', { why: { findings: [], not_read: [] } }, /there is nothing to mend/],
    ['nothing to read', { why: { findings: [], not_read: ['ask has no source here'] } }, /Not read: ask has no source/],
    ['a loop', { again: 'came_back', why: found }, /The graph has come back to this node/],
  ])('says so plainly: %s', async (_, more, said) => {
    const { el, user } = drawCards({ ...again, ...more });
    await user.click(link(el));
    expect(await within(el).findByText(said)).toBeTruthy();
  });

  it('is reached by the keyboard, opens on Enter, and sends no answer', async () => {
    const { el, model, user } = drawCards({ ...again, why: found });
    await user.tab();
    while (el.ownerDocument.activeElement !== link(el)) await user.tab();
    await user.keyboard('{Enter}');
    expect(link(el).getAttribute('aria-expanded')).toBe('true');
    expect(model.sent.filter((intent) => intent.type === 'answer')).toEqual([]);
  });

  it('is accessible, closed and open', async () => {
    const { el, user } = drawCards({ ...again, why: found });
    for (const _ of ['closed', 'open']) {
      const { violations } = await axe.run(el, { rules: { 'color-contrast': { enabled: false } } });
      expect(violations.map((violation) => violation.id)).toEqual([]);
      await user.click(link(el));
    }
  });
});

describe('no link', () => {
  it('where its node asks for the first time', () => {
    const { el } = drawCards({ ...again, again: null });
    expect(within(el).queryByRole('button', { name: TITLE })).toBeNull();
  });

  it('where the kernel is gone and nothing was found out', async () => {
    const model = modelOf({ cards: [again] });
    model.kernel = () => {
      throw new Error('Cannot send');
    };
    const { el } = draw(model);
    expect(within(el).queryByRole('button', { name: TITLE })).toBeNull();
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { within } from '@testing-library/dom';
import { describe, expect, it } from 'vitest';
import * as shape from '../dev/shapes';
import { beginning } from '../src/parts/beginning';
import type { MarkdownNode } from '../src/protocol';
import { drawCards } from './view';

interface Case {
  name: string;
  text: string;
  tree: MarkdownNode[];
}

const shared = join(import.meta.dirname, '../../tests/fixtures/markdown.json');
const cases = JSON.parse(readFileSync(shared, 'utf8')) as Case[];

const ELEMENTS = 'a bdi blockquote button code div em hr li ol p pre s span strong table tbody td th thead tr ul'.split(
  ' ',
);
const ATTRIBUTES =
  'aria-expanded aria-label class data-lm-suppress-shortcuts dir href rel role start style tabindex target type'.split(
    ' ',
  );

const treeOf = (name: string) => cases.find((one) => one.name === name)?.tree as MarkdownNode[];

function drawn(description: MarkdownNode[]) {
  const { el, user } = drawCards(shape.card('ask', 'Well?', { description }));
  const said = el.querySelector<HTMLElement>('.hitl-description');
  if (said === null) throw new Error('nothing is said');
  return { said, user };
}

async function opened(description: MarkdownNode[]) {
  const { said, user } = drawn(description);
  const more = within(said).queryByRole('button', { name: 'Show more of the description' });
  if (more !== null) await user.click(more);
  return said;
}

describe('a description', () => {
  it.each(cases)('is made of few elements and attributes: $name', async ({ tree }) => {
    const said = await opened(tree);
    for (const element of said.querySelectorAll('*')) {
      if (element.className === 'hitl-odd') continue; // a mark of ours, around a character of the text's
      expect(ELEMENTS).toContain(element.tagName.toLowerCase());
      for (const { name } of element.attributes) expect(ATTRIBUTES).toContain(name);
      if (element.tagName === 'A') {
        expect(element.getAttribute('href')).toMatch(/^https?:\/\//);
        expect(element.getAttribute('target')).toBe('_blank');
        expect(element.getAttribute('rel')).toBe('noopener noreferrer nofollow');
      }
    }
    const words = (parts: (string | MarkdownNode)[]): string =>
      parts
        .map((part) => (typeof part === 'string' ? part : words(part.children) + (part.host ? ` (${part.host})` : '')))
        .join('');
    expect(said.querySelector('.hitl-markdown')?.textContent).toBe(words(tree));
  });

  it('is drawn with its lists, its table, its code and its links', async () => {
    const said = within(await opened(treeOf('a tool that is described well')));
    expect(said.getAllByRole('list')).toHaveLength(2);
    expect(said.getAllByRole('listitem')).toHaveLength(5);
    expect(said.getByRole('columnheader', { name: 'Amount' }).style.textAlign).toBe('right');
    expect(said.getAllByRole('row')).toHaveLength(3);
    expect(said.getByRole('group', { name: 'Code' }).tabIndex).toBe(0);
    expect(said.getByRole('link', { name: 'the handbook (handbook.example.org)' })).toBeTruthy();
    expect(said.getByRole('link', { name: 'https://pay.example.org/status' })).toBeTruthy();
    expect(said.queryByRole('img')).toBeNull();
    expect(said.queryByRole('heading')).toBeNull();
  });

  it('keeps the line breaks of plain text', () => {
    expect(drawn(treeOf('plain text')).said.querySelectorAll('p')[1]?.textContent).toBe('  Yours,\n    The shop');
  });

  it('counts on from the first number of its list', () => {
    const tree: MarkdownNode[] = [{ tag: 'ol', start: 3, children: [{ tag: 'li', children: ['three'] }] }];
    expect(drawn(tree).said.querySelector('ol')?.start).toBe(3);
  });

  it('has nothing but text of what the kernel never sends', () => {
    const bad = [
      { tag: 'script', children: ['window.hacked = true'] },
      { tag: 'img', children: [], src: 'x', onerror: 'window.hacked = true' },
      { tag: 'a', children: ['a'], href: 'javascript:window.hacked = true' },
      { tag: 'p', children: ['p'], onclick: 'window.hacked = true', dangerouslySetInnerHTML: { __html: '<img>' } },
    ] as unknown as MarkdownNode[];
    const { said } = drawn(bad);
    expect(said.querySelectorAll('script, img, a')).toHaveLength(0);
    expect(said.textContent).toBe('window.hacked = trueap');
    expect('hacked' in window).toBe(false);
  });
});

describe('a long description', () => {
  const lines = (count: number) => Array.from({ length: count }, (_, line) => `line ${line}`);
  const paragraphs = (count: number) => lines(count).flatMap(shape.plain);

  it('is cut to its first lines until the reader asks, by the keyboard too', async () => {
    const { said, user } = drawn(paragraphs(20));
    expect(said.querySelectorAll('p')).toHaveLength(8);
    const more = within(said).getByRole('button', { name: 'Show more of the description' });
    more.focus();
    await user.keyboard('{Enter}');
    expect(said.querySelectorAll('p')).toHaveLength(20);
    await user.keyboard('{Enter}');
    expect(said.querySelectorAll('p')).toHaveLength(8);
  });

  it('has no links where nobody sees them', async () => {
    const link: MarkdownNode = { tag: 'a', href: 'https://a.example', host: 'a.example', children: ['here'] };
    const { said, user } = drawn([...paragraphs(12), { tag: 'p', children: [link] }]);
    expect(within(said).queryByRole('link')).toBeNull();
    await user.click(within(said).getByRole('button'));
    expect(within(said).getByRole('link')).toBeTruthy();
  });

  it.each([
    ['a paragraph of many lines', shape.plain(lines(9).join('\n')), `${lines(8).join('\n')} …`],
    ['a paragraph of many words', shape.plain('x'.repeat(561)), `${'x'.repeat(560)} …`],
  ])('is cut inside %s', (_, tree, shown) => {
    expect(beginning(tree)).toEqual(shape.plain(shown));
  });

  it('is cut between the items of a list and the rows of a table', () => {
    const row = (tag: 'li' | 'tr', text: string): MarkdownNode => ({
      tag,
      children: tag === 'li' ? [text] : [{ tag: 'td', children: [text] }],
    });
    for (const [tag, outer] of [
      ['li', 'ul'],
      ['tr', 'tbody'],
    ] as const) {
      const shown = beginning([{ tag: outer, children: lines(12).map((line) => row(tag, line)) }]);
      expect(shown).toEqual([{ tag: outer, children: lines(8).map((line) => row(tag, line)) }]);
    }
  });

  it('is not cut where it just fits', () => {
    expect(beginning(paragraphs(8))).toBeNull();
    expect(beginning(shape.plain(lines(8).join('\n')))).toBeNull();
    expect(beginning(shape.plain('x'.repeat(560)))).toBeNull();
  });
});

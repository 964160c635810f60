import { cleanup, render } from '@testing-library/preact';
import { afterEach, describe, expect, it } from 'vitest';
import cases from '../../tests/fixtures/odd.json';
import { Markdown } from '../src/parts/Markdown';
import { apart } from '../src/parts/odd';
import type { MarkdownNode } from '../src/protocol';

afterEach(cleanup);

const spelled = (text: string) => render(<div title={text} />).container.querySelector('div')?.title;

describe('a text', () => {
  it.each(cases)('says what is odd in $text', ({ text, shown }) => {
    expect(spelled(text)).toBe(shown);
  });

  it('stays what it was, with the codes beside what is odd', () => {
    const { container, getByRole } = render(<p>pay {'pаypal'} now</p>);
    expect(container.textContent).toBe('pay pаypal now');
    expect(getByRole('img', { name: 'Look-alike U+0430' }).dataset['odd']).toBe('U+0430');
  });

  it('is marked through the formatting of a description, as the kernel has read it', () => {
    const odd: MarkdownNode = { tag: 'odd', children: ['\u0430'], codes: 'U+0430' };
    const { container, getByRole } = render(
      <Markdown of={[{ tag: 'p', children: ['p', { tag: 'strong', children: [odd] }, 'ypal'] }]} />,
    );
    expect(getByRole('img', { name: 'Look-alike U+0430' }).dataset['is']).toBe('Look-alike');
    expect(container.querySelector('strong .hitl-odd')?.textContent).toBe('\u0430');
    expect(container.textContent).toBe('p\u0430ypal');
  });

  it('that the kernel has spelled out is not marked again', () => {
    expect(apart('p\u0430⟨U+0430⟩ypal')).toEqual(['p\u0430⟨U+0430⟩ypal']);
    // Codes that somebody has written hide nothing.
    expect(apart('p\u0430⟨U+0061⟩ypal').length).toBe(3);
    expect(apart('a\u202e⟨U+202E⟩b').length).toBe(3);
  });

  it('is marked in a fragment and in a list of texts too', () => {
    const { getAllByRole } = render(
      <>
        {'a\u202eb'}
        <b>{['x', 'y\u200bz']}</b>
      </>,
    );
    expect(getAllByRole('img').map((one) => one.getAttribute('aria-label'))).toEqual([
      'Hidden U+202E',
      'Hidden U+200B',
    ]);
  });

  it('is spelled out where there can be nothing but text', () => {
    const { container } = render(
      <div>
        <svg role="img">
          <title>{'a\u202eb'}</title>
          <text>{'c\u202ed'}</text>
        </svg>
        <select>
          <option value={'e\u202ef'}>{'e\u202ef'}</option>
        </select>
      </div>,
    );
    expect(container.textContent).toBe('a⟨U+202E⟩bc⟨U+202E⟩de⟨U+202E⟩f');
    expect(container.querySelector('option')?.value).toBe('e\u202ef');
  });

  it('of a megabyte takes no longer than its length', () => {
    const seconds = (text: string) => {
      const began = performance.now();
      apart(text);
      return performance.now() - began;
    };
    for (const piece of ['а', 'a\u202e', 'аb', '\u202e', '.а', 'éa']) {
      seconds(piece.repeat(1_000));
      const eighth = Math.min(...[1, 2, 3].map(() => seconds(piece.repeat(25_000))));
      const whole = Math.min(...[1, 2, 3].map(() => seconds(piece.repeat(200_000))));
      // Eight times as long, on a machine that does other things meanwhile; by the square it would be sixty-four.
      expect(whole / Math.max(eighth, 20)).toBeLessThan(32);
    }
  });
});

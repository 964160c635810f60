/**
 * What is not seen, or looks like something else, is shown for what it is, wherever a text is drawn: this is in Preact's
 * own way, so no component can forget it. The text in the document stays what it was, and is copied so.
 *
 * `src/hitl_widgets/texts/odd.py` does the same where there is no browser; `tests/fixtures/odd.json` keeps the two alike.
 */
import { type ComponentChildren, Fragment, h, options, type VNode } from 'preact';

/** Letters of Greek and Cyrillic that look like those of ASCII. */
const ALIKE = 'ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορυχАВЕКМНОРСТУХІЈЅаеорсухіјѕһԁӏ';
/**
 * Out of place in a word with ASCII letters: these, Cyrillic, Armenian, Cherokee, Roman numerals, the phonetic a and g, what
 * looks like the dot, slash and colon of an address, and ASCII's own in costume.
 */
const FOREIGN = `[${ALIKE}\u0251\u0261\u0400-\u0587\u13a0-\u13ff\\p{Nl}\u2024\u2044\u2215\u2236\u29f8\ua789\uff21-\uff5a\u{1d400}-\u{1d7ff}]`;

// What is not seen, but for what emoji and the scripts from Arabic to Sinhala are joined with, and marks piled up on one
// letter, which cover the lines around it; then look-alikes. What is looked for before and after has bounds, so a long text
// takes no longer than its length.
const ODD = new RegExp(
  `((?:(?![\\n\\t]|\\r\\n|(?<=\\p{ExtPict})[\\ufe0e\\ufe0f]|\\ufe0f(?=\\u20e3)|(?<=[\\u0600-\\u0dff\\p{ExtPict}\\p{EMod}\\ufe0f])[\\u200c\\u200d])[\\p{DI}\\p{C}\\p{Zl}\\p{Zp}\\u2800])+|\\p{M}{5,})|(?:(?<=[A-Za-z]\\p{L}{0,9})${FOREIGN}|${FOREIGN}(?=\\p{L}{0,9}[A-Za-z]))+|(?<=\\w[.@/_])[${ALIKE}]{1,60}(?!\\p{L})|(?<!\\p{L})[${ALIKE}]{1,60}(?=[.@/_][A-Za-z])`,
  'gu',
);

/** Characters, what they are, and their codes. */
type Odd = [characters: string, words: string, codes: string];

/** A text, with what is odd in it apart. */
export function apart(text: string): (string | Odd)[] {
  const found: (string | Odd)[] = [];
  let end = 0;
  for (const { 0: odd, 1: hidden, index } of /[^\n -~]/.test(text) ? text.matchAll(ODD) : []) {
    const all = [...odd].map((one) => `U+${one.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`);
    const codes = all.slice(0, 4).join(' ') + (all.length > 4 ? ` … ${all.length}` : '');
    const next = index + odd.length;
    // What the kernel has spelled out, in an error that quotes another's text, stays as it is.
    if (!hidden && text.startsWith(`⟨${codes}⟩`, next)) continue;
    found.push(text.slice(end, index), [odd, hidden ? 'Hidden' : 'Look-alike', codes]);
    end = next;
  }
  return [...found, text.slice(end)];
}

/** The same as a text, for where there can be nothing else. */
const spelled = (text: string) =>
  apart(text)
    .map((part) => (typeof part === 'string' ? part : `${part[1] === 'Hidden' ? '' : part[0]}⟨${part[2]}⟩`))
    .join('');

export const mark = ([odd, words, codes]: Odd) =>
  h(
    'span',
    { class: 'hitl-odd', role: 'img', 'aria-label': `${words} ${codes}`, 'data-odd': codes, 'data-is': words },
    [odd],
  ) as VNode;

function shown(child: ComponentChildren, only: boolean): ComponentChildren {
  if (Array.isArray(child)) return child.map((one) => shown(one, only));
  if (typeof child !== 'string') return child;
  const parts = apart(child);
  if (parts.length < 2) return child;
  return only ? spelled(child) : parts.map((part) => (typeof part === 'string' ? part : mark(part)));
}

const before = options.vnode;
options.vnode = (node) => {
  const { type } = node;
  const props = node.props as { [name: string]: ComponentChildren };
  if ((typeof type === 'string' || type === Fragment) && props['class'] !== 'hitl-odd') {
    for (const name of ['aria-label', 'aria-description', 'title', 'placeholder', 'alt', 'children'])
      if (props[name])
        props[name] = shown(props[name], name !== 'children' || /^(option|text|title)$/.test(type as string));
  }
  before?.(node);
};

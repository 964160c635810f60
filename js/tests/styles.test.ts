/** The stylesheets, which all end up in one page: a class that two of them shape by itself is two things by one name. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** Shaped in one place, with the variables or the look of a part added in another. */
const SHARED = ['hitl-root', 'hitl-inside', 'hitl-section-head', 'hitl-wrote-head'];

it('no class is shaped by two stylesheets', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.css'));
  expect(files.length).toBeGreaterThan(20);
  const shapedIn = new Map<string, Set<string>>();
  for (const file of files) {
    const css = readFileSync(`src/${file}`, 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
    for (const [, selectors = ''] of css.matchAll(/([^{}]+)\{/g)) {
      for (const selector of selectors.split(',')) {
        const name = /^\s*(?:\.hitl-root )?\.(hitl-[a-z-]+)\s*$/.exec(selector)?.[1];
        if (name !== undefined) shapedIn.set(name, (shapedIn.get(name) ?? new Set()).add(file));
      }
    }
  }
  const twice = [...shapedIn].filter(([name, { size }]) => size > 1 && !SHARED.includes(name));
  expect(twice.map(([name, where]) => `${name}: ${[...where].join(', ')}`)).toEqual([]);
});

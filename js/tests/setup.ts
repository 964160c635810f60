/** What every test file has: patience with a busy machine, and effects that do not outlive the file. */
import * as dom from '@testing-library/dom';
import * as preact from '@testing-library/preact';
import { options } from 'preact';
import { afterAll, vi } from 'vitest';

/** It goes on as soon as a thing is so; a second, as vitest and testing-library have it, is too short for a busy machine. */
const PATIENCE_MS = 30_000;
const waitFor = vi.waitFor;
vi.waitFor = (isSo, options) => waitFor(isSo, options ?? { timeout: PATIENCE_MS });
// Each has one of its own.
for (const { configure } of [dom, preact]) configure({ asyncUtilTimeout: PATIENCE_MS });

/** preact runs effects at the next frame, or 35 ms later; by then a file's last test may be over and its document gone. */
const clear = clearTimeout;
const waiting = new Set<ReturnType<typeof setTimeout>>();
const later = (run: () => void) => {
  const timer = setTimeout(() => {
    waiting.delete(timer);
    run();
  });
  waiting.add(timer);
};
Object.assign(options, { requestAnimationFrame: later });
afterAll(() => {
  for (const timer of waiting) clear(timer);
});

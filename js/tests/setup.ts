/** What every test file has: patience with a busy machine, and effects that do not outlive the file. */
import { options } from 'preact';
import { afterAll, vi } from 'vitest';

/** It goes on as soon as a thing is so; vitest's own second is too short for a bundle that a busy machine loads. */
const waitFor = vi.waitFor;
vi.waitFor = (isSo, options) => waitFor(isSo, options ?? { timeout: 15_000 });

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

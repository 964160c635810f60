/** It goes on as soon as a thing is so; vitest's own second is too short for a bundle that a busy machine loads. */
import { vi } from 'vitest';

const waitFor = vi.waitFor;
vi.waitFor = (isSo, options) => waitFor(isSo, options ?? { timeout: 15_000 });

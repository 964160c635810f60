import { defineConfig } from 'vitest/config';

export default defineConfig({
  // vite's own JSX transform; the bundle is made by esbuild with the same two lines.
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  test: {
    environment: 'happy-dom',
    include: ['tests/**/*.test.{ts,tsx}'],
    // One worker: CI has two cores and shares them with a browser.
    maxWorkers: 1,
    // The longest takes some seconds, and as many times more as a busy machine has other things to do.
    testTimeout: 90_000,
    setupFiles: ['tests/setup.ts'],
    env: { TZ: 'Europe/Berlin' },
  },
});

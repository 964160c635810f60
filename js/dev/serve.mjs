// The view without Jupyter: `npm run harness` serves it, `npm run harness -- --out DIR` writes it there.
import { cp, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, context } from 'esbuild';
import { inlineCss } from '../scripts/inline-css.mjs';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const out = process.argv.includes('--out')
  ? process.argv[process.argv.indexOf('--out') + 1]
  : await mkdtemp(join(tmpdir(), 'hitl-harness-'));
await mkdir(out, { recursive: true });
await cp(path('./index.html'), join(out, 'index.html'));

const options = {
  entryPoints: [path('./harness.ts'), { in: path('../src/styles/index.css'), out: 'widget' }].map((entry) =>
    typeof entry === 'string' ? { in: entry, out: 'harness' } : entry,
  ),
  outdir: out,
  bundle: true,
  format: 'iife',
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  sourcemap: 'inline',
  plugins: [inlineCss],
};

// The page fetches it, as a kernel would send it.
const rich = { ...options, entryPoints: { rich: path('../src/rich/index.tsx') }, format: 'esm', sourcemap: false };
await build(rich);

if (process.argv.includes('--out')) {
  await build(options);
} else {
  const server = await context(options);
  const { port } = await server.serve({ servedir: out, host: '127.0.0.1' });
  console.log(`http://127.0.0.1:${port}/?scenario=three`);
}

// Bundles the view into the Python package: ../src/hitl_widgets/static/widget.{js,css}, what few views need (rich.js,
// inside.js), and the view of an inbox (inbox.js).
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, context } from 'esbuild';
import { minify } from 'terser';
import { inlineCss } from './inline-css.mjs';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

const options = {
  absWorkingDir: path('..'),
  entryPoints: {
    widget: 'src/widget.tsx',
    rich: 'src/rich/index.tsx',
    inside: 'src/inside/index.tsx',
    inbox: 'src/inbox/index.tsx',
  },
  outdir: path('../../src/hitl_widgets/static'),
  bundle: true,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  // Names are terser's, which are smaller.
  minifySyntax: true,
  minifyWhitespace: true,
  // Without it a comment with a licence is kept in a file beside the bundle, which a kernel would not send.
  legalComments: 'none',
  plugins: [inlineCss],
  logLevel: 'info',
};

// anywidget takes the CSS as a file of its own (`_css`), so it is a second entry point and not imported by the script.
const entryPoints = { ...options.entryPoints, 'widget.css': 'src/styles/index.css' };
const all = {
  ...options,
  entryPoints: Object.entries(entryPoints).map(([out, entry]) => ({ in: entry, out: out.replace(/\.css$/, '') })),
};

if (process.argv.includes('--watch')) {
  const watcher = await context({ ...all, minifySyntax: false, minifyWhitespace: false, sourcemap: 'inline' });
  await watcher.watch();
} else {
  const { metafile } = await build({ ...all, metafile: true });
  await Promise.all(Object.keys(metafile.outputs).map(smaller));
}

/** What a cell is sent has a budget: of esbuild's script terser makes one that is 3 % smaller, gzipped. */
async function smaller(output) {
  if (!output.endsWith('.js')) return;
  const file = path(`../${output}`);
  const { code } = await minify(await readFile(file, 'utf8'), {
    module: true,
    ecma: 2022,
    compress: { passes: 3, unsafe_arrows: true, pure_getters: true, inline: 1, sequences: false, lhs_constants: false },
  });
  await writeFile(file, code);
}

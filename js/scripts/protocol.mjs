// Writes src/protocol.ts from ../src/hitl_widgets/protocol/; with --check it only says whether it is up to date.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compile } from 'json-schema-to-typescript';

const target = fileURLToPath(new URL('../src/protocol.ts', import.meta.url));
const emitter = fileURLToPath(new URL('./protocol_schema.py', import.meta.url));

const BANNER = `// Generated from src/hitl_widgets/protocol/ by \`npm run protocol\`; change it there.`;

/** A title on a property would become a type of its own (\`Label\`, \`Label1\`, ...); only definitions are types. */
function withoutTitles(schema) {
  if (Array.isArray(schema)) return schema.map(withoutTitles);
  if (schema === null || typeof schema !== 'object') return schema;
  const kept = Object.entries(schema).filter(([key, value]) => !(key === 'title' && typeof value === 'string'));
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutTitles(value)]));
}

const python = process.env.PYTHON ?? 'python3';
const schema = withoutTitles(JSON.parse(execFileSync(python, [emitter], { encoding: 'utf8' })));
const names = Object.keys(schema.$defs).sort();

const source = await compile(
  { title: 'Protocol', type: 'object', additionalProperties: false, $defs: schema.$defs },
  'Protocol',
  {
    additionalProperties: false,
    bannerComment: BANNER,
    unreachableDefinitions: true,
    strictIndexSignatures: true,
    style: { singleQuote: true, printWidth: 120 },
  },
);
// `Protocol` itself is only the frame that the compiler needs; each definition says so in a comment of its own.
const text = source
  .replace(/export interface Protocol \{\}\n/, '')
  .replace(
    /\/\*\*\n \* This interface was referenced by `Protocol`'s JSON-Schema\n \* via the `definition` "\w+"\.\n \*\/\n/g,
    '',
  )
  .replace(
    / \*\n \* This interface was referenced by `Protocol`'s JSON-Schema\n \* via the `definition` "\w+"\.\n/g,
    '',
  );

const missing = names.filter((name) => !new RegExp(`export (interface|type) ${name}\\b`).test(text));
if (missing.length > 0) throw new Error(`protocol.ts would lack ${missing.join(', ')}`);

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('js/src/protocol.ts is stale: run `npm run protocol` in js/ and commit it.');
    process.exit(1);
  }
  console.log('js/src/protocol.ts is up to date.');
} else {
  writeFileSync(target, text);
  console.log(`js/src/protocol.ts: ${names.length} types`);
}

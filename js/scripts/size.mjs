// The bundle travels to the browser with each widget and may be saved in the notebook: it has a budget. So has what is
// sent once a view needs it.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET = 50 * 1024;
/** What is sent apart, and when. */
const LATER = {
  'rich.js': 'when a card needs it',
  'inside.js': 'when somebody looks into the run',
  'inbox.js': 'with an inbox alone',
};
const LATER_BUDGET = 50 * 1024;

const gzipped = (name) =>
  gzipSync(readFileSync(new URL(`../../src/hitl_widgets/static/${name}`, import.meta.url)), { level: 9 }).length;

const sizes = { 'widget.js': gzipped('widget.js'), 'widget.css': gzipped('widget.css') };
const total = Object.values(sizes).reduce((sum, size) => sum + size, 0);
const kb = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;

for (const [name, size] of Object.entries(sizes)) console.log(`${name}  ${kb(size)} gzipped`);
console.log(`together  ${kb(total)} of ${kb(BUDGET)}, ${(total / BUDGET).toFixed(2)} of the budget`);
for (const [name, when] of Object.entries(LATER)) {
  const size = gzipped(name);
  console.log(`${name}  ${kb(size)} of ${kb(LATER_BUDGET)} gzipped, sent ${when}`);
  if (size > LATER_BUDGET) {
    console.error(`${name} is ${kb(size - LATER_BUDGET)} over its budget.`);
    process.exit(1);
  }
}
if (total > BUDGET) {
  console.error(`The bundle is ${kb(total - BUDGET)} over its budget.`);
  process.exit(1);
}

// The bundle travels to the browser with each widget and may be saved in the notebook: it has a budget. So has what is
// sent once a card needs it.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET = 50 * 1024;
const RICH_BUDGET = 50 * 1024;

const gzipped = (name) =>
  gzipSync(readFileSync(new URL(`../../src/hitl_widgets/static/${name}`, import.meta.url)), { level: 9 }).length;

const sizes = { 'widget.js': gzipped('widget.js'), 'widget.css': gzipped('widget.css') };
const total = Object.values(sizes).reduce((sum, size) => sum + size, 0);
const rich = gzipped('rich.js');
const kb = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;

for (const [name, size] of Object.entries(sizes)) console.log(`${name}  ${kb(size)} gzipped`);
console.log(`together  ${kb(total)} of ${kb(BUDGET)}, ${(total / BUDGET).toFixed(2)} of the budget`);
console.log(`rich.js  ${kb(rich)} of ${kb(RICH_BUDGET)} gzipped, sent when a card needs it`);
if (rich > RICH_BUDGET) {
  console.error(`rich.js is ${kb(rich - RICH_BUDGET)} over its budget.`);
  process.exit(1);
}
if (total > BUDGET) {
  console.error(`The bundle is ${kb(total - BUDGET)} over its budget.`);
  process.exit(1);
}

/**
 * Fills in forms for the kernel's tests (`tests/unit/browser.py`): a field as a line of JSON in, what the view makes of
 * it out. So both sides of a form are tested as one, with the code that people use.
 */
import { createInterface } from 'node:readline';
import { startingFrom } from '../src/fields/children';
import { type Draft, startDraft } from '../src/fields/draft';
import { drawnPaths } from '../src/fields/drawn';
import { rootReply } from '../src/fields/reply';
import { validate } from '../src/fields/validate';
import type { FieldView } from '../src/protocol';

interface Task {
  field: FieldView;
  /** The reply that a person enters into the empty form; absent: the form is submitted as it starts. */
  entered?: unknown;
}

/** A draft as if it had been typed: nothing in it knows what it started from. */
function typed(draft: unknown): unknown {
  if (Array.isArray(draft)) return draft.map(typed);
  if (typeof draft !== 'object' || draft === null) return draft;
  const isRow = 'key' in draft && 'draft' in draft && 'start' in draft;
  const kept = Object.entries(draft).filter(([name]) => !(isRow && name === 'start'));
  return Object.fromEntries(kept.map(([name, part]) => [name, typed(part)]));
}

function answer({ field, ...task }: Task) {
  const draft = 'entered' in task ? (typed(startDraft(startingFrom(field, task.entered))) as Draft) : startDraft(field);
  const reply = rootReply(field, draft);
  return { reply, errors: validate(field, reply), drawn: drawnPaths(field, draft) };
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line) as Task))}\n`);
}

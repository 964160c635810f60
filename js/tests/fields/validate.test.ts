import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { validate } from '../../src/fields/validate';
import type { FieldView } from '../../src/protocol';

interface Fixture {
  name: string;
  field: FieldView;
  cases: { reply: unknown; errors: Record<string, string> }[];
}

// Also read by the kernel's tests: both sides say the same. Without the file this test fails, as it should.
const shared = join(import.meta.dirname, '../../../tests/fixtures/fields.json');
const fixtures = JSON.parse(readFileSync(shared, 'utf8')) as Fixture[];

/** Where a text stops being JSON is told in other words here than in Python. */
const withoutJsonDetail = (errors: Record<string, string>) =>
  Object.fromEntries(Object.entries(errors).map(([path, text]) => [path, text.replace(/^Not JSON.*/, 'Not JSON')]));

describe('a reply is refused in the words that the kernel uses', () => {
  it.each(fixtures.flatMap(({ name, field, cases }) => cases.map((one) => ({ name, field, ...one }))))(
    '$name: $reply',
    ({ field, reply, errors }) => {
      expect(withoutJsonDetail(validate(field, reply))).toEqual(errors);
    },
  );
});

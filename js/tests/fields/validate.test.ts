import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as shape from '../../dev/shapes';
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

describe('a pattern that may take for ever, which nothing here can stop, is left to the kernel', () => {
  it.each([
    ['empty choices, one after the other', `^${'(|)'.repeat(23)}x$`, 'a'],
    ['choices that are repeated, on a short text', '^(|a|){12}x$', 'aaaaaaaa'],
  ])('%s', (_, pattern, text) => {
    expect(validate(shape.text({ pattern }), text)).toEqual({});
  });

  it('and keeps no key of a map for a place of its own', () => {
    const field = shape.map(shape.text(), { elsewhere: ['^(y-)+$'] });
    expect(validate(field, [['x'.repeat(12), 'a']])).toEqual({});
  });
});

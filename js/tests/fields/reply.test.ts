import { describe, expect, it } from 'vitest';
import * as shape from '../../dev/shapes';
import { startDraft } from '../../src/fields/draft';
import { rootReply } from '../../src/fields/reply';
import { validate } from '../../src/fields/validate';
import type { FieldView } from '../../src/protocol';

/** What is sent by somebody who types nothing. */
const untouched = (field: FieldView) => rootReply(field, startDraft(field));
const optional = { required: false };
const mayBeEmpty = shape.text({ min_length: 0 });

describe('an object that nobody touched', () => {
  it('has the empty texts that are allowed, where it must be there', () => {
    const field = shape.object({ inner: shape.object({ a: mayBeEmpty, b: shape.list(shape.text()) }) });
    expect(untouched(field)).toEqual({ inner: { a: '', b: [] } });
    expect(validate(field, untouched(field))).toEqual({});
  });

  it('is asked for what it must have, where it must be there', () => {
    const field = shape.object({ inner: shape.object({ a: shape.text() }) });
    expect(validate(field, untouched(field))).toEqual({ 'inner/a': 'Please fill this in.' });
  });

  it('is left out where it may be', () => {
    expect(untouched(shape.object({ inner: shape.object({ a: mayBeEmpty }, optional) }))).toEqual({});
    expect(untouched(shape.object({ inner: shape.object({ a: shape.text() }, { nullable: true }) }))).toEqual({
      inner: null,
    });
  });

  it('is left out though some of it starts with a value, if the rest is missing', () => {
    const fields = { street: shape.text(), country: shape.text({ ...optional, default: 'DE' }) };
    expect(untouched(shape.object({ home: shape.object(fields, optional) }))).toEqual({});
    const { street: _, ...complete } = fields;
    expect(untouched(shape.object({ home: shape.object(complete, optional) }))).toEqual({ home: { country: 'DE' } });
    expect(untouched(shape.object({ home: shape.object(fields) }))).toEqual({ home: { street: '', country: 'DE' } });
  });

  it('is there, empty, where it was so from the start', () => {
    const inner = shape.object({ a: shape.text(optional) }, { ...optional, default: {} });
    expect(untouched(shape.object({ inner }))).toEqual({ inner: {} });
  });
});

describe('a default that nobody touched goes back as it came', () => {
  it.each<[string, FieldView, unknown]>([
    ['null', shape.text({ ...optional, nullable: true, default: null }), null],
    ['null, as JSON', shape.json({ ...optional, nullable: true, default: null }), null],
    ['an empty text', shape.text({ ...optional, min_length: 0, default: '' }), ''],
    ['an empty list', shape.list(shape.text(), { ...optional, default: [] }), []],
    ['an empty map', shape.map(shape.text(), { ...optional, default: [] }), []],
    ['no choice of many', shape.choices(['a'], { ...optional, default: [] }), []],
    ['many choices, in their order', shape.choices(['a', 'b'], { default: ['b', 'a'] }), ['b', 'a']],
    ['a moment', shape.datetime({ default: '2026-01-01T10:00:00.123+09:00' }), '2026-01-01T10:00:00.123+09:00'],
    ['texts in a list', shape.list(mayBeEmpty, { default: ['', 'a'] }), ['', 'a']],
    ['a number of many digits', shape.number({ default: 2.591790556646209e16 }), 2.591790556646209e16],
  ])('%s', (_, field, value) => {
    expect(untouched(shape.object({ field }))).toEqual({ field: value });
  });
});

import { describe, expect, it } from 'vitest';
import { elapsed } from '../../src/graph/words';
import { duration } from '../../src/parts/time';

describe('how long', () => {
  it.each([
    [0.0001, '<1 ms'],
    [0.0084, '8 ms'],
    [0.34, '340 ms'],
    [0.9999, '1.0 s'],
    [1.249, '1.2 s'],
    [2.41, '2.4 s'],
    [12.34, '12.3 s'],
    [59.94, '59.9 s'],
    [59.97, '1 min 00 s'],
    [65, '1 min 05 s'],
    [3599.7, '1 h 00 min'],
    [7384, '2 h 03 min'],
  ])('%s s took %s', (seconds, words) => {
    expect(duration(seconds)).toBe(words);
  });

  it.each([
    [0.9, '', ''],
    [59.9, '59 s', '59 s'],
    [65.9, '1 min 05 s', '1:05'],
    [7384, '2 h 03 min', '2 h 03 min'],
  ])('%s s have gone by: %s', (seconds, alone, beside) => {
    expect(elapsed(seconds, false)).toBe(alone);
    expect(elapsed(seconds, true)).toBe(beside);
  });
});

/** JSON values: equality as JSON means it, and where a text stops being JSON. */

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
  );
}

/**
 * What is wrong with a text that should be JSON, or null.
 *
 * The browsers' own messages name a position each in its own way, and Chrome's often none, so the place is found here.
 */
export function jsonProblem(text: string): string | null {
  try {
    let tooLarge = false;
    JSON.parse(text, (_, value) => {
      if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) tooLarge = true;
      return value;
    });
    return tooLarge ? 'Not JSON: too large a number.' : null;
  } catch {
    const { at, expected } = firstProblem(text);
    const before = text.slice(0, at).split('\n');
    const column = (before.at(-1)?.length ?? 0) + 1;
    return `Not JSON: expected ${expected} at line ${before.length}, column ${column}.`;
  }
}

class Problem extends Error {
  constructor(
    readonly at: number,
    readonly expected: string,
  ) {
    super(expected);
  }
}

const STRING = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy;
const LITERAL = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

function firstProblem(text: string): Problem {
  let at = 0;
  const space = () => {
    while (/[ \t\n\r]/.test(text[at] ?? '')) at += 1;
  };
  const take = (pattern: RegExp, expected: string) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) throw new Problem(at, expected);
    at += found[0].length;
  };
  const list = (close: string, item: () => void) => {
    at += 1;
    space();
    if (text[at] === close) {
      at += 1;
      return;
    }
    for (;;) {
      item();
      space();
      const next = text[at];
      if (next !== ',' && next !== close) throw new Problem(at, `"," or "${close}"`);
      at += 1;
      if (next === close) return;
    }
  };
  const value = () => {
    space();
    if (text[at] === '{') {
      list('}', () => {
        space();
        take(STRING, 'a key in double quotes');
        space();
        if (text[at] !== ':') throw new Problem(at, '":"');
        at += 1;
        value();
      });
    } else if (text[at] === '[') list(']', value);
    else if (text[at] === '"') take(STRING, 'a closed string');
    else take(LITERAL, 'a value');
  };
  try {
    value();
    space();
    return new Problem(at, 'the end');
  } catch (problem) {
    // Brackets nested deeper than the stack: still not JSON that JSON.parse takes.
    return problem instanceof Problem ? problem : new Problem(at, 'less nesting');
  }
}

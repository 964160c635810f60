/** What somebody has asked for and will look at once it is there: another run, or a question. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Link } from '../link';
import type { CardView, ForkView, RunView } from '../protocol';

export type Expected = 'fork' | 'question';

export interface Expecting {
  /** Null: nothing; what starts something is disabled until it is there. */
  expecting: Expected | null;
  expect(what: Expected): void;
}

interface Arrivals {
  run: RunView;
  forks: ForkView[];
  cards: CardView[];
  link: Link;
  onFork(fork: ForkView): void;
  onQuestion(card: CardView): void;
}

export function useExpected({ run, forks, cards, link, onFork, onQuestion }: Arrivals): Expecting {
  const [expected, setExpected] = useState<{ what: Expected; forks: number; notices: number } | null>(null);
  const now = useRef({ forks: 0, notices: 0 });
  now.current = { forks: forks.length, notices: run.notices.length };

  useEffect(() => {
    if (expected === null) return;
    const fork = forks[expected.forks];
    // One that somebody else has answered is still shown.
    const question = cards.find(({ status }) => status === 'open');
    const hasArrived = (expected.what === 'fork' ? fork : question) !== undefined;
    // What could not be done is said in a notice; a kernel that is gone says nothing.
    const isRefused = run.notices.length > expected.notices || link === 'gone';
    if (!hasArrived && !isRefused) return;
    setExpected(null);
    if (!hasArrived) return;
    if (fork !== undefined && expected.what === 'fork') onFork(fork);
    else if (question !== undefined) onQuestion(question);
  }, [expected, forks, cards, run.notices.length, link]);

  const expect = useCallback((what: Expected) => setExpected({ what, ...now.current }), []);
  return { expecting: expected?.what ?? null, expect };
}

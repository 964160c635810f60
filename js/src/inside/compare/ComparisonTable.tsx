import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { Icon } from '../../parts/icons';
import type { ComparisonView, PairView } from '../../protocol';
import { beginningOf, piecesOf } from './pieces';

/** Two runs, step by step, and the keys of their states that differ. Draws what it is given and nothing else. */
export function ComparisonTable({ of, name }: { of: ComparisonView; name: string }): VNode {
  const { words, before, pairs, after, parts_at, keys, same } = of;
  return (
    <>
      <p class="hitl-parting">
        <Icon name={parts_at === null ? 'check' : 'fork'} /> {words}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div class="hitl-scrolled" tabIndex={0} role="group" aria-label="The steps of both runs">
        <table class="hitl-pairs">
          <Head first="Step" name={name} last="" />
          <tbody>
            {before > 0 && <Left count={before} words={`before ${before === 1 ? 'is' : 'are'} the same`} />}
            {pairs.map((pair, at) => (
              <tr key={at} data-parts={at === parts_at} data-same={pair.same}>
                <th scope="row">{pair.step}</th>
                <Cell text={pair.ours} other={pair.theirs} what={`what this run did at step ${pair.step}`} />
                <Cell text={pair.theirs} other={pair.ours} what={`what ${name} did at step ${pair.step}`} />
                <td class="hitl-mark">{markOf(pair, at === parts_at)}</td>
              </tr>
            ))}
            {after > 0 && <Left count={after} words="more: session.compare(session.forks[…]) has them all" />}
          </tbody>
        </table>
      </div>
      {keys.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: as above
        <div class="hitl-scrolled" tabIndex={0} role="group" aria-label="The keys that differ">
          <table class="hitl-pairs">
            <Head first="Key" name={name} />
            <tbody>
              {keys.map(({ key, ours, theirs }) => (
                <tr key={key}>
                  <th scope="row">{key}</th>
                  <Cell text={ours} other={theirs} what={`${key} in this run`} />
                  <Cell text={theirs} other={ours} what={`${key} in ${name}`} />
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {same.length > 0 && (
        <p class="hitl-earlier">
          The same in both: <span class="hitl-mono">{same.join(', ')}</span>
        </p>
      )}
    </>
  );
}

function Head({ first, name, last }: { first: string; name: string; last?: string }): VNode {
  return (
    <thead>
      <tr>
        <th scope="col">{first}</th>
        <th scope="col">This run</th>
        <th scope="col">{name}</th>
        {last !== undefined && (
          <th scope="col">
            <span class="hitl-unseen">How they compare</span>
          </th>
        )}
      </tr>
    </thead>
  );
}

function markOf(pair: PairView, parts: boolean): string {
  if (parts) return 'They part here';
  return pair.same ? 'same' : 'differs';
}

function Left({ count, words }: { count: number; words: string }): VNode {
  return (
    <tr>
      <td colSpan={4} class="hitl-left">
        {count} {count === 1 ? 'step' : 'steps'} {words}
      </td>
    </tr>
  );
}

interface CellProps {
  text: string | null | undefined;
  /** What the other run has there. */
  other: string | null | undefined;
  what: string;
}

/** The beginning of it, and all of it to whoever asks; marked is what the other run has not. */
function Cell({ text, other, what }: CellProps): VNode {
  const [open, setOpen] = useState(false);
  const pieces = useMemo(() => piecesOf(text ?? '', other ?? null), [text, other]);
  if (text === null || text === undefined) {
    return (
      <td>
        <span class="hitl-left">not there</span>
      </td>
    );
  }
  const { shown, isCut } = open ? { shown: pieces, isCut: true } : beginningOf(pieces);
  return (
    <td>
      <div class="hitl-cell">
        {shown.map(({ text: words, marked }, at) =>
          marked ? <mark key={at}>{words}</mark> : <span key={at}>{words}</span>,
        )}
      </div>
      {isCut && (
        <button
          type="button"
          class="hitl-link"
          aria-expanded={open}
          aria-label={`Show ${open ? 'less' : 'more'} of ${what}`}
          onClick={() => setOpen(!open)}
        >
          Show {open ? 'less' : 'more'}
        </button>
      )}
    </td>
  );
}

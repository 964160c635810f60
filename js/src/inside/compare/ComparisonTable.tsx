import type { VNode } from 'preact';
import { Icon } from '../../parts/icons';
import type { ComparisonView, PairView } from '../../protocol';

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
                <Cell text={pair.ours} />
                <Cell text={pair.theirs} />
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
                  <Cell text={ours} />
                  <Cell text={theirs} />
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

/** A few lines of it; all of it to whoever points there, and in `session.compare`. */
function Cell({ text }: { text: string | null | undefined }): VNode {
  return (
    <td>
      {text === null || text === undefined ? (
        <span class="hitl-left">not there</span>
      ) : (
        <div class="hitl-lines" title={text}>
          {text}
        </div>
      )}
    </td>
  );
}

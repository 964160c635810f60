import type { ComponentChildren, VNode } from 'preact';
import { useState } from 'preact/hooks';
import { InsidePart } from '../inside/InsidePart';
import { canSend } from '../link';
import type { ForkView, RunView } from '../protocol';
import { useView } from '../view-context';
import { ForkPanel } from './ForkPanel';

interface ForksProps {
  run: RunView;
  forks: ForkView[];
  /** The name of the fork that is shown; null: this run. */
  chosen: string | null;
  onChoose(fork: string | null): void;
  /** This run. */
  children: ComponentChildren;
}

const THIS = 'This run';

/** This run and those that were started from it: a tab each, one of them shown, or a fork beside this run. */
export function Forks({ run, forks, chosen, onChoose, children }: ForksProps): VNode {
  const { connection, link } = useView();
  const [beside, setBeside] = useState(false);
  const index = forks.findIndex((fork) => fork.name === chosen);
  const fork = forks[index];
  const id = `hitl-${connection.client}-run`;
  const isBeside = beside && fork !== undefined;
  /** Of this run and its forks. */
  const at = index + 1;

  // One tree whether or not there are forks: nothing of this run is drawn anew when the first one comes.
  const panel = forks.length > 0 ? { role: 'tabpanel' as const, 'aria-labelledby': `${id}-0-tab` } : {};
  return (
    <>
      {forks.length > 0 && (
        <div class="hitl-runs">
          <InsidePart
            name="tabs"
            meanwhile=""
            props={{
              runs: [
                { fork: null, words: THIS, status: run.status },
                ...forks.map(({ name, label, status }) => ({
                  fork: name,
                  words: `${name}: ${label}`,
                  status,
                })),
              ],
              at,
              id,
              onChoose: (n) => onChoose(forks[n - 1]?.name ?? null),
              beside,
              onBeside: setBeside,
            }}
          />
        </div>
      )}
      <div class="hitl-panels" data-beside={isBeside}>
        {isBeside && <InsidePart name="compared" props={{ status: run.status, fork }} />}
        <div
          class="hitl-panel"
          id={`${id}-0`}
          {...panel}
          data-name={THIS}
          data-still={!canSend(link)}
          hidden={fork !== undefined && !isBeside}
        >
          {children}
        </div>
        {fork !== undefined && (
          <ForkPanel key={fork.name} fork={fork} at={index} id={`${id}-${at}`} labelledBy={`${id}-${at}-tab`} />
        )}
      </div>
    </>
  );
}

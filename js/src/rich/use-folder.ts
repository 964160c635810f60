/** What is in a folder of the kernel, as far as it is known. */
import { useEffect, useState } from 'preact/hooks';
import type { Fetch } from '../fetch-context';
import type { FileEntry, FolderView } from '../protocol';
import { matching } from './file-place';

/** While somebody types, the kernel is asked only once they pause. */
const PAUSE_MS = 150;

export interface Folder {
  /** Null: not known yet. */
  entries: FileEntry[] | null;
  /** How many others there are. */
  more: number;
  /** Why it cannot be shown. */
  problem: string | null;
}

interface Known {
  at: string;
  typed: string;
  view: FolderView;
}

/**
 * Args:
 *   at: the folder; null when nobody looks.
 *   typed: what the names must have in them.
 *   again: another number asks once more.
 */
export function useFolder(fetch: Fetch, source: string, at: string | null, typed: string, again: number): Folder {
  const [known, setKnown] = useState<Known | null>(null);
  const [problem, setProblem] = useState<{ at: string; text: string } | null>(null);
  const here = known !== null && known.at === at ? known : null;
  // What has all of a folder has what is typed, too.
  const isEnough = here !== null && (here.typed === typed || (here.view.more === 0 && typed.startsWith(here.typed)));
  const wanted = isEnough ? here.typed : typed;

  useEffect(() => {
    if (at === null) return undefined;
    let stale = false;
    const ask = () =>
      fetch({ source, folder: at, typed: wanted }).then(
        (view) => {
          if (stale) return;
          setProblem(null);
          setKnown({ at, typed: wanted, view: view as FolderView });
        },
        (error: unknown) => {
          if (!stale) setProblem({ at, text: error instanceof Error ? error.message : String(error) });
        },
      );
    const pause = setTimeout(ask, here === null ? 0 : PAUSE_MS);
    return () => {
      stale = true;
      clearTimeout(pause);
    };
  }, [fetch, source, at, wanted, again]);

  if (problem !== null && problem.at === at) return { entries: [], more: 0, problem: problem.text };
  // The names that are known are shown while the kernel looks for others.
  return {
    entries: here === null ? null : matching(here.view.entries, typed),
    more: here === null ? 0 : here.view.more,
    problem: null,
  };
}

import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Spinner } from '../parts/icons';
import type { FileEntry, FileField } from '../protocol';
import { FileGlyph } from './FileGlyph';
import type { Crumb } from './file-place';
import { dayOf, sizeOf } from './file-words';
import type { Folder } from './use-folder';

interface Props {
  id: string;
  crumbs: Crumb[];
  folder: Folder;
  typed: string;
  field: FileField;
  /** The entry that Enter takes; -1: none. */
  current: number;
  /** The name of the one that is the answer now. */
  picked: string | null;
  onGo(at: string): void;
  onChoose(entry: FileEntry): void;
  /** Null: a folder is no answer. */
  onTakeFolder: (() => void) | null;
  onAgain(): void;
}

/** Where one is, and what is there. The input above it keeps the focus, also when the mouse is used here. */
export function FolderPanel(props: Props): VNode {
  const { id, crumbs, folder, typed, field, current, picked, onGo, onChoose, onTakeFolder, onAgain } = props;
  const list = useRef<HTMLDivElement>(null);
  const here = crumbs.at(-1);

  useLayoutEffect(() => {
    // Only the list scrolls; `scrollIntoView` would move the notebook as well.
    const row = current < 0 ? null : (list.current?.children[current] as HTMLElement | undefined);
    if (list.current === null || !row) return;
    const top = row.offsetTop - list.current.offsetTop;
    if (top < list.current.scrollTop) list.current.scrollTop = top;
    const below = top + row.offsetHeight - list.current.clientHeight;
    if (below > list.current.scrollTop) list.current.scrollTop = below;
  }, [current, folder.entries]);
  // Another folder starts at its top.
  useLayoutEffect(() => {
    if (list.current !== null) list.current.scrollTop = 0;
  }, [here?.at]);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only keeps the focus where it is
    <div class="hitl-folder" onMouseDown={(event) => event.preventDefault()}>
      <div class="hitl-folder-head">
        <nav class="hitl-crumbs" aria-label="Folder">
          {crumbs.map(({ name, at }, depth) => (
            <span key={at}>
              {depth > 0 && (
                <span class="hitl-crumb-mark" aria-hidden="true">
                  ›
                </span>
              )}
              <button
                type="button"
                class="hitl-crumb"
                aria-current={depth === crumbs.length - 1 ? 'location' : undefined}
                onClick={() => onGo(at)}
              >
                {name}
              </button>
            </span>
          ))}
        </nav>
        {onTakeFolder !== null && folder.problem === null && (
          <button type="button" class="hitl-button hitl-small" onClick={onTakeFolder}>
            Use this folder
          </button>
        )}
      </div>
      {folder.problem !== null ? (
        <div class="hitl-folder-none">
          <span>{folder.problem}</span>
          <button type="button" class="hitl-link" onClick={onAgain}>
            Look again
          </button>
        </div>
      ) : folder.entries === null ? (
        <div class="hitl-folder-none hitl-folder-wait">
          <Spinner /> Looking…
        </div>
      ) : folder.entries.length === 0 ? (
        <div class="hitl-folder-none">{nothing(field, typed)}</div>
      ) : (
        <div class="hitl-entries" id={id} role="listbox" aria-label={`In ${here?.name}`} ref={list}>
          {folder.entries.map((entry, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the input above has the keys
            // biome-ignore lint/a11y/useFocusableInteractive: the input keeps the focus and names the active one
            <div
              key={entry.name}
              id={`${id}-${index}`}
              class="hitl-entry-line"
              role="option"
              aria-selected={index === current}
              data-current={index === current}
              data-picked={entry.name === picked}
              onClick={() => onChoose(entry)}
            >
              <FileGlyph name={entry.kind} />
              <bdi class="hitl-entry-name">{entry.name}</bdi>
              {entry.kind === 'folder' && <span class="hitl-unseen">folder</span>}
              <span class="hitl-entry-size">{entry.size === null ? '' : sizeOf(entry.size)}</span>
              <span class="hitl-entry-day">{entry.modified === null ? '' : dayOf(entry.modified)}</span>
            </div>
          ))}
        </div>
      )}
      {(folder.more > 0 || field.upload !== null) && (
        <div class="hitl-folder-foot">
          {folder.more > 0 && <div>{folder.more.toLocaleString()} more: type a part of the name to find them</div>}
          {field.upload !== null && <div>Drop a file here to upload it, up to {sizeOf(field.upload)}</div>}
        </div>
      )}
    </div>
  );
}

function nothing({ kind, suffixes }: FileField, typed: string): string {
  const what = kind === 'folder' ? 'folder' : suffixes.length > 0 ? `${suffixes.join(' or ')} file` : 'file';
  return typed === '' ? `There is no ${what} here.` : `There is no ${what} with “${typed}” in its name here.`;
}

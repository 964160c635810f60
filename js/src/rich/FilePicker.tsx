import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { FileEntry } from '../protocol';
import { FileGlyph } from './FileGlyph';
import { FolderPanel } from './FolderPanel';
import { crumbsOf, join, likeliest, nameOf, parentOf, placeOf, textOf } from './file-place';
import type { FileProps } from './props';
import { UploadLine } from './UploadLine';
import { useDrop } from './use-drop';
import { useFolder } from './use-folder';
import { useUpload } from './use-upload';

const PAGE = 6;

/**
 * A path of the kernel's, as an address: it can be typed, and what is typed opens folders and narrows down what is in
 * them. The focus stays in the input; the arrows go through the list below it.
 */
export function FilePicker({ field, input, path, alone, fetch, onPath }: FileProps): VNode {
  const { onBlur, disabled, ...attributes } = input;
  const box = useRef<HTMLDivElement>(null);
  const text = useRef<HTMLInputElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const [isOpen, setOpen] = useState(alone && path === '');
  const [active, setActive] = useState<number | null>(null);
  /** What is typed narrows the list down; a path that was picked does not. */
  const [narrows, setNarrows] = useState(false);
  const [times, setTimes] = useState(0);
  const [said, say] = useState('');

  const place = placeOf(path, field.folder);
  const typed = narrows ? place.typed : '';
  const shown = isOpen && !disabled;
  const folder = useFolder(fetch, field.source, shown ? place.at : null, typed, times);
  const entries = folder.entries ?? [];
  const current =
    active !== null && active < entries.length ? active : narrows && typed !== '' ? likeliest(entries, typed) : -1;

  const close = () => {
    setOpen(false);
    setActive(null);
    setNarrows(false);
  };
  const take = (picked: string, name: string) => {
    onPath(picked);
    close();
    say(`${name} is picked`);
    text.current?.focus();
  };
  const goTo = (at: string) => {
    onPath(at === '' ? '' : `${textOf(field.folder, at)}/`);
    setOpen(true);
    setActive(null);
    setNarrows(false);
    text.current?.focus();
  };
  const choose = (entry: FileEntry) => {
    const inside = join(place.at, entry.name);
    if (entry.kind === 'folder') goTo(inside);
    else take(textOf(field.folder, inside), entry.name);
  };
  const takeFolder = () =>
    take(
      place.at === '' ? field.folder : textOf(field.folder, place.at),
      crumbsOf(field.folder, place.at).at(-1)?.name ?? '',
    );

  const uploads = useUpload(fetch, field.source, (uploaded, name) => {
    setTimes((now) => now + 1);
    take(uploaded, name);
  });
  const takesUploads = field.upload !== null && !disabled;
  const isOver = useDrop(box, takesUploads, uploads.start);

  useEffect(() => {
    if (folder.entries !== null && shown) say(folder.problem ?? summaryOf(folder.entries, folder.more));
  }, [folder.entries?.length, folder.more, folder.problem, place.at, shown]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const done = () => {
      event.preventDefault();
      // Not Enter for the card, nor Escape for the notebook.
      event.stopPropagation();
    };
    const step = (by: number) => {
      done();
      if (!shown) setOpen(true);
      else if (entries.length > 0) setActive(Math.min(Math.max(current + by, 0), entries.length - 1));
    };
    const entry = shown ? entries[current] : undefined;
    const atFolder = path.endsWith('/') && text.current?.selectionStart === path.length;
    switch (event.key) {
      case 'ArrowDown':
        return step(1);
      case 'ArrowUp':
        return step(-1);
      case 'PageDown':
        return step(PAGE);
      case 'PageUp':
        return step(-PAGE);
      case 'Enter':
        if (entry === undefined || event.repeat) return;
        done();
        return choose(entry);
      case 'Escape':
        if (!shown) return;
        done();
        return close();
      case 'Backspace':
        if (!atFolder || text.current?.selectionEnd !== path.length) return;
        done();
        return goTo(parentOf(place.at));
      default:
        return;
    }
  };
  const onFocusOut = (event: FocusEvent) => {
    if (!box.current?.contains(event.relatedTarget as Node | null)) onBlur();
  };
  const list = `${attributes.id}-list`;
  const isListed = shown && entries.length > 0;
  const isPicked = path !== '' && !shown;
  const failed = uploads.failed === null ? [] : [`${attributes.id}-upload`];
  return (
    <div ref={box} class="hitl-file" data-over={isOver} data-uploads={takesUploads} onFocusOut={onFocusOut}>
      <div class="hitl-file-line">
        <div class="hitl-file-path" data-picked={isPicked}>
          <FileGlyph name={field.kind === 'folder' ? 'folder' : 'file'} />
          <input
            placeholder={field.kind === 'folder' ? 'Pick a folder, or type its path' : 'Pick a file, or type its path'}
            {...attributes}
            ref={text}
            type="text"
            class="hitl-input"
            role="combobox"
            autocomplete="off"
            spellcheck={false}
            disabled={disabled}
            aria-autocomplete="list"
            aria-expanded={isListed}
            aria-controls={isListed ? list : undefined}
            aria-activedescendant={isListed && current >= 0 ? `${list}-${current}` : undefined}
            aria-describedby={[attributes['aria-describedby'], ...failed].filter(Boolean).join(' ') || undefined}
            value={path}
            onKeyDown={onKeyDown}
            onInput={(event) => {
              onPath(event.currentTarget.value);
              setOpen(true);
              setActive(null);
              setNarrows(true);
            }}
          />
        </div>
        {!disabled && !shown && (
          <button
            type="button"
            class="hitl-button hitl-file-button"
            onClick={() => {
              setOpen(true);
              text.current?.focus();
            }}
          >
            {path === '' ? 'Browse' : 'Change'}
          </button>
        )}
        {takesUploads && uploads.now === null && (
          <>
            <input
              ref={chooser}
              type="file"
              class="hitl-file-chooser"
              tabIndex={-1}
              aria-hidden="true"
              accept={field.suffixes.join()}
              onChange={(event) => {
                uploads.start(event.currentTarget.files ?? []);
                // The same file may be chosen once more.
                event.currentTarget.value = '';
              }}
            />
            <button type="button" class="hitl-button hitl-file-button" onClick={() => chooser.current?.click()}>
              <FileGlyph name="upload" /> Upload…
            </button>
          </>
        )}
      </div>
      <UploadLine
        id={`${attributes.id}-upload`}
        uploads={uploads}
        onCancel={() => {
          uploads.cancel();
          say('The upload is cancelled');
          text.current?.focus();
        }}
      />
      {shown && (
        <FolderPanel
          id={list}
          crumbs={crumbsOf(field.folder, place.at)}
          folder={folder}
          typed={typed}
          field={field}
          current={current}
          picked={narrows ? null : place.typed}
          onGo={goTo}
          onChoose={choose}
          onTakeFolder={field.kind === 'file' ? null : takeFolder}
          onAgain={() => setTimes((now) => now + 1)}
        />
      )}
      <div class="hitl-unseen" role="status">
        {said}
      </div>
      {isOver && <div class="hitl-file-drop">Drop it to upload it to {join(nameOf(field.folder), field.into)}</div>}
    </div>
  );
}

function summaryOf(entries: FileEntry[], more: number): string {
  const folders = entries.filter(({ kind }) => kind === 'folder').length;
  const count = (n: number, what: string) => (n === 0 ? '' : `${n} ${what}${n === 1 ? '' : 's'}`);
  const parts = [count(folders, 'folder'), count(entries.length - folders, 'file'), more > 0 ? `${more} more` : ''];
  return parts.filter(Boolean).join(', ') || 'Nothing here';
}

import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { linesOf } from '../../parts/compare';
import { Pieces } from '../../parts/Pieces';
import type { ChangeView, ShownValue, TextValue } from '../../protocol';
import { CopyButton } from '../values/CopyButton';
import { FoldedParts } from '../values/Tree';
import { Leaf, Value } from '../values/Value';
import { counted, hasParts, isInline } from '../values/words';

const MARKS: { [kind in ChangeView['kind']]: [mark: string, word: string] } = {
  added: ['+', 'added'],
  appended: ['+', 'appended'],
  changed: ['~', 'changed'],
  removed: ['−', 'removed'],
  written: ['=', 'written'],
  reduced: ['+', 'taken by its reducer'],
};
/** A longer text is compared in the kernel's words: before and after. */
const LONGEST_COMPARED = 20_000;

/** What a task wrote to the state, as a diff against before. */
export function Changes({ changes }: { changes: ChangeView[] }): VNode | null {
  if (changes.length === 0) return null;
  return (
    <ul class="hitl-wrote">
      {changes.map((change) => (
        <Change key={change.key} change={change} />
      ))}
    </ul>
  );
}

function Change({ change }: { change: ChangeView }): VNode {
  if (change.kind === 'reduced') return <Reduced change={change} />;
  const { key, kind, before, after, entries, same, more } = change;
  const [mark, word] = MARKS[kind];
  const isOneLine =
    entries === undefined &&
    (before === undefined || isInline(before.view)) &&
    (after === undefined || isInline(after.view));
  return (
    <li class="hitl-wrote-key" data-kind={kind}>
      <div class="hitl-wrote-head">
        <span class="hitl-wrote-mark" aria-hidden="true">
          {mark}
        </span>
        <span class="hitl-in-key">{key}</span>
        {isOneLine ? (
          <OneLine change={change} />
        ) : (
          <span class="hitl-wrote-word">
            {kind === 'appended' ? appended(change) : word}
            {kind !== 'appended' && change.reducer !== undefined && ` by its reducer${named(change)}`}
          </span>
        )}
        {isOneLine && <span class="hitl-unseen">{word}</span>}
        {(after ?? before) !== undefined && <CopyButton id={(after ?? before)?.value ?? ''} what={key} />}
      </div>
      {!isOneLine && (
        <div class="hitl-wrote-body">
          {entries !== undefined ? <Changes changes={entries} /> : <Sides change={change} />}
          {more !== undefined && <p class="hitl-inside-note">and {more} more</p>}
          {entries !== undefined && same !== undefined && (
            <p class="hitl-inside-note">{counted(same, 'other', 'others')} as before</p>
          )}
        </div>
      )}
    </li>
  );
}

function appended(change: ChangeView): string {
  const view = change.after?.view;
  const word = change.reducer === undefined ? 'appended' : `added by its reducer${named(change)}`;
  return view?.kind === 'list' ? `${counted(view.total - view.first, 'item', 'items')} ${word}` : word;
}

function named({ reducer }: ChangeView): string {
  return reducer ? ` (${reducer})` : '';
}

/** A write that the key's reducer took: what this task wrote, and what the key became by all that the step's tasks wrote. */
function Reduced({ change }: { change: ChangeView }): VNode {
  const { key, wrote, after, beside } = change;
  const others = beside !== undefined ? `with what ${counted(beside, 'other task', 'other tasks')} wrote` : '';
  const isOneLine = wrote !== undefined && isInline(wrote.view) && (after === undefined || isInline(after.view));
  return (
    <li class="hitl-wrote-key" data-kind="reduced">
      <div class="hitl-wrote-head">
        <span class="hitl-wrote-mark" aria-hidden="true">
          +
        </span>
        <span class="hitl-in-key">{key}</span>
        {isOneLine && (
          <span class="hitl-wrote-line">
            <ins>
              <Leaf view={wrote.view} />
            </ins>
          </span>
        )}
        <span class="hitl-wrote-word">added by its reducer{named(change)}</span>
        {wrote !== undefined && <CopyButton id={wrote.value} what={key} />}
      </div>
      <div class="hitl-wrote-body">
        {!isOneLine && wrote !== undefined && (
          <div class="hitl-side-value" data-side="after">
            <Whole shown={wrote} name={`what it wrote to ${key}`} />
          </div>
        )}
        {after === undefined ? (
          others !== '' && <p class="hitl-inside-note">{others}; what became of it is not known yet</p>
        ) : isInline(after.view) ? (
          <p class="hitl-wrote-became">
            <span class="hitl-wrote-word">the key became</span> <Leaf view={after.view} />{' '}
            <span class="hitl-wrote-word">{others}</span>
          </p>
        ) : (
          <Side side="the key became" more={others} shown={after} name={`${key} after the step`} folded />
        )}
      </div>
    </li>
  );
}

function OneLine({ change: { before, after } }: { change: ChangeView }): VNode {
  return (
    <span class="hitl-wrote-line">
      {before !== undefined && (
        <del>
          <Leaf view={before.view} />
        </del>
      )}
      {before !== undefined && after !== undefined && <span aria-hidden="true"> → </span>}
      {after !== undefined && (
        <ins>
          <Leaf view={after.view} />
        </ins>
      )}
    </span>
  );
}

function Sides({ change: { key, before, after } }: { change: ChangeView }): VNode | null {
  if (before !== undefined && after !== undefined) {
    if (isWholeText(before.view) && isWholeText(after.view)) {
      return <TextDiff before={before.view} after={after.view} name={key} />;
    }
    return (
      <>
        <Side side="before" shown={before} name={`${key} before`} />
        <Side side="after" shown={after} name={`${key} after`} />
      </>
    );
  }
  const shown = after ?? before;
  if (shown === undefined) return null;
  return (
    <div class="hitl-side-value" data-side={after === undefined ? 'before' : 'after'}>
      <Whole shown={shown} name={key} />
    </div>
  );
}

interface SideProps {
  side: string;
  more?: string;
  shown: ShownValue;
  name: string;
  folded?: boolean;
}

/** One of two: what it was is folded at first, where it is more than a line. */
function Side({ side, more = '', shown, name, folded = side === 'before' }: SideProps): VNode {
  const [open, setOpen] = useState(!folded || isInline(shown.view));
  return (
    <div class="hitl-side-value" data-side={side}>
      <button type="button" class="hitl-twisty" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span class="hitl-wrote-word">
          {side}
          {more !== '' && ` (${more})`}
        </span>
      </button>
      {open && <Whole shown={shown} name={name} />}
    </div>
  );
}

function Whole({ shown: { value, view }, name }: { shown: ShownValue; name: string }): VNode {
  return hasParts(view) ? (
    <FoldedParts id={value} view={view} depth={0} name={name} />
  ) : (
    <Value id={value} view={view} name={name} />
  );
}

function isWholeText(view: ShownValue['view']): view is TextValue {
  return view.kind === 'text' && view.text.length === view.total && view.total <= LONGEST_COMPARED;
}

/** Two texts as one, with what is gone and what is new. */
function TextDiff({ before, after, name }: { before: TextValue; after: TextValue; name: string }): VNode {
  const lines = useMemo(() => linesOf(before.text, after.text), [before.text, after.text]);
  if (lines === null) {
    return (
      <>
        <Side side="before" shown={{ value: '', view: before }} name={`${name} before`} />
        <Side side="after" shown={{ value: '', view: after }} name={`${name} after`} />
      </>
    );
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <div class="hitl-text-diff" role="group" aria-label={`Changes of ${name}`} tabIndex={0}>
      {lines.map((line, at) =>
        line.kind === 'skipped' ? (
          <div class="hitl-diff-skipped" key={at}>
            {counted(line.count, 'line', 'lines')} as before
          </div>
        ) : (
          <div class="hitl-diff-line" key={at}>
            <Pieces of={line.pieces} />
          </div>
        ),
      )}
    </div>
  );
}

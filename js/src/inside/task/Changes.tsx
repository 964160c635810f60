import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { ChangeView, ShownValue, TextValue } from '../../protocol';
import { linesOf } from '../../rich/compare';
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
          <span class="hitl-wrote-word">{kind === 'appended' ? appended(after) : word}</span>
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

function appended(after: ShownValue | undefined): string {
  const view = after?.view;
  return view?.kind === 'list' ? `${counted(view.total - view.first, 'item', 'items')} appended` : 'appended';
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

/** One of two: what it was is folded at first, where it is more than a line. */
function Side({ side, shown, name }: { side: 'before' | 'after'; shown: ShownValue; name: string }): VNode {
  const [open, setOpen] = useState(side === 'after' || isInline(shown.view));
  return (
    <div class="hitl-side-value" data-side={side}>
      <button type="button" class="hitl-twisty" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span class="hitl-wrote-word">{side}</span>
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
            {line.pieces.map(({ kind, text }, piece) =>
              kind === 'same' ? (
                <span key={piece}>{text}</span>
              ) : kind === 'added' ? (
                <ins key={piece}>{text}</ins>
              ) : (
                <del key={piece}>{text}</del>
              ),
            )}
            {line.pieces.length === 0 && '\u00a0'}
          </div>
        ),
      )}
    </div>
  );
}

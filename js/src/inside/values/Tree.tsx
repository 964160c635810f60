import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { Spinner } from '../../parts/icons';
import type { ValueView } from '../../protocol';
import { CopyButton } from './CopyButton';
import { useMore } from './context';
import { MoreButton } from './MoreButton';
import { Leaf, Value } from './Value';
import { counted, hasParts, isInline, isOneParagraph, preview, size, startsOpen } from './words';

type WithParts = Extract<ValueView, { kind: 'list' | 'map' | 'object' | 'folded' }>;

/** Entries that are asked for at a time. */
const PAGE = 100;

interface Row {
  at: number;
  key: string;
  view: ValueView;
}

interface PartsProps {
  id: string;
  view: WithParts;
  depth: number;
  name: string;
}

/** What is inside of a value, a row each, and a way to what is not here yet. */
export function Parts({ id, view, depth, name }: PartsProps): VNode {
  const { parts, loading, error, ask } = useMore(id);
  const known = view.kind === 'folded' ? parts[0] : view;
  if (known === undefined || known.kind === 'folded') {
    return (
      <div class="hitl-tree" tabIndex={-1}>
        {error === null ? (
          <MoreButton loading={loading} onMore={() => ask(0, PAGE)}>
            Show {size(view) || name}
          </MoreButton>
        ) : (
          <span class="hitl-inside-note">{error}</span>
        )}
      </div>
    );
  }
  if (!hasParts(known)) return <Value id={id} view={known} depth={depth} name={name} />;
  const rows = [known, ...parts].flatMap(rowsOf);
  const shown = rows.filter((row, at) => rows.findIndex((other) => other.at === row.at) === at);
  const next = (shown.at(-1)?.at ?? -1) + 1;
  const total = 'total' in known ? known.total : 0;
  return (
    <div class="hitl-tree" tabIndex={-1}>
      {shown.map((row) => (
        <Entry key={row.at} id={`${id}.${row.at}`} label={row.key} view={row.view} depth={depth + 1} />
      ))}
      {(next < total || parts.length > 0) && (
        <div class="hitl-more" tabIndex={-1}>
          {next < total && (
            <MoreButton loading={loading} onMore={() => ask(next, PAGE)}>
              Show {Math.min(PAGE, total - next)} more
            </MoreButton>
          )}
          <span>
            {next < total && 'of '}
            {counted(total, 'entry', 'entries')}
          </span>
        </div>
      )}
      {error !== null && <p class="hitl-inside-note">{error}</p>}
    </div>
  );
}

/** The same on its own: where that is a long list, folded at first. */
export function FoldedParts(props: PartsProps): VNode {
  const { view } = props;
  const [open, setOpen] = useState(startsOpen(view, 1));
  const [isShort] = useState(open);
  if (isShort) return <Parts {...props} />;
  return (
    <div class="hitl-in-part">
      <button type="button" class="hitl-twisty" aria-expanded={open} onClick={() => setOpen(!open)}>
        {!open && <span class="hitl-preview">{preview(view)}</span>}
        <span class="hitl-size">{size(view)}</span>
        <span class="hitl-unseen">of {props.name}</span>
      </button>
      {open && <Opened {...props} />}
    </div>
  );
}

function rowsOf(view: ValueView): Row[] {
  if (view.kind === 'list') {
    return view.items.map((item, at) => ({ at: view.first + at, key: String(view.first + at), view: item }));
  }
  if (view.kind !== 'map' && view.kind !== 'object') return [];
  return view.entries.map(({ key, value }, at) => ({ at: view.first + at, key, view: value }));
}

interface EntryProps {
  id: string;
  label: string;
  view: ValueView;
  depth: number;
}

/** A key and its value; what has parts can be folded. */
export function Entry({ id, label, view, depth }: EntryProps): VNode {
  const [open, setOpen] = useState(startsOpen(view, depth));
  if (view.kind === 'message') return <Value id={id} view={view} name={label} depth={depth} />;
  if (isInline(view) || isOneParagraph(view)) {
    return (
      <div class="hitl-in-part">
        <span class="hitl-in-key">{label}</span> <Leaf view={view} />
        <CopyButton id={id} what={label} />
      </div>
    );
  }
  if (!hasParts(view)) {
    return (
      <div class="hitl-in-part hitl-in-part-block">
        <span class="hitl-in-key">{label}</span> <CopyButton id={id} what={label} />
        <Value id={id} view={view} name={label} depth={depth} />
      </div>
    );
  }
  return (
    <div class="hitl-in-part">
      <button type="button" class="hitl-twisty" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span class="hitl-in-key">{label}</span>
        {!open && <span class="hitl-preview">{preview(view)}</span>}
        <span class="hitl-size">{size(view)}</span>
      </button>
      <CopyButton id={id} what={label} />
      {open && <Opened id={id} view={view} depth={depth} name={label} />}
    </div>
  );
}

/** A value that was folded by the kernel is asked for by being opened. */
function Opened(props: PartsProps): VNode {
  return props.view.kind === 'folded' ? <Fetched {...props} /> : <Parts {...props} />;
}

function Fetched({ id, depth, name }: PartsProps): VNode {
  const { parts, error, ask, loading } = useMore(id);
  const [asked, setAsked] = useState(false);
  if (!asked) {
    setAsked(true);
    ask(0, PAGE);
  }
  const [view] = parts;
  if (view !== undefined) {
    return hasParts(view) && view.kind !== 'folded' ? (
      <Parts id={id} view={view} depth={depth} name={name} />
    ) : (
      <Value id={id} view={view} depth={depth} name={name} />
    );
  }
  return (
    <p class="hitl-inside-note">
      {loading && <Spinner />} {error ?? 'Reading…'}
    </p>
  );
}

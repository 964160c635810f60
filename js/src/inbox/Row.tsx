import type { VNode } from 'preact';
import { Spinner } from '../parts/icons';
import type { InboxRow } from '../protocol';
import { ago, exactly, kindWords } from './words';

interface RowProps {
  row: InboxRow;
  place: number;
  total: number;
  now: number;
  /** The one that the keyboard is at. */
  current: boolean;
  checked: boolean;
  /** Why it cannot be chosen; null if it can. */
  apart: string | null;
  closed: boolean;
  onCheck(on: boolean, range: boolean): void;
  onOpen(): void;
}

/** A thread that waits: what it asks, who, since when. */
export function Row(props: RowProps): VNode {
  const { row, place, total, now, current, checked, apart, closed, onCheck, onOpen } = props;
  const [first] = row.questions;
  const text = first?.text ?? row.thread;
  const more = row.count - 1;
  const since = exactly(row.since);
  const tab = current ? 0 : -1;
  const nodes = [...new Set(row.questions.map(({ node }) => node))].join(', ');
  return (
    <li
      class="hitl-inbox-row"
      data-place={place}
      data-thread={row.thread}
      data-gone={row.gone}
      data-checked={checked}
      aria-posinset={place + 1}
      aria-setsize={total}
    >
      <label class="hitl-inbox-check" title={apart ?? undefined}>
        <input
          type="checkbox"
          checked={checked}
          disabled={apart !== null && !checked}
          tabIndex={tab}
          aria-label={`Choose ${row.thread}: ${text}${apart === null ? '' : `. ${apart}`}`}
          onClick={(event) => onCheck(event.currentTarget.checked, event.shiftKey)}
        />
      </label>
      <button
        type="button"
        class="hitl-inbox-open"
        tabIndex={tab}
        disabled={closed || row.gone}
        title={`${row.thread}: ${text}`}
        onClick={onOpen}
      >
        <span class="hitl-inbox-line">
          <span class="hitl-inbox-question">{text}</span>
          {more > 0 && <span class="hitl-inbox-more">+{more} more</span>}
          {row.sending && <Spinner />}
        </span>
        <span class="hitl-inbox-line hitl-inbox-about">
          {row.problem !== undefined ? (
            <>
              <span class="hitl-inbox-thread">{row.thread}</span>
              <span class="hitl-inbox-problem">{row.problem}</span>
            </>
          ) : (
            <>
              <span class="hitl-inbox-node">{nodes}</span>
              <span class="hitl-inbox-kind">{kindWords(first?.kind ?? '')}</span>
              <span class="hitl-inbox-thread">{row.thread}</span>
            </>
          )}
          <span class="hitl-unseen">, since {since}</span>
        </span>
      </button>
      <time class="hitl-inbox-since" dateTime={row.since} title={since} aria-hidden="true">
        <span class="hitl-inbox-ago">{ago(row.since, now)}</span>
        <span class="hitl-inbox-exact">{since}</span>
      </time>
    </li>
  );
}

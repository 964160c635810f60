import type { VNode } from 'preact';
import { Cards } from '../cards/Cards';
import { Icon, Spinner } from '../parts/icons';
import type { CardView, InboxChosen, RunView } from '../protocol';
import { useCanSend } from '../view-context';
import { counted, othersWords, threads } from './words';

interface TogetherProps {
  /** How many threads are chosen in this view. */
  count: number;
  /** What the kernel has made of them; null while it has not. */
  chosen: InboxChosen | null;
  cards: CardView[];
  /** The card is still that of what was chosen before. */
  isLate: boolean;
  /** How many others ask the same; null while that need not be said. */
  others: number | null;
  onAlike(): void;
  onClear(): void;
  looking: boolean;
}

const NONE = {};
const RUN: RunView = {
  ...{ seq: 0, status: 'idle', thread_id: '', notices: [], error: null, can_retry: false, attach: null },
};
const nothing = () => undefined;

/** The threads that are chosen, and the one control that answers them all. */
export function Together({ count, chosen, cards, isLate, others, onAlike, onClear, looking }: TogetherProps): VNode {
  const writable = useCanSend();
  const sending = chosen?.sending === true;
  // Somebody else may have answered some of them since they were listed.
  const asking = chosen === null || isLate ? count : chosen.count;
  return (
    <section class="hitl-inbox-together" aria-label="One answer for the chosen threads">
      {(count > 0 || sending) && (
        <div class="hitl-inbox-bar">
          <strong>{threads(asking)} chosen</strong>
          {sending ? (
            <span class="hitl-inbox-progress">
              <Spinner /> {counted(chosen?.done ?? 0)} of {counted(chosen?.count ?? 0)} done
            </span>
          ) : (
            <>
              <button
                type="button"
                class="hitl-button hitl-small"
                disabled={!writable}
                // Not disabled by being pressed, which would drop the keyboard to the page.
                aria-disabled={looking}
                onClick={() => looking || onAlike()}
              >
                {looking ? <Spinner /> : <Icon name="plus" />}
                <span>Choose all that ask the same</span>
              </button>
              <button type="button" class="hitl-button hitl-small hitl-quiet" onClick={onClear}>
                <Icon name="cross" />
                <span>Choose none</span>
              </button>
              {asking < count && (
                <span class="hitl-inbox-progress">{counted(count - asking)} more do not ask this any more.</span>
              )}
              {others !== null && <span class="hitl-inbox-progress">{othersWords(others)}</span>}
            </>
          )}
        </div>
      )}
      {chosen?.said != null && <p class="hitl-inbox-said">{chosen.said}</p>}
      {/* What nobody has read yet is not answered: the card must say first what all that is chosen asks. */}
      <div class="hitl-inbox-asks" inert={isLate}>
        <Cards cards={cards} run={RUN} nodes={NONE} litNode={null} onLight={nothing} />
      </div>
    </section>
  );
}

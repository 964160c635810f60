import type { VNode } from 'preact';
import { Icon } from '../parts/icons';
import { useCanSend, useView } from '../view-context';

interface ForkActionsProps {
  /** The index of a decision. */
  decision?: number | undefined;
  /** The index of a step. */
  step?: number | undefined;
  /** A task of a step of a nested graph. */
  task?: string | undefined;
  canFork: boolean;
  /** Why it cannot, where somebody may expect it. */
  whyNot?: string | undefined;
  /** What the row is about, for a screen reader: a list has many such buttons. */
  about?: string;
}

/** Another try from a row of the timeline: the decision answered differently, or the step run with another state. */
export function ForkActions({ decision, step, task, canFork, whyNot, about = '' }: ForkActionsProps): VNode | null {
  const { connection, expecting, expect } = useView();
  const disabled = !useCanSend() || expecting !== null;
  if (!canFork && !whyNot) return null;
  const button = (words: string, from: Parameters<typeof connection.fork>[0], shown?: string) => {
    const name = [words, about, whyNot].filter(Boolean).join(': ');
    return (
      <button
        type="button"
        class="hitl-icon-button hitl-fork-action"
        // Reached from its row by the right arrow key.
        tabIndex={-1}
        aria-label={name}
        title={name}
        disabled={disabled}
        // Not disabled: what cannot be reached tells nobody why.
        aria-disabled={!canFork}
        onClick={() => canFork && connection.fork(from) && expect('fork')}
      >
        <Icon name="fork" />
        {shown && <span>{shown}</span>}
      </button>
    );
  };
  return (
    <>
      {decision !== undefined && button('Answer differently', { decision, pause: false }, 'Answer differently')}
      {step !== undefined && button('Edit state and run from here', { step, pause: true })}
      {task !== undefined && button('Edit state and run from here', { task, pause: true })}
    </>
  );
}

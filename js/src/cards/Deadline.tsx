import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Spinner } from '../parts/icons';
import type { DeadlineView } from '../protocol';
import { useView } from '../view-context';
import { timeLeft, untilItChanges } from './time-left';

/** What a screen reader is told without being asked: this shortly before the end, and the end. */
const WARN_MS = 30_000;
const SOON_MS = 60_000;

/** Until when a card can be answered. It counts down by itself: the kernel sends nothing for a second that passes. */
export function Deadline({ deadline, question }: { deadline: DeadlineView; question: string }): VNode {
  const { announce } = useView();
  const { before, after } = deadline;
  const at = Date.parse(deadline.at);
  const left = useTimeLeft(at);
  const told = useRef({ left });

  useEffect(() => {
    const last = told.current.left;
    told.current = { left };
    if (last > WARN_MS && left <= WARN_MS && left > 0)
      announce(`${before} ${Math.ceil(left / 1000)} seconds: ${question}`);
    if (last > 0 && left <= 0) announce(`${after} ${question}`);
  }, [left, before, after, question, announce]);

  const words = timeLeft(left);
  return (
    <span class="hitl-deadline" role="timer" data-state={left <= 0 ? 'over' : left <= SOON_MS ? 'soon' : 'far'}>
      {words === null ? after : `${before} ${words}`}
    </span>
  );
}

/** A policy is being asked; a person may still be faster. */
export function Asking({ policy }: { policy: string }): VNode {
  return (
    <span class="hitl-deadline" role="status">
      <Spinner /> Asking the policy “{policy}”…
    </span>
  );
}

function useTimeLeft(at: number): number {
  const [, redraw] = useState(0);
  const left = at - Date.now();
  useEffect(() => {
    if (left <= 0) return;
    const timer = setTimeout(() => redraw((n) => n + 1), untilItChanges(left));
    return () => clearTimeout(timer);
  });
  return left;
}

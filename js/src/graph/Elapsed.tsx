import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useCanSend, useView } from '../view-context';
import { elapsed } from './words';

/** For how long a node has run. It counts by itself: the kernel sends nothing for a second that passes. */
export function Elapsed({ since, before }: { since: string; before: string }): VNode {
  const { connection } = useView();
  const goesOn = useCanSend();
  const [, redraw] = useState(0);
  const ms = Math.max(0, Date.now() + connection.clockAhead - Date.parse(since));
  useEffect(() => {
    const timer = setTimeout(() => redraw((n) => n + 1), 1000 - (ms % 1000));
    return () => clearTimeout(timer);
  });
  return <>{[before, goesOn && elapsed(ms / 1000, before !== '')].filter(Boolean).join(' · ')}</>;
}

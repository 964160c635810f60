import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from '../../parts/icons';
import { copy } from './clipboard';
import { useValues } from './context';

/** How long it says that it has copied. */
const SAID_MS = 1_500;

/** Copies all of a value, also what is not shown of it. */
export function CopyButton({ id, what }: { id: string; what: string }): VNode | null {
  const { look, announce } = useValues();
  const [said, say] = useState<'copied' | 'failed' | null>(null);
  if (id === '') return null;

  const onClick = async (event: MouseEvent) => {
    const near = event.currentTarget as HTMLElement;
    let done: 'copied' | 'failed' = 'failed';
    try {
      const text = await look({ kind: 'value', value: id, first: 0, count: 1, copy: true });
      if (await copy(String(text), near)) done = 'copied';
    } catch {
      // Said below: there is no such value any more, or no kernel.
    }
    announce(done === 'copied' ? `Copied ${what}` : `${what} could not be copied`);
    say(done);
    setTimeout(() => say(null), SAID_MS);
  };

  return (
    <button
      type="button"
      class="hitl-in-copy"
      data-said={said ?? undefined}
      aria-label={`Copy ${what}`}
      title={said === 'failed' ? 'It could not be copied' : 'Copy'}
      onClick={onClick}
    >
      {said === null ? <CopyIcon /> : <Icon name={said === 'copied' ? 'check' : 'cross'} />}
    </button>
  );
}

function CopyIcon(): VNode {
  return (
    <svg class="hitl-icon" viewBox="0 0 16 16" width="13" height="13" aria-hidden="true">
      <path d="M6 6V4.2C6 3.5 6.5 3 7.2 3h4.6c.7 0 1.2.5 1.2 1.2v4.6c0 .7-.5 1.2-1.2 1.2H10M4.2 6h4.6c.7 0 1.2.5 1.2 1.2v4.6c0 .7-.5 1.2-1.2 1.2H4.2c-.7 0-1.2-.5-1.2-1.2V7.2C3 6.5 3.5 6 4.2 6z" />
    </svg>
  );
}

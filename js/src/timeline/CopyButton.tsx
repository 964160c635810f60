import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { copyText } from '../parts/copy';
import { Icon } from '../parts/icons';
import { useView } from '../view-context';

/** Copies a text of a row; where there is no clipboard, the row is selected. */
export function CopyButton({ what, text }: { what: string; text(): string | Promise<string> }): VNode {
  const { announce } = useView();
  const button = useRef<HTMLButtonElement>(null);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    const done = await copyText(await text(), button.current?.closest('[role=row]') ?? null);
    setCopied(done);
    announce(done ? 'Copied.' : 'It is selected: copy it with Ctrl C.');
  };
  const again = () => setCopied(false);
  const name = copied ? 'Copied' : `Copy ${what}`;
  return (
    <button
      ref={button}
      type="button"
      class="hitl-icon-button"
      tabIndex={-1}
      aria-label={name}
      title={name}
      onClick={copy}
      onBlur={again}
      onPointerLeave={again}
    >
      <Icon name={copied ? 'check' : 'copy'} />
    </button>
  );
}

import type { VNode } from 'preact';
import { Icon } from '../parts/icons';
import type { RunView } from '../protocol';
import { useCanSend, useView } from '../view-context';

/** The tools that are approved without asking, since somebody said so; each can be taken back. */
export function AlwaysApproved({ run }: { run: RunView }): VNode | null {
  const { connection, announce } = useView();
  const writable = useCanSend();
  const active = run.status === 'running' || run.status === 'waiting';
  const tools = run.always ?? [];
  if (!active || tools.length === 0) return null;
  return (
    <ul class="hitl-always" aria-label="Approved without asking">
      {tools.map((tool) => (
        <li key={tool}>
          <Icon name="check" />
          <span>
            Always approves <span class="hitl-mono">{tool}</span>
          </span>
          <button
            type="button"
            class="hitl-link"
            aria-label={`Undo: ask about ${tool} again`}
            disabled={!writable}
            onClick={() => {
              if (connection.askAgain(tool)) announce(`${tool} is asked about again.`);
            }}
          >
            Undo
          </button>
        </li>
      ))}
    </ul>
  );
}

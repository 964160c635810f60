import type { VNode } from 'preact';
import { Code } from '../parts/Code';
import type { SessionStatus } from '../protocol';
import { useView } from '../view-context';

/** Says so when the kernel is gone, or was never there. */
export function LinkBanner({ status, attach }: { status: SessionStatus; attach: string | null }): VNode | null {
  const { link } = useView();
  // One that has failed can be tried again.
  const over = status === 'finished';
  if (link === 'gone')
    return (
      <div class="hitl-banner">
        <strong>The kernel is gone.</strong>{' '}
        {over ? (
          'This is how the run ended.'
        ) : attach === null ? (
          <>
            This run was kept in its memory: run the cell again to start over. With <code>save="runs.sqlite"</code> the
            next one outlives a restart.
          </>
        ) : (
          <>
            The run is saved, with its answers. Run the cells that build the graph again, then:
            <Code text={attach} />
          </>
        )}
      </div>
    );
  if (link !== 'saved') return null;
  return (
    <div class="hitl-banner">
      <strong>This is a saved picture.</strong>{' '}
      {over ? 'This is how the run ended.' : 'No kernel has answered. If it is not busy, run the cell again.'}
    </div>
  );
}

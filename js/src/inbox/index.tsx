/**
 * The bundle `static/inbox.js`: an anywidget of its own, the threads that wait. The cards are those of a session's view;
 * a thread that is opened is drawn by its session's own widget.
 */
import type { RenderProps } from '../host';
import type { CardView } from '../protocol';
import { shown } from '../shown';
import { Inbox } from './Inbox';
import css from './inbox.css?inline';
import { readInbox } from './traits';

function render(props: RenderProps): () => void {
  const { model, host } = props;
  return shown(
    props,
    'hitl-root hitl-inbox',
    () => ((model.get('cards') ?? []) as CardView[]).length > 0,
    () => readInbox(model).inbox.seq,
    (connection) => (
      <>
        <style>{css}</style>
        <Inbox model={model} host={host} connection={connection} />
      </>
    ),
  );
}

export default { render };

/**
 * The bundle `static/inbox.js`: an anywidget of its own, the threads that wait. The cards are those of a session's view;
 * a thread that is opened is drawn by its session's own widget.
 */
import { render as draw } from 'preact';
import { Connection } from '../connection';
import type { RenderProps } from '../host';
import { keepKeys } from '../keys';
import type { CardView } from '../protocol';
import { followTheme } from '../theme';
import { Inbox } from './Inbox';
import css from './inbox.css?inline';
import { readInbox } from './traits';

function render({ model, el, host, signal }: RenderProps): () => void {
  const root = el.ownerDocument.createElement('div');
  root.className = 'hitl-root hitl-inbox';
  const sheet = el.ownerDocument.createElement('style');
  sheet.textContent = css;
  const place = el.ownerDocument.createElement('div');
  root.append(sheet, place);
  el.append(root);

  const isAsking = () => ((model.get('cards') ?? []) as CardView[]).length > 0;
  const connection = new Connection(model, el.ownerDocument, isAsking, () => readInbox(model).inbox.seq);
  const stopTheme = followTheme(root);
  keepKeys(root);
  draw(<Inbox model={model} host={host} connection={connection} />, place);

  let over = false;
  const end = () => {
    if (over) return;
    over = true;
    draw(null, place);
    connection.close();
    stopTheme();
    root.remove();
  };
  signal?.addEventListener('abort', end);
  return end;
}

export default { render };

/**
 * The anywidget: a session, drawn from the model's traits; or a graph alone, where the model says so.
 *
 * There is no `initialize`: the only messages from the kernel name the view that they are for, and each view listens for
 * its own, so nothing is left to be handled once per model. (Nor could it be shared: anywidget 0.11 hands `initialize`
 * and `render` two different proxies of one model, and loads this module once per model.)
 */
import { render as draw } from 'preact';
import './parts/odd';
import { App } from './App';
import { Connection } from './connection';
import { Drawing } from './Drawing';
import type { RenderProps } from './host';
import { keepKeys } from './keys';
import type { CardView, RunView } from './protocol';
import { followTheme } from './theme';

function render({ model, el, host, signal }: RenderProps): () => void {
  const root = el.ownerDocument.createElement('div');
  root.className = 'hitl-root';
  el.append(root);

  const isAsking = () => ((model.get('cards') ?? []) as CardView[]).some((card) => card.status === 'open');
  const lastSeq = () => (model.get('run') as RunView | undefined)?.seq ?? 0;
  const connection = new Connection(model, el.ownerDocument, isAsking, lastSeq);
  const stopTheme = followTheme(root);
  keepKeys(root);
  const View = model.get('alone') === true ? Drawing : App;
  draw(<View model={model} host={host} connection={connection} />, root);

  let over = false;
  const end = () => {
    if (over) return;
    over = true;
    draw(null, root);
    connection.close();
    stopTheme();
    root.remove();
  };
  // Some hosts end a view by the signal, some by calling what was returned, some do both.
  signal?.addEventListener('abort', end);
  return end;
}

export default { render };

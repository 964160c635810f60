/**
 * The anywidget: a session, drawn from the model's traits; or a graph alone, where the model says so.
 *
 * There is no `initialize`: the only messages from the kernel name the view that they are for, and each view listens for
 * its own, so nothing is left to be handled once per model. (Nor could it be shared: anywidget 0.11 hands `initialize`
 * and `render` two different proxies of one model, and loads this module once per model.)
 */
import { shown } from './shown';
import './parts/odd';
import { App } from './App';
import { Drawing } from './Drawing';
import type { RenderProps } from './host';
import type { CardView, RunView } from './protocol';

function render(props: RenderProps): () => void {
  const { model, host } = props;
  const View = model.get('alone') === true ? Drawing : App;
  return shown(
    props,
    'hitl-root',
    () => ((model.get('cards') ?? []) as CardView[]).some((card) => card.status === 'open'),
    () => (model.get('run') as RunView | undefined)?.seq ?? 0,
    (connection) => <View model={model} host={host} connection={connection} />,
  );
}

export default { render };

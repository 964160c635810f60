/** Mounts a widget of the user's own in an element, and reads its value as the browser has it. */
import type { Host, Model } from '../host';
import type { WidgetControl } from '../protocol';

export interface Child {
  value(): unknown;
}

const CLASSIC = 'IPY_MODEL_';

/** Ends when `signal` does. Rejects, in words for the reader, where such a widget cannot be drawn. */
export async function mountChild(
  { ref, trait }: Pick<WidgetControl, 'ref' | 'trait'>,
  el: HTMLElement,
  { model, host, signal }: { model: Model; host: Host | undefined; signal: AbortSignal },
): Promise<Child> {
  if (ref.startsWith(CLASSIC)) return mountClassic(ref.slice(CLASSIC.length), trait, el, model, signal);
  if (host === undefined) return mountClassic(ref.replace(/^anywidget:/, ''), trait, el, model, signal);
  const [child, widget] = await Promise.all([host.getModel(ref), host.getWidget(ref)]);
  if (!signal.aborted) await widget.render({ el, signal });
  return { value: () => asJson(child.get(trait)) };
}

/** ipywidgets' own widgets have no anywidget binding ("No binding found", anywidget 0.11): the manager draws them. */
async function mountClassic(
  id: string,
  trait: string,
  el: HTMLElement,
  model: Model,
  signal: AbortSignal,
): Promise<Child> {
  const manager = model.widget_manager;
  if (manager === undefined) throw new Error('ipywidgets are drawn by Jupyter only');
  const child = await manager.get_model(id);
  const view = await manager.create_view(child, {});
  if (signal.aborted) view.remove();
  else {
    signal.addEventListener('abort', () => view.remove());
    el.append(view.el);
  }
  return {
    value: () => {
      const value = child.get(trait);
      // A date picker's value, say, is a Date here and an object of numbers on the way to the kernel.
      return asJson(child.serialize === undefined ? value : child.serialize({ [trait]: value })[trait]);
    },
  };
}

function asJson(value: unknown): unknown {
  const text = JSON.stringify(value);
  if (text === undefined) throw new Error('the widget has no value that can be sent');
  return JSON.parse(text);
}

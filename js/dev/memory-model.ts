import type { Callbacks, ClassicModel, ClassicView, Listener, Model, Traits, WidgetManager } from '../src/host';
import type { Intent } from '../src/protocol';

/** A model as a host hands it over, with the kernel's side within reach. */
export class MemoryModel implements Model {
  readonly sent: Intent[] = [];
  /** Called with each intent, as the kernel would be; throw to be a dead one. */
  kernel: (intent: Intent, callbacks?: Callbacks) => void = () => undefined;
  widget_manager?: WidgetManager;
  /** The model of its layout, of which ipywidgets says whether a kernel has made it. */
  layout?: { comm_live: boolean; model_id: string };
  #traits: Map<string, unknown>;
  #listeners = new Map<string, Set<Listener>>();

  constructor(traits: Partial<Traits>) {
    this.#traits = new Map(Object.entries(traits));
  }

  get(name: string): unknown {
    return name === 'layout' ? this.layout : this.#traits.get(name);
  }

  on(event: string, listener: Listener): void {
    this.#listeners.set(event, (this.#listeners.get(event) ?? new Set()).add(listener));
  }

  off(event: string, listener: Listener): void {
    this.#listeners.get(event)?.delete(listener);
  }

  send(intent: Intent, callbacks?: Callbacks): void {
    this.kernel(intent, callbacks);
    this.sent.push(intent);
  }

  /** Kernel to browser: traits, as JSON. */
  set(traits: Partial<Traits>): void {
    const fresh = Object.entries(JSON.parse(JSON.stringify(traits)) as Partial<Traits>);
    for (const [name, value] of fresh) this.#traits.set(name, value);
    for (const [name] of fresh) this.trigger(`change:${name}`);
  }

  /** Kernel to browser: a custom message. */
  tell(message: unknown): void {
    this.trigger('msg:custom', message);
  }

  trigger(event: string, ...args: unknown[]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(...args);
  }

  /** How many callbacks are registered; none may be left behind. */
  get listening(): number {
    return [...this.#listeners.values()].reduce((sum, { size }) => sum + size, 0);
  }
}

/** A manager that draws one classic widget: a slider whose value is read from the browser. */
export function sliderManager(): WidgetManager {
  return {
    get_model: async () => {
      let value: unknown = 30;
      const model: ClassicModel & { set(value: unknown): void } = {
        get: () => value,
        set: (next) => {
          value = next;
        },
      };
      return model;
    },
    create_view: async (model): Promise<ClassicView> => {
      const el = document.createElement('div');
      const slider = document.createElement('input');
      slider.type = 'range';
      slider.setAttribute('aria-label', 'Share');
      slider.value = String(model.get('value'));
      slider.addEventListener('input', () =>
        (model as ClassicModel & { set(value: unknown): void }).set(Number(slider.value)),
      );
      el.append(slider);
      return { el, remove: () => el.remove() };
    },
  };
}

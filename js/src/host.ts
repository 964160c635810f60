/** What an anywidget host (JupyterLab, VS Code, Colab, marimo, ...) hands to a widget; anywidget 0.11. */
import type { CardView, ForkView, GraphView, Intent, NodeView, RunView, TimelineView } from './protocol';

/** The traits of `SessionWidget`, as they are in the model. */
export interface Traits {
  graph: GraphView | null;
  run: RunView;
  nodes: Record<string, NodeView>;
  edges: Record<string, number>;
  cards: CardView[];
  /** The pictures that the cards name, as `data:` URLs. */
  assets: Record<string, string>;
  timeline: TimelineView;
  /** The runs that were started from this one. */
  forks: ForkView[];
}

// biome-ignore lint/suspicious/noExplicitAny: hosts differ in what they pass to a callback; we read nothing but messages
export type Listener = (...args: any[]) => void;

export interface Model {
  get(name: string): unknown;
  on(event: string, listener: Listener): void;
  off(event: string, listener: Listener): void;
  send(content: Intent, callbacks?: Callbacks): void;
  /** Jupyter only. */
  widget_manager?: WidgetManager;
}

/** The parts of ipywidgets' manager that say whether there is a kernel, and mount a classic widget. */
export interface WidgetManager {
  /** Null once it was shut down (JupyterLab 4.6); other hosts have none. */
  kernel?: Kernel | null;
  get_model(id: string): Promise<ClassicModel>;
  create_view(model: ClassicModel, options: object): Promise<ClassicView>;
}

/** JupyterLab's connection to a kernel, as far as it is used here. */
export interface Kernel {
  connectionStatus?: string;
  /** Which comms it has, by id. */
  requestCommInfo?(about: object): Promise<{ content: { comms: object } }>;
  /** Which of a kernel's threads take its messages to widgets; `disabled`: its main one. */
  commsOverSubshells?: string;
}

/** Told what becomes of a message; ipywidgets' only. */
export interface Callbacks {
  shell: { reply(reply: KernelReply): void };
}

/** What a kernel says of a message to a widget where it could not deliver it. */
export interface KernelReply {
  content: { ename?: string };
}

export interface ClassicModel {
  get(name: string): unknown;
  serialize?(state: Record<string, unknown>): Record<string, unknown>;
}

export interface ClassicView {
  el: HTMLElement;
  remove(): void;
}

/** New in anywidget 0.11: how a widget draws another one. */
export interface Host {
  getModel(ref: string): Promise<{ get(name: string): unknown }>;
  getWidget(ref: string): Promise<{ render(where: { el: HTMLElement; signal: AbortSignal }): Promise<void> }>;
}

export interface RenderProps {
  model: Model;
  el: HTMLElement;
  signal?: AbortSignal;
  host?: Host;
}

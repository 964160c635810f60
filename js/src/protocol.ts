// Generated from src/hitl_widgets/protocol.py by `npm run protocol`; change it there.

export type FieldView =
  | TextField
  | NumberField
  | BooleanField
  | ChoiceField
  | ChoicesField
  | DateField
  | DateTimeField
  | TimeField
  | ObjectField
  | JsonField;
export type ControlView = FormControl | ApprovalControl | WidgetControl | BreakpointControl;
export type NodeStatus = 'idle' | 'running' | 'waiting' | 'done' | 'failed';
export type SessionStatus = 'idle' | 'running' | 'waiting' | 'finished' | 'failed' | 'stopped';
export type Intent = HelloIntent | AnswerIntent | StopIntent | RetryIntent;

/**
 * The one custom message from the kernel: the view that said hello is live.
 */
export interface Ack {
  type: 'ack';
  client: string;
}
export interface AnswerIntent {
  type: 'answer';
  client: string;
  request: string;
  value: unknown;
  reason?: string;
}
/**
 * Two buttons; the reply is `true` or `false`, with an optional reason beside it.
 */
export interface ApprovalControl {
  kind: 'approval';
  approve: string;
  reject: string;
  reason: 'none' | 'optional' | 'required' | 'required_to_reject';
  reason_label: string;
}
export interface BooleanField {
  label: string;
  help: string | null;
  required: boolean;
  nullable: boolean;
  default?: unknown;
  type: 'boolean';
}
/**
 * Continue, continue with a changed state, or stop; the reply is `true`, `{"update": <the field's>}` or `false`.
 */
export interface BreakpointControl {
  kind: 'breakpoint';
  /**
   * The state; `None` if nothing of it can be edited.
   */
  field:
    | (
        | TextField
        | NumberField
        | BooleanField
        | ChoiceField
        | ChoicesField
        | DateField
        | DateTimeField
        | TimeField
        | ObjectField
        | JsonField
      )
    | null;
}
export interface TextField {
  label: string;
  help: string | null;
  required: boolean;
  nullable: boolean;
  default?: unknown;
  type: 'text';
  format: ('email' | 'url' | 'password') | null;
  multiline: boolean;
  min_length: number | null;
  max_length: number | null;
  /**
   * An ECMA 262 regular expression, unanchored.
   */
  pattern: string | null;
}
export interface NumberField {
  label: string;
  help: string | null;
  required: boolean;
  nullable: boolean;
  default?: unknown;
  type: 'number';
  integer: boolean;
  minimum: number | null;
  maximum: number | null;
  exclusive_minimum: number | null;
  exclusive_maximum: number | null;
  multiple_of: number | null;
}
/**
 * One of several; the reply is the option's value.
 */
export interface ChoiceField {
  label: string;
  help: string | null;
  required: boolean;
  nullable: boolean;
  default?: unknown;
  type: 'choice';
  options: Option[];
}
/**
 * One choice: what is shown, and the JSON value that it stands for.
 */
export interface Option {
  label: string;
  value: unknown;
}
/**
 * Several of many; the reply is a list of the options' values, in the options' order.
 */
export interface ChoicesField {
  label: string;
  help: string | null;
  required: boolean;
  nullable: boolean;
  default?: unknown;
  type: 'choices';
  options: Option[];
  min_items: number | null;
  max_items: number | null;
}
/**
 * The reply is `YYYY-MM-DD`.
 */
export interface DateField {
  label: string;
  help: string | null;
  required: boolean;
  nullable: boolean;
  default?: unknown;
  type: 'date';
  minimum: string | null;
  maximum: string | null;
}
/**
 * The reply is RFC 3339 with the browser's own offset, `2026-11-22T10:00:00+01:00`.
 */
export interface DateTimeField {
  label: string;
  help: string | null;
  required: boolean;
  nullable: boolean;
  default?: unknown;
  type: 'datetime';
}
/**
 * The reply is `HH:MM:SS`, with the offset that the default had, if any.
 */
export interface TimeField {
  label: string;
  help: string | null;
  required: boolean;
  nullable: boolean;
  default?: unknown;
  type: 'time';
}
export interface ObjectField {
  label: string;
  help: string | null;
  required: boolean;
  nullable: boolean;
  default?: unknown;
  type: 'object';
  fields: NamedField[];
}
/**
 * A key of an object and the field for its value.
 */
export interface NamedField {
  name: string;
  field:
    | TextField
    | NumberField
    | BooleanField
    | ChoiceField
    | ChoicesField
    | DateField
    | DateTimeField
    | TimeField
    | ObjectField
    | JsonField;
}
/**
 * What nothing else can draw. The reply is the **text** of a JSON value, so that no digit is lost on the way.
 */
export interface JsonField {
  label: string;
  help: string | null;
  required: boolean;
  nullable: boolean;
  default?: unknown;
  type: 'json';
  /**
   * The default, as indented JSON (`default` is not used).
   */
  default_text: string | null;
}
/**
 * A pending request.
 */
export interface CardView {
  /**
   * The interrupt's id; what an answer names.
   */
  request: string;
  /**
   * Its readable name, what `session.answer(to=...)` takes.
   */
  key: string;
  /**
   * The id of the `NodeBox` that asks (the nearest drawn one).
   */
  node: string;
  /**
   * The node names from the outermost graph to the asking node; more than one for a nested graph.
   */
  path: string[];
  question: string;
  description: string | null;
  context: ContextView[];
  control: FormControl | ApprovalControl | WidgetControl | BreakpointControl;
  /**
   * `answered`: accepted by the kernel, its node has not gone on yet.
   */
  status: 'open' | 'answered';
  /**
   * Why the last reply was refused, as a whole.
   */
  error: string | null;
  /**
   * The same by field: `""` is the whole value, `address/city` a nested key.
   */
  field_errors: {
    [k: string]: string | undefined;
  };
  /**
   * How many replies were refused; when it grows, what was typed can be mended and sent again.
   */
  refusals: number;
}
/**
 * A part of the payload that is not the question but must be seen to answer it (a draft, an amount, ...).
 */
export interface ContextView {
  label: string;
  /**
   * As is; JSON values come indented.
   */
  text: string;
  mono: boolean;
}
/**
 * One field (often an object with fields of its own) and a Submit button; the reply is the field's.
 */
export interface FormControl {
  kind: 'form';
  field:
    | TextField
    | NumberField
    | BooleanField
    | ChoiceField
    | ChoicesField
    | DateField
    | DateTimeField
    | TimeField
    | ObjectField
    | JsonField;
  submit: string;
}
/**
 * A widget of the user's own; the reply is its `trait` as the browser has it.
 */
export interface WidgetControl {
  kind: 'widget';
  /**
   * `anywidget:<model id>` or `IPY_MODEL_<model id>`.
   */
  ref: string;
  /**
   * `index` for ipywidgets' selections: their `value` stays in the kernel (ipywidgets 8.1).
   */
  trait: 'value' | 'index';
  submit: string;
}
/**
 * An answer that was given.
 */
export interface DecisionView {
  index: number;
  key: string;
  node: string;
  path: string[];
  question: string;
  /**
   * The answer as text, one line unless the answer has several.
   */
  answer: string;
  /**
   * For yes/no questions.
   */
  approved: boolean | null;
  reason: string | null;
  /**
   * `person`, `code`, `unattended`.
   */
  by: string;
  /**
   * RFC 3339, UTC.
   */
  at: string;
}
/**
 * The last decisions, oldest first, and how many there are in all.
 */
export interface DecisionsView {
  total: number;
  latest: DecisionView[];
}
/**
 * How an edge is drawn: a polyline from the border of `source` to the border of `target`.
 */
export interface EdgePath {
  id: string;
  source: string;
  target: string;
  points: number[][];
  conditional: boolean;
  label: string | null;
  label_at: number[] | null;
}
/**
 * The exception that failed the run.
 */
export interface ErrorView {
  type: string;
  message: string;
  node: string | null;
  traceback: string;
}
/**
 * The laid out graph. Groups come before the nodes inside them, so drawing in order is right.
 */
export interface GraphView {
  nodes: NodeBox[];
  edges: EdgePath[];
  width: number;
  height: number;
}
/**
 * Where a node is drawn; px, the top left corner is (`x`, `y`), the drawing starts at (0, 0).
 */
export interface NodeBox {
  /**
   * LangGraph's drawable id; a node of a nested graph is `parent:child`.
   */
  id: string;
  label: string;
  /**
   * `group`: a nested graph, drawn as a frame around its nodes.
   */
  kind: 'start' | 'end' | 'node' | 'group';
  x: number;
  y: number;
  width: number;
  height: number;
}
/**
 * A view says that it is there; the kernel answers with an `Ack` that names the same `client`.
 */
export interface HelloIntent {
  type: 'hello';
  client: string;
}
/**
 * What a node is doing; nodes that never ran are not in the mapping and are `idle`.
 */
export interface NodeView {
  status: 'idle' | 'running' | 'waiting' | 'done' | 'failed';
  /**
   * How many times it has finished.
   */
  runs: number;
  /**
   * With `failed`: the exception, one line.
   */
  error?: string;
}
/**
 * An answer to a request that is no longer pending: said once, to the client that sent it.
 *
 * Everything else about an answer is in its card; this one has no card any more.
 */
export interface Refused {
  type: 'refused';
  client: string;
  request: string;
  message: string;
}
export interface RetryIntent {
  type: 'retry';
  client: string;
}
/**
 * The run as a whole.
 */
export interface RunView {
  /**
   * Grows with every projection that is sent.
   */
  seq: number;
  status: 'idle' | 'running' | 'waiting' | 'finished' | 'failed' | 'stopped';
  thread_id: string;
  /**
   * Sentences the reader must know, such as that answers won't survive the kernel.
   */
  notices: string[];
  error: ErrorView | null;
  can_retry: boolean;
  /**
   * The code that goes on with the thread in another kernel; `None` if the thread ends with this one.
   */
  attach: string | null;
}
export interface StopIntent {
  type: 'stop';
  client: string;
}

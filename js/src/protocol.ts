// Generated from src/hitl_widgets/protocol/ by `npm run protocol`; change it there.

export type ValueView =
  | TextValue
  | PlainValue
  | SecretValue
  | OpaqueValue
  | FoldedValue
  | ListValue
  | MapValue
  | MarkdownValue
  | MessageValue
  | TableValue
  | ImageValue;
export type FieldView =
  | TextField
  | NumberField
  | BooleanField
  | ChoiceField
  | ChoicesField
  | RankField
  | FileField
  | DateField
  | DateTimeField
  | TimeField
  | ObjectField
  | ListField
  | TupleField
  | MapField
  | UnionField
  | RefField
  | JsonField;
export type ControlView =
  FormControl | ApprovalControl | WidgetControl | DecideControl | BreakpointControl | TableControl;
export type NodeStatus = 'idle' | 'next' | 'running' | 'waiting' | 'done' | 'failed';
export type SessionStatus = 'idle' | 'running' | 'waiting' | 'finished' | 'failed' | 'stopped';
export type Intent =
  | HelloIntent
  | AnswerIntent
  | FetchIntent
  | TouchedIntent
  | AskAgainIntent
  | WhyIntent
  | LookIntent
  | NeedIntent
  | FoldIntent
  | BreakpointIntent
  | ForkIntent
  | OpenForkIntent
  | RestartIntent
  | FollowUpIntent
  | StopIntent
  | RetryIntent;
export type InboxIntent =
  | HelloIntent
  | AnswerIntent
  | FetchIntent
  | NeedIntent
  | RowsIntent
  | AlikeIntent
  | ChooseIntent
  | OpenThreadIntent
  | NewsIntent
  | RefreshIntent
  | TouchedIntent;

/**
 * The view that said hello is live.
 */
export interface Ack {
  type: 'ack';
  client: string;
  /**
   * The kernel's clock, RFC 3339 with milliseconds; the browser's may differ.
   */
  now: string;
}
/**
 * Asks which threads of the list ask the same as one does; answered by one `Fetched` with an `InboxAlike`.
 */
export interface AlikeIntent {
  type: 'alike';
  client: string;
  id: number;
  query: InboxQuery;
  same: string;
}
/**
 * Which threads a view shows, in which order.
 */
export interface InboxQuery {
  text: string;
  node: string | null;
  kind: string | null;
  /**
   * Seconds that they have waited at least.
   */
  older: number | null;
  order: 'since' | 'node' | 'question' | 'thread';
  descending: boolean;
}
export interface AnswerIntent {
  type: 'answer';
  client: string;
  request: string;
  value: unknown;
  reason?: string;
  /**
   * With an approval: the tools that are approved from now on, in this session.
   */
  always?: string[];
  /**
   * `value` is the text of the answer itself in JSON, whatever the control's replies are like: its control could not
   * be drawn, or somebody did not want it. It is checked as every answer is.
   */
  json?: true;
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
/**
 * A value that is decided about, such as an argument of a tool.
 */
export interface ArgumentView {
  name: string;
  label: string;
  /**
   * As is; lists and objects come as indented JSON, a secret as dots.
   */
  text: string;
  /**
   * What it is, which its text alone does not say: `42` is a number or a text.
   */
  type: 'text' | 'number' | 'boolean' | 'null' | 'list' | 'object' | 'secret';
}
/**
 * Take back that a tool is always approved.
 */
export interface AskAgainIntent {
  type: 'ask_again';
  client: string;
  tool: string;
}
/**
 * What a task asked a person, and what it got.
 */
export interface AskedView {
  question?: string;
  payload?: ShownValue;
  /**
   * With `by`, `at` and, of a policy, its name; absent as long as it waits.
   */
  answer?: string;
  by?: string;
  at?: string;
  reason?: string;
}
/**
 * Of a question that was asked in another session: what `interrupt()` was called with.
 */
export interface ShownValue {
  value: string;
  view: ValueView;
}
/**
 * A text, from character `first` on; where `total` is more than is here, a `LookAtValue` brings the rest.
 */
export interface TextValue {
  kind: 'text';
  text: string;
  first: number;
  total: number;
}
/**
 * A value that is never long. Numbers are texts: JSON has no large ones, and no `nan`.
 */
export interface PlainValue {
  kind: 'number' | 'boolean' | 'null';
  text: string;
}
/**
 * A value that is not told.
 */
export interface SecretValue {
  kind: 'secret';
}
/**
 * A value of a type that is not taken apart: its type, and how it shows itself, cut.
 */
export interface OpaqueValue {
  kind: 'opaque';
  type: string;
  text: string;
}
/**
 * A value that is there and was not sent: a `LookAtValue` brings it.
 */
export interface FoldedValue {
  kind: 'folded';
  type: string;
  /**
   * What there is of it, `12 entries`; may be empty.
   */
  summary: string;
}
/**
 * Some of the items of a list, a tuple or a set, from the one at `first` on.
 */
export interface ListValue {
  kind: 'list';
  type: string;
  first: number;
  total: number;
  items: ValueView[];
}
/**
 * Some of the entries of a mapping (`map`), or of the fields of an object (`object`), from the one at `first` on.
 */
export interface MapValue {
  kind: 'map' | 'object';
  type: string;
  first: number;
  total: number;
  entries: EntryView[];
}
export interface EntryView {
  key: string;
  value: ValueView;
}
/**
 * What a message says.
 */
export interface MarkdownValue {
  kind: 'markdown';
  nodes: MarkdownNode[];
  /**
   * Characters of all of it.
   */
  total: number;
  /**
   * Not all of it is here; a `LookAtValue` brings it as a text.
   */
  cut: boolean;
}
/**
 * A part of a Markdown text, read in the kernel: the element that the browser draws, and nothing else ever.
 */
export interface MarkdownNode {
  tag:
    | 'p'
    | 'ul'
    | 'ol'
    | 'li'
    | 'blockquote'
    | 'pre'
    | 'hr'
    | 'table'
    | 'thead'
    | 'tbody'
    | 'tr'
    | 'th'
    | 'td'
    | 'strong'
    | 'em'
    | 's'
    | 'code'
    | 'a'
    | 'odd';
  /**
   * Texts are shown as they are, with their line breaks and spaces.
   */
  children: (string | MarkdownNode)[];
  /**
   * Of `a`: an `http:` or `https:` address.
   */
  href?: string;
  /**
   * Of `a`: where it leads, unless its text says so already.
   */
  host?: string;
  /**
   * Of `ol`: its first number, if that is not 1.
   */
  start?: number;
  /**
   * Of `odd`, letters that look like others, which the texts beside them tell: what they are.
   */
  codes?: string;
  /**
   * Of `th` and `td`.
   */
  align?: 'left' | 'center' | 'right';
}
/**
 * A message of a chat.
 */
export interface MessageValue {
  kind: 'message';
  /**
   * `human`, `ai`, `system`, `tool`, ...
   */
  role: string;
  name?: string;
  content: ValueView[];
  calls: CallView[];
  /**
   * Of `tool`: the tool has failed.
   */
  failed?: boolean;
}
/**
 * A call of a tool that a message asks for.
 */
export interface CallView {
  name: string;
  arguments: ValueView;
}
/**
 * Some of the rows of a data frame or an array, from the one at `first` on.
 */
export interface TableValue {
  kind: 'table';
  type: string;
  /**
   * Of all of it.
   */
  shape: number[];
  /**
   * The first ones.
   */
  columns: ColumnHead[];
  first: number;
  total: number;
  rows: (string | null)[][];
}
export interface ColumnHead {
  name: string;
  numeric: boolean;
}
export interface ImageValue {
  kind: 'image';
  type: string;
  /**
   * `data:`
   */
  url: string;
  /**
   * CSS px at which it has its own size, with `height`.
   */
  width: number | null;
  height: number | null;
}
/**
 * A call of the node that failed and was tried again.
 */
export interface AttemptView {
  number: number;
  error: string;
}
export interface BooleanField {
  label: string;
  help: string | null;
  required: boolean;
  nullable: boolean;
  default?: unknown;
  example?: string;
  read_only?: boolean;
  unmarked?: boolean;
  definitions?: {
    [k: string]: FieldView | undefined;
  };
  type: 'boolean';
}
export interface TextField {
  label: string;
  help: string | null;
  required: boolean;
  nullable: boolean;
  default?: unknown;
  example?: string;
  read_only?: boolean;
  unmarked?: boolean;
  definitions?: {
    [k: string]: FieldView | undefined;
  };
  type: 'text';
  format: ('email' | 'url' | 'password' | 'uuid' | 'duration' | 'color' | 'markdown') | null;
  multiline: boolean;
  min_length: number | null;
  max_length: number | null;
  /**
   * An ECMA 262 regular expression, unanchored.
   */
  pattern: string | null;
  /**
   * With `multiline`: the proposal; how the text differs from it is shown.
   */
  compare?: string;
}
export interface NumberField {
  label: string;
  help: string | null;
  required: boolean;
  nullable: boolean;
  default?: unknown;
  example?: string;
  read_only?: boolean;
  unmarked?: boolean;
  definitions?: {
    [k: string]: FieldView | undefined;
  };
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
  example?: string;
  read_only?: boolean;
  unmarked?: boolean;
  definitions?: {
    [k: string]: FieldView | undefined;
  };
  type: 'choice';
  options: Option[];
}
/**
 * One choice: what is shown, and the JSON value that it stands for.
 */
export interface Option {
  label: string;
  value: unknown;
  /**
   * The name of an asset that is shown with the label.
   */
  image?: string;
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
  example?: string;
  read_only?: boolean;
  unmarked?: boolean;
  definitions?: {
    [k: string]: FieldView | undefined;
  };
  type: 'choices';
  options: Option[];
  min_items: number | null;
  max_items: number | null;
}
/**
 * All of the options, in an order that a person decides; the reply is the list of their values.
 */
export interface RankField {
  label: string;
  help: string | null;
  required: boolean;
  nullable: boolean;
  default?: unknown;
  example?: string;
  read_only?: boolean;
  unmarked?: boolean;
  definitions?: {
    [k: string]: FieldView | undefined;
  };
  type: 'rank';
  options: Option[];
}
/**
 * A path on the kernel's machine; the reply is its text, as Python would open it there.
 */
export interface FileField {
  label: string;
  help: string | null;
  required: boolean;
  nullable: boolean;
  default?: unknown;
  example?: string;
  read_only?: boolean;
  unmarked?: boolean;
  definitions?: {
    [k: string]: FieldView | undefined;
  };
  type: 'file';
  kind: 'file' | 'folder' | 'any';
  /**
   * What a `ListFolder` or an `UploadPart` names it by.
   */
  source: string;
  /**
   * Where one may look, from the working folder (`.`); the reply starts with it.
   */
  folder: string;
  /**
   * What a file's name must end with, in any case; empty: anything.
   */
  suffixes: string[];
  /**
   * How many bytes a file may have that is uploaded; `None`: nothing can be.
   */
  upload: number | null;
  /**
   * Where uploads go, from `folder`.
   */
  into: string;
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
  example?: string;
  read_only?: boolean;
  unmarked?: boolean;
  definitions?: {
    [k: string]: FieldView | undefined;
  };
  minimum?: string | null;
  maximum?: string | null;
  exclusive_minimum?: string | null;
  exclusive_maximum?: string | null;
  type: 'date';
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
  example?: string;
  read_only?: boolean;
  unmarked?: boolean;
  definitions?: {
    [k: string]: FieldView | undefined;
  };
  minimum?: string | null;
  maximum?: string | null;
  exclusive_minimum?: string | null;
  exclusive_maximum?: string | null;
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
  example?: string;
  read_only?: boolean;
  unmarked?: boolean;
  definitions?: {
    [k: string]: FieldView | undefined;
  };
  minimum?: string | null;
  maximum?: string | null;
  exclusive_minimum?: string | null;
  exclusive_maximum?: string | null;
  type: 'time';
}
export interface ObjectField {
  label: string;
  help: string | null;
  required: boolean;
  nullable: boolean;
  default?: unknown;
  example?: string;
  read_only?: boolean;
  unmarked?: boolean;
  definitions?: {
    [k: string]: FieldView | undefined;
  };
  type: 'object';
  fields: NamedField[];
  /**
   * For the keys that have no field of their own; each map is in the reply under a name that no field has.
   */
  rest?: NamedMap[];
}
/**
 * A key of an object and the field for its value.
 */
export interface NamedField {
  name: string;
  field: FieldView;
}
/**
 * A map for other keys of an object, and its name in the reply.
 */
export interface NamedMap {
  name: string;
  field: MapField;
}
/**
 * Keys that a person names; the reply is a list of `[key, reply]`, so that it can say which key is there twice.
 */
export interface MapField {
  label: string;
  help: string | null;
  required: boolean;
  nullable: boolean;
  default?: unknown;
  example?: string;
  read_only?: boolean;
  unmarked?: boolean;
  definitions?: {
    [k: string]: FieldView | undefined;
  };
  type: 'map';
  value: FieldView;
  /**
   * The only keys that may be used, if there are such.
   */
  keys: string[] | null;
  /**
   * An ECMA 262 regular expression, unanchored.
   */
  key_pattern: string | null;
  /**
   * The keys that have fields of their own beside the map.
   */
  taken?: string[];
  /**
   * Patterns of the keys that belong into another map beside this one.
   */
  elsewhere?: string[];
  min_items: number | null;
  max_items: number | null;
}
/**
 * Items that are added, removed and put in order; the reply is the list of theirs.
 */
export interface ListField {
  label: string;
  help: string | null;
  required: boolean;
  nullable: boolean;
  default?: unknown;
  example?: string;
  read_only?: boolean;
  unmarked?: boolean;
  definitions?: {
    [k: string]: FieldView | undefined;
  };
  type: 'list';
  item: FieldView;
  min_items: number | null;
  max_items: number | null;
  unique: boolean;
}
/**
 * So many values, each of its own kind; the reply is the list of theirs.
 */
export interface TupleField {
  label: string;
  help: string | null;
  required: boolean;
  nullable: boolean;
  default?: unknown;
  example?: string;
  read_only?: boolean;
  unmarked?: boolean;
  definitions?: {
    [k: string]: FieldView | undefined;
  };
  type: 'tuple';
  places: FieldView[];
}
/**
 * A value of one of several kinds; the reply is `{"branch": index, "value": reply}`.
 */
export interface UnionField {
  label: string;
  help: string | null;
  required: boolean;
  nullable: boolean;
  default?: unknown;
  example?: string;
  read_only?: boolean;
  unmarked?: boolean;
  definitions?: {
    [k: string]: FieldView | undefined;
  };
  type: 'union';
  branches: Branch[];
}
/**
 * One of the kinds of value of a `UnionField`.
 */
export interface Branch {
  label: string;
  field: FieldView;
  /**
   * The keys that tell this branch from the others; they are not drawn, and come into the answer by themselves.
   */
  constants: {
    [k: string]: unknown | undefined;
  };
}
/**
 * A field of `definitions` again, with the words of this place; how a tree has trees inside it.
 *
 * Where an object holds itself, it is drawn only once somebody asks for it.
 */
export interface RefField {
  label: string;
  help: string | null;
  required: boolean;
  nullable: boolean;
  default?: unknown;
  example?: string;
  read_only?: boolean;
  unmarked?: boolean;
  definitions?: {
    [k: string]: FieldView | undefined;
  };
  type: 'ref';
  ref: string;
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
  example?: string;
  read_only?: boolean;
  unmarked?: boolean;
  definitions?: {
    [k: string]: FieldView | undefined;
  };
  type: 'json';
  /**
   * The default, as indented JSON; `default` is not used, but for a null that is shown as an empty field.
   */
  default_text: string | null;
}
/**
 * Continue, continue with a changed state, or stop; the reply is `true`, `{"update": <the field's>}` or `false`.
 */
export interface BreakpointControl {
  kind: 'breakpoint';
  /**
   * The state; `None` if nothing of it can be edited.
   */
  field: FieldView | null;
}
/**
 * Stop at a node from now on, or no more.
 */
export interface BreakpointIntent {
  type: 'breakpoint';
  client: string;
  /**
   * The drawn node's id.
   */
  node: string;
  when: 'before' | 'after';
  on: boolean;
}
/**
 * The same: what has arrived of a file is thrown away.
 */
export interface CancelUpload {
  source: string;
  cancel: string;
}
/**
 * A pending request.
 */
export interface CardView {
  /**
   * What an answer names: the interrupt's id, and a number more where its node, as it has run again, asks something else.
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
   * Who asks, in words: the names from the outermost graph to the asking node, of several copies which one, the tool that it
   * runs, and the agent that this runs.
   */
  asker: string[];
  /**
   * What the model has said that calls for the tools it asks about: why it wants that.
   */
  said?: MarkdownNode[];
  question: string;
  description: MarkdownNode[] | null;
  context: ContextView[];
  images: ImageView[];
  /**
   * It is about something that is in another kernel or session, and cannot be shown here.
   */
  missing: boolean;
  control: ControlView;
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
  /**
   * It is not asked any more, and nobody has answered it here: why, one sentence. What was typed is still shown.
   */
  closed?: string;
  deadline?: DeadlineView;
  /**
   * The policy that is being asked; a person may still be faster.
   */
  asking?: string;
  /**
   * The answer is a secret, and is therefore not asked for in a JSON editor, where everybody could read it.
   */
  secret?: true;
  /**
   * It quotes a secret, or may, as a table does: nothing that is typed into it is kept by the browser.
   */
  unkept?: true;
  /**
   * For an approval: the tool that can be approved here once and for all.
   */
  always?: string;
  /**
   * Its node has asked before: in the same run of it, or when the graph was here before.
   */
  again: ('same_run' | 'came_back') | null;
  /**
   * What a `WhyIntent` has brought.
   */
  why: WhyView | null;
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
 * A picture that is shown beside the question.
 */
export interface ImageView {
  /**
   * Its name in the trait `assets`, which holds `data:` URLs.
   */
  asset: string;
  alt: string;
  caption: string | null;
  /**
   * CSS px at which it has its own size, with `height`: its place is kept before it is there.
   */
  width: number | null;
  height: number | null;
}
/**
 * One field (often an object with fields of its own) and a Submit button; the reply is the field's.
 */
export interface FormControl {
  kind: 'form';
  field: FieldView;
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
 * Items that are each decided about. The reply is a `DecidedItem` for each, in their order.
 *
 * With one item a decision that has no field is sent at once. Errors stand at `0/edit/limit`: the item's index, the
 * decision's name, the path in its field.
 */
export interface DecideControl {
  kind: 'decide';
  items: ItemView[];
  /**
   * With several items: the name of the decision that one button makes for all that are undecided.
   */
  rest: string | null;
  rest_label: string;
  submit: string;
}
/**
 * Something to decide about: a tool call, an action, a request of a server.
 */
export interface ItemView {
  /**
   * Unique in its card; names its group.
   */
  title: string;
  description: MarkdownNode[] | null;
  arguments: ArgumentView[];
  /**
   * At least one; a name stands for the same decision in every item of a card.
   */
  choices: ChoiceView[];
  link: LinkView | null;
  /**
   * The name of the choice that is made to start with, so that its field is seen; `None`: nothing is chosen.
   */
  start: string | null;
  /**
   * The policy that has made the choice it starts with.
   */
  policy?: string;
  /**
   * The tool that can be approved here once and for all.
   */
  always?: string;
}
/**
 * A decision that is allowed for an item.
 */
export interface ChoiceView {
  /**
   * What the reply names.
   */
  name: string;
  label: string;
  tone: 'primary' | 'neutral' | 'danger';
  /**
   * What is entered with it; `None`: the decision is all.
   */
  field: FieldView | null;
  /**
   * Its field changes the item's own values, so what was changed is shown.
   */
  edits: boolean;
}
/**
 * A page outside of the notebook that the reader is asked to visit.
 */
export interface LinkView {
  url: string;
  host: string;
}
/**
 * Rows of a table that stays in the kernel, to be ticked and edited; the reply is a `TableReply`.
 *
 * What is seen of it is asked for with a `FetchIntent` whose `what` is a `TableQuery`. Errors stand at
 * `3/price`: the row's position and the column's name.
 */
export interface TableControl {
  kind: 'table';
  columns: TableColumn[];
  /**
   * How many rows it has.
   */
  count: number;
  pick: 'many' | 'one';
  min_items: number | null;
  max_items: number | null;
  start: TableStart;
  submit: string;
}
/**
 * A column of a table, and how its cells are filtered and edited.
 */
export interface TableColumn {
  name: string;
  kind: 'text' | 'integer' | 'number' | 'boolean' | 'choice' | 'date' | 'datetime' | 'other';
  /**
   * How a cell is edited; `None`: it is not. Of a `datetime` the reply is a local time, `2026-11-22T10:00:00`.
   */
  field: FieldView | null;
  /**
   * Of a `choice`: what a filter chooses from.
   */
  options: string[];
  /**
   * Whether values are missing.
   */
  nullable: boolean;
  /**
   * How many characters most of its cells have.
   */
  width: number;
}
/**
 * What a table starts from.
 */
export interface TableStart {
  picked: number[];
  edits: ShownEdit[];
}
/**
 * A cell that is proposed to be changed: to what, and what it was, as they are shown.
 */
export interface ShownEdit {
  position: number;
  column: number;
  value: unknown;
  now: string | null;
  was: string | null;
}
/**
 * Until when a request can be answered, and what happens then. The browser counts down by itself.
 */
export interface DeadlineView {
  /**
   * RFC 3339, UTC.
   */
  at: string;
  /**
   * What stands before the time that is left.
   */
  before: string;
  /**
   * What is said when the time is over.
   */
  after: string;
  /**
   * Something answers then: what is typed meanwhile must be told with `TouchedIntent`, which gives more time.
   */
  acts: boolean;
}
/**
 * Why a node asks again: what was found in its source when somebody asked.
 */
export interface WhyView {
  findings: FindingView[];
  /**
   * Why a source could not be read, a sentence each.
   */
  not_read: string[];
}
/**
 * What `hitl.check` found about the asking node.
 */
export interface FindingView {
  level: 'error' | 'warning' | 'info';
  /**
   * What goes wrong, one sentence.
   */
  wrong: string;
  /**
   * How to mend it, one sentence.
   */
  mend: string;
  /**
   * `file:line`, or the name of a notebook's cell.
   */
  where: string;
  /**
   * The piece of code that it is about; may be empty.
   */
  code: string;
}
/**
 * The exception that an exception came from, or one of a group.
 */
export interface CauseView {
  kind: 'cause' | 'context' | 'member';
  exception: ExceptionView;
}
export interface ExceptionView {
  type: string;
  message: string;
  notes: string[];
  /**
   * The innermost last, as Python has them; of very many the middle is left out.
   */
  frames: FrameView[];
  /**
   * How many frames are.
   */
  left_out: number;
  causes: CauseView[];
}
/**
 * Where an exception passed.
 */
export interface FrameView {
  /**
   * A cell's name, `Cell In[3]`, or the file's path.
   */
  file: string;
  line: number;
  function: string;
  /**
   * The lines around it.
   */
  source: SourceLine[];
  /**
   * The user's own code, not a library's.
   */
  user: boolean;
  /**
   * The last of the user's.
   */
  innermost?: boolean;
}
export interface SourceLine {
  number: number;
  text: string;
}
/**
 * What became of a key of the state (or of an entry further inside) by what a task wrote to it.
 */
export interface ChangeView {
  key: string;
  /**
   * `appended`: a list grew, and `after` has only what is new. `written`: how it was merged is not known. `reduced`: its
   * key's reducer took it: `wrote` is what the task wrote, `after` what the key holds since, where the thread says so.
   */
  kind: 'added' | 'changed' | 'appended' | 'removed' | 'written' | 'reduced';
  before?: ShownValue1;
  after?: ShownValue1;
  wrote?: ShownValue1;
  /**
   * The name of the function that makes one value of what a key holds and what is written to it; empty if it has none.
   */
  reducer?: string;
  /**
   * Of `reduced`: how many other tasks of the step wrote to the key.
   */
  beside?: number;
  /**
   * With `changed`: what has changed inside, instead of `before` and `after`.
   */
  entries?: ChangeView[];
  /**
   * How many entries beside those are as they were.
   */
  same?: number;
  /**
   * How many more have changed than are here.
   */
  more?: number;
}
/**
 * A value, and what a `LookAtValue` calls it.
 *
 * What is inside of it has the same name, a dot and its position: `<value>.3` is the fourth item or entry. Of a message,
 * `c0` is the first part of its content and `a0` are the arguments of its first call.
 */
export interface ShownValue1 {
  value: string;
  view: ValueView;
}
/**
 * The threads that are to be answered together: there will be a card for them. Of none there is none.
 */
export interface ChooseIntent {
  type: 'choose';
  client: string;
  /**
   * Grows with each of a view's: what its card says is of the last one that the kernel has heard of.
   */
  choice: number;
  threads: string[];
  /**
   * What each of them asks.
   */
  same: string;
}
/**
 * Where another run parts from this one.
 */
export interface ComparisonView {
  /**
   * That, as a sentence.
   */
  words: string;
  /**
   * How many steps before these are the same and left out.
   */
  before: number;
  pairs: PairView[];
  /**
   * How many steps after these are left out.
   */
  after: number;
  /**
   * The place in `pairs` of the first that differs; `None` while all are the same.
   */
  parts_at: number | null;
  keys: KeyView[];
  /**
   * The keys whose values are the same.
   */
  same: string[];
}
/**
 * A step of each run; of one of them alone where the other has none like it.
 */
export interface PairView {
  /**
   * Its index in `session.history`: in this run, else in the other.
   */
  step: number;
  /**
   * What this run did there.
   */
  ours: string | null;
  theirs: string | null;
  same: boolean;
}
/**
 * A key of the state whose values differ.
 */
export interface KeyView {
  key: string;
  ours: string;
  theirs: string;
}
/**
 * What was decided about an item, and the reply of its field, if it has one.
 */
export interface DecidedItem {
  decision: string;
  value?: unknown;
}
/**
 * An answer that was given.
 */
export interface DecisionRow {
  index: number;
  key: string;
  node: string;
  path: string[];
  asker: string[];
  question: string;
  answer: string;
  approved: boolean | null;
  reason: string | null;
  by: string;
  policy?: string;
  at: string;
  kind: 'decision';
  row: number;
  /**
   * Whether another run can be started that answers differently.
   */
  can_fork: boolean;
  /**
   * Why not, at a breakpoint in a nested graph.
   */
  why_not?: string;
}
/**
 * An answer that was given.
 */
export interface DecisionView {
  index: number;
  key: string;
  node: string;
  path: string[];
  /**
   * Who asked, in words, as on the card.
   */
  asker: string[];
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
   * `person`, `code`, `unattended`, `policy`.
   */
  by: string;
  /**
   * The policies that decided it, or a part of it.
   */
  policy?: string;
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
  /**
   * The middle of its label; of one without a label, of what says how often it was taken.
   */
  label_at: number[];
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
 * Asks the control of a card for a part of what it shows; answered by one `Fetched` with the same `id`.
 */
export interface FetchIntent {
  type: 'fetch';
  client: string;
  request: string;
  id: number;
  /**
   * As the control understands it.
   */
  what: {
    [k: string]: unknown | undefined;
  };
}
/**
 * What a view asked for with a `FetchIntent` or a `LookIntent`: `data`, or why there is none.
 */
export interface Fetched {
  type: 'fetched';
  client: string;
  id: number;
  data?: unknown;
  error?: string;
}
/**
 * A file or a folder in a `FolderView`.
 */
export interface FileEntry {
  name: string;
  kind: 'file' | 'folder';
  /**
   * Bytes; `None` for a folder, and where it cannot be read.
   */
  size: number | null;
  /**
   * Seconds since 1970.
   */
  modified: number | null;
}
/**
 * Draw a nested graph as one node, or with what is in it.
 */
export interface FoldIntent {
  type: 'fold';
  client: string;
  group: string;
  folded: boolean;
}
/**
 * What is in a folder: folders first, each by name.
 */
export interface FolderView {
  entries: FileEntry[];
  /**
   * How many others there are.
   */
  more: number;
}
/**
 * Ask for another input on a thread that has finished; see `Session.follow_up`.
 */
export interface FollowUpIntent {
  type: 'follow_up';
  client: string;
}
/**
 * Another run from a step, or from the step that asked for a decision; see `Session.fork`.
 */
export interface ForkIntent {
  type: 'fork';
  client: string;
  /**
   * Its index in `session.history`.
   */
  step?: number;
  /**
   * Its index in `session.decisions`.
   */
  decision?: number;
  /**
   * With a step of a nested graph: LangGraph's id of one of its tasks, which the row has.
   */
  task?: string;
  /**
   * Stop before the step, so that the state can be edited.
   */
  pause: boolean;
}
/**
 * Another run of the same graph, on a thread of its own.
 */
export interface ForkView {
  /**
   * What it is called beside the others, and known by: `Fork 2`. A server gives its thread another id while it is copied.
   */
  name: string;
  /**
   * Why: to answer differently, to change the state, or to begin again.
   */
  kind: 'answer' | 'state' | 'restart';
  /**
   * From where, in words.
   */
  label: string;
  status: 'idle' | 'running' | 'waiting' | 'finished' | 'failed' | 'stopped';
  /**
   * The keys of what it asks.
   */
  waits_for: string[];
  /**
   * Its own view, as `anywidget:<model id>`, where there is one.
   */
  view?: string;
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
   * `group`: a nested graph, drawn as a frame around its nodes; it can be folded.
   */
  kind: 'start' | 'end' | 'node' | 'group';
  x: number;
  y: number;
  width: number;
  height: number;
  /**
   * It is a nested graph with so many nodes, drawn as one; it can be unfolded.
   */
  folded?: number;
}
/**
 * A view says that it is there; the kernel answers with an `Ack` that names the same `client`.
 *
 * Where the view's `seq` is not the kernel's, an update was lost on the way, and all of the state is sent again.
 */
export interface HelloIntent {
  type: 'hello';
  client: string;
  seq: number;
}
/**
 * The threads that ask the same as one does.
 */
export interface InboxAlike {
  /**
   * The first of them, as many as are answered at once.
   */
  threads: string[];
  total: number;
}
/**
 * The threads that one view answers together, by a card of its own.
 */
export interface InboxChosen {
  /**
   * The view that chose them.
   */
  client: string;
  /**
   * The number of the `ChooseIntent` that this is of.
   */
  choice: number;
  /**
   * What its card is for; null: there is none.
   */
  request: string | null;
  /**
   * How many.
   */
  count: number;
  /**
   * How many of them have been answered or refused, while they are being sent.
   */
  done: number;
  sending: boolean;
  /**
   * What came of the last answer, one sentence.
   */
  said: string | null;
}
/**
 * A thread that somebody has opened.
 */
export interface InboxOpened {
  thread: string;
  /**
   * `anywidget:<model id>` of the session's own view.
   */
  view: string | null;
  error: string | null;
}
/**
 * What one request of a thread asks.
 */
export interface InboxQuestion {
  /**
   * The interrupt's id.
   */
  request: string;
  /**
   * The node that asks, as a path: `sub/ask`.
   */
  node: string;
  /**
   * What is asked for: `approval`, `decide`, `breakpoint`, `table`, or the type of a form's field.
   */
  kind: string;
  text: string;
  /**
   * The same for all requests that ask the same.
   */
  same: string;
}
/**
 * A thread that waits.
 */
export interface InboxRow {
  thread: string;
  /**
   * RFC 3339, UTC.
   */
  since: string;
  /**
   * The first few of them.
   */
  questions: InboxQuestion[];
  /**
   * How many there are.
   */
  count: number;
  /**
   * Why an answer to it was refused, one sentence.
   */
  problem?: string;
  /**
   * It does not wait any more, and is shown until somebody has seen why.
   */
  gone?: boolean;
  /**
   * An answer to it is on its way.
   */
  sending?: boolean;
}
/**
 * A page of the list.
 */
export interface InboxRows {
  epoch: number;
  /**
   * How many threads the query takes.
   */
  total: number;
  first: number;
  rows: InboxRow[];
  /**
   * The nodes that ask, as far as threads have been read.
   */
  nodes: string[];
  kinds: string[];
}
/**
 * What is known of the list as a whole.
 */
export interface InboxView {
  seq: number;
  /**
   * Grows whenever the list is another: its pages are asked for anew.
   */
  epoch: number;
  status: 'reading' | 'ready' | 'failed';
  /**
   * Threads that wait; at most, while it is being read.
   */
  total: number;
  /**
   * Threads that wait and are of other graphs.
   */
  others: number;
  /**
   * Threads that could not be read.
   */
  unread: number;
  /**
   * How many threads of how many have been read, where somebody looks for some of them.
   */
  progress?: number[];
  /**
   * Threads that wait by now and are not in the list, or ask something else.
   */
  fresh: number;
  /**
   * Threads in the list that do not wait any more.
   */
  left: number;
  /**
   * Seconds after which a view asks for news; null: it does not.
   */
  refresh: number | null;
  error: string | null;
  /**
   * When it was read last, RFC 3339, UTC.
   */
  at: string | null;
  /**
   * The graph's name.
   */
  graph: string;
  /**
   * The code that makes it in a new kernel.
   */
  code: string;
}
/**
 * A task, or a change of the state that no task has made.
 */
export interface InsideView {
  task: TaskView;
  /**
   * It is a change: `task` is what it is called.
   */
  changed?: true;
  /**
   * Node names from the outermost graph to its node.
   */
  path: string[];
  /**
   * Which step of the thread it is in, from 0; `None` inside of a nested graph.
   */
  step: number | null;
  /**
   * RFC 3339.
   */
  began?: string;
  given?: ShownValue1;
  changes: ChangeView[];
  /**
   * The keys that it wrote what was there already.
   */
  unchanged: string[];
  /**
   * Whether it has finished, and it is known that it wrote and returned nothing.
   */
  wrote_nothing: boolean;
  returned?: ShownValue2;
  /**
   * The nodes that it led to, as a `Command(goto=...)` or a `Send` does.
   */
  leads_to: string[];
  /**
   * The latest.
   */
  output: OutputChunk[];
  /**
   * Characters of all of it.
   */
  printed: number;
  /**
   * What a model has streamed in it: the latest.
   */
  tokens: string;
  /**
   * Characters of all of it.
   */
  streamed: number;
  attempts: AttemptView[];
  exception?: ExceptionView;
  asked: AskedView[];
  /**
   * What is not known, and why, in sentences.
   */
  notes: string[];
  /**
   * Whether another run can be started from its step.
   */
  can_fork: boolean;
  /**
   * Why it cannot, in a nested graph.
   */
  why_not?: string;
}
/**
 * A node's part in a step.
 */
export interface TaskView {
  /**
   * LangGraph's task id; what a `LookAtTask` names.
   */
  id: string;
  /**
   * The id of its node, which may not be drawn: folded, it is in the nearest one around it that is.
   */
  node: string;
  /**
   * The node's own name.
   */
  name: string;
  status: 'idle' | 'next' | 'running' | 'waiting' | 'done' | 'failed';
  /**
   * With `running`: as in `NodeView`.
   */
  since?: string;
  /**
   * Seconds of work, once it has ended.
   */
  took?: number;
  /**
   * How often its node was called, from 2 on.
   */
  attempts?: number;
  cached?: boolean;
  /**
   * One line.
   */
  error?: string;
  /**
   * How many characters it has printed or logged.
   */
  printed?: number;
  /**
   * It asked a person, in a kernel before this one; what was answered is not known here.
   */
  asked?: boolean;
  /**
   * Which one it is of several of its node, in words: the tool that it calls, or its number.
   */
  copy?: string;
}
/**
 * A value, and what a `LookAtValue` calls it.
 *
 * What is inside of it has the same name, a dot and its position: `<value>.3` is the fourth item or entry. Of a message,
 * `c0` is the first part of its content and `a0` are the arguments of its first call.
 */
export interface ShownValue2 {
  value: string;
  view: ValueView;
}
/**
 * What a task printed or logged.
 */
export interface OutputChunk {
  /**
   * A `note` is ours: it says what is left out.
   */
  stream: 'stdout' | 'stderr' | 'log' | 'note';
  text: string;
  /**
   * RFC 3339.
   */
  at: string;
  attempt: number;
  /**
   * Of `log`, with `logger`.
   */
  level?: string;
  logger?: string;
}
/**
 * How many items a node has gone through; nobody knows how many there are.
 */
export interface ItemsView {
  count: number;
  /**
   * How many a second.
   */
  rate: number;
}
/**
 * What a `FetchIntent` of a file field asks for; answered with a `FolderView`.
 */
export interface ListFolder {
  source: string;
  /**
   * From the field's own folder, `""` is that one.
   */
  folder: string;
  /**
   * What the names must have in them, in any case.
   */
  typed: string;
}
/**
 * A whole answer, to be copied: answered by a text, its own or JSON.
 */
export interface LookAtAnswer {
  kind: 'answer';
  /**
   * Its index in `session.decisions`.
   */
  decision: number;
}
/**
 * Where another run of the graph parts from this one: answered by a `ComparisonView`.
 */
export interface LookAtComparison {
  kind: 'comparison';
  /**
   * Its name.
   */
  fork: string;
}
/**
 * A drawn node's tasks: answered by a `NodeInsideView`.
 */
export interface LookAtNode {
  kind: 'node';
  node: string;
}
/**
 * All answers so far as the code that replays them: answered by a text.
 */
export interface LookAtReplay {
  kind: 'replay';
}
/**
 * Rows of the timeline: answered by a `RowsView`.
 */
export interface LookAtRows {
  kind: 'rows';
  /**
   * The first one's place; counted from the end where it is negative.
   */
  first: number;
  count: number;
  /**
   * Only those of a drawn node, and of what is inside of it; `first` and `count` then count those alone.
   */
  node?: string;
}
/**
 * What a task was given, did and wrote: answered by an `InsideView`.
 */
export interface LookAtTask {
  kind: 'task';
  task: string;
}
/**
 * More of a value that was folded or cut: answered by a `ValueView`.
 */
export interface LookAtValue {
  kind: 'value';
  /**
   * What a `ShownValue` calls it, or something inside of it.
   */
  value: string;
  first: number;
  count: number;
  /**
   * All of it for the clipboard, instead: answered by a text.
   */
  copy?: boolean;
}
/**
 * Somebody looks into the run; answered by one `Fetched` with the same `id`.
 */
export interface LookIntent {
  type: 'look';
  client: string;
  id: number;
  at: LookAtRows | LookAtTask | LookAtNode | LookAtValue | LookAtAnswer | LookAtReplay | LookAtComparison;
}
/**
 * A view is about to draw what few views need: the trait of that name gets its code.
 */
export interface NeedIntent {
  type: 'need';
  client: string;
  code: 'rich' | 'inside';
}
/**
 * What there is to know; the news themselves are in `InboxView`.
 */
export interface NewsAnswer {
  /**
   * Seconds after which to ask again: longer where it takes long to find out.
   */
  after: number;
}
/**
 * Asks whether threads have come or gone, while the list is shown; answered by one `Fetched` with a `NewsAnswer`.
 */
export interface NewsIntent {
  type: 'news';
  client: string;
  id: number;
  /**
   * Nobody is at this view: the list may become another one.
   */
  idle: boolean;
}
/**
 * How many of a step's tasks are of one node.
 */
export interface NodeCount {
  name: string;
  count: number;
}
/**
 * The tasks of a drawn node.
 */
export interface NodeInsideView {
  node: string;
  name: string;
  total: number;
  /**
   * The latest, newest first.
   */
  tasks: TaskView[];
  shown?: InsideView1;
}
/**
 * One that has failed, while the graph is at that; else one that waits, else the newest. A node that never ran has none.
 */
export interface InsideView1 {
  task: TaskView;
  /**
   * It is a change: `task` is what it is called.
   */
  changed?: true;
  /**
   * Node names from the outermost graph to its node.
   */
  path: string[];
  /**
   * Which step of the thread it is in, from 0; `None` inside of a nested graph.
   */
  step: number | null;
  /**
   * RFC 3339.
   */
  began?: string;
  given?: ShownValue1;
  changes: ChangeView[];
  /**
   * The keys that it wrote what was there already.
   */
  unchanged: string[];
  /**
   * Whether it has finished, and it is known that it wrote and returned nothing.
   */
  wrote_nothing: boolean;
  returned?: ShownValue2;
  /**
   * The nodes that it led to, as a `Command(goto=...)` or a `Send` does.
   */
  leads_to: string[];
  /**
   * The latest.
   */
  output: OutputChunk[];
  /**
   * Characters of all of it.
   */
  printed: number;
  /**
   * What a model has streamed in it: the latest.
   */
  tokens: string;
  /**
   * Characters of all of it.
   */
  streamed: number;
  attempts: AttemptView[];
  exception?: ExceptionView;
  asked: AskedView[];
  /**
   * What is not known, and why, in sentences.
   */
  notes: string[];
  /**
   * Whether another run can be started from its step.
   */
  can_fork: boolean;
  /**
   * Why it cannot, in a nested graph.
   */
  why_not?: string;
}
/**
 * What a node is doing; nodes that never ran are not in the mapping and are `idle`.
 */
export interface NodeView {
  status: 'idle' | 'next' | 'running' | 'waiting' | 'done' | 'failed';
  /**
   * How many times it has finished.
   */
  runs: number;
  /**
   * With `failed`: the exception, one line.
   */
  error?: string;
  tasks?: TaskCounts;
  /**
   * With `running`: since when, RFC 3339 with milliseconds, by the kernel's clock (see `Ack.now`).
   */
  since?: string;
  /**
   * Seconds of work of its last task that has ended; what it waited for a person is not in it.
   */
  took?: number;
  /**
   * With `running`: how far it says that it is, 0 to 1.
   */
  progress?: number;
  items?: ItemsView1;
  /**
   * With `running`: the attempt, from 2 on.
   */
  attempt?: number;
  /**
   * How many more calls than one its tasks needed, in all.
   */
  retried?: number;
  /**
   * How many times it was not called, as the graph's cache had what it writes.
   */
  cached?: number;
  /**
   * Where the run stops at it.
   */
  breakpoints?: ('before' | 'after')[];
  /**
   * How many breakpoints there are at nodes inside of it that are not drawn.
   */
  stops_inside?: number;
}
/**
 * Where its latest step started several of it (`Send`).
 */
export interface TaskCounts {
  started: number;
  running: number;
  waiting: number;
  failed: number;
  done: number;
}
/**
 * With `running`, where it cannot say how far it is.
 */
export interface ItemsView1 {
  count: number;
  /**
   * How many a second.
   */
  rate: number;
}
/**
 * Somebody wants to see one of the forks: it gets a view, which its `ForkView` then names.
 */
export interface OpenForkIntent {
  type: 'open_fork';
  client: string;
  /**
   * Its name.
   */
  fork: string;
}
/**
 * Somebody wants to see a thread: it gets a view, which is then named in `opened`.
 */
export interface OpenThreadIntent {
  type: 'open_thread';
  client: string;
  thread: string;
}
/**
 * Find the threads that wait now.
 */
export interface RefreshIntent {
  type: 'refresh';
  client: string;
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
/**
 * Another run with the same input; see `Session.restart`.
 */
export interface RestartIntent {
  type: 'restart';
  client: string;
}
export interface RetryIntent {
  type: 'retry';
  client: string;
}
/**
 * Asks for a page of the list; answered by one `Fetched` with an `InboxRows`.
 */
export interface RowsIntent {
  type: 'rows';
  client: string;
  id: number;
  query: InboxQuery;
  first: number;
  count: number;
}
/**
 * Rows of the timeline, or of one node.
 */
export interface RowsView {
  epoch: number;
  /**
   * How many there are in all.
   */
  total: number;
  /**
   * Where the first of these is among them.
   */
  first: number;
  rows: (StepRow | DecisionRow)[];
}
/**
 * Tasks that ran side by side in one graph, or one that a node has called (`@task`).
 *
 * Without any, a step that never ran, as the state was changed first.
 */
export interface StepRow {
  kind: 'step';
  /**
   * Its place in the whole timeline, from 0.
   */
  row: number;
  /**
   * Its index in `session.history`; `None` for a step of a nested graph.
   */
  step: number | null;
  /**
   * The names of the nodes around its graph, outermost first, with the one that has called it; empty at the top.
   */
  path: string[];
  /**
   * Which one its graph is, of several that run side by side, in words.
   */
  copy?: string;
  status: 'idle' | 'next' | 'running' | 'waiting' | 'done' | 'failed';
  /**
   * When it began, RFC 3339.
   */
  at?: string;
  /**
   * Seconds from its first task's start to its last one's end, less what it waited for people.
   */
  took?: number;
  /**
   * Whose tasks they are, in the order in which those started; the first few.
   */
  nodes: NodeCount[];
  /**
   * The first few; where there are many, those that are not done come before the others.
   */
  tasks: TaskView[];
  /**
   * How many there are; of a step that never ran 0, and one of `tasks` is what one looks into: the change itself.
   */
  count: number;
  /**
   * That the state was changed, and which of its keys, in words.
   */
  changed?: string;
  /**
   * Whether another run can be started from it.
   */
  can_fork: boolean;
  /**
   * Why it cannot, in a nested graph.
   */
  why_not?: string;
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
  /**
   * What a fork is called beside the others.
   */
  name?: string;
  /**
   * The tools that are approved without asking, since somebody said so in this session.
   */
  always?: string[];
  /**
   * It was told to stop, and does when the step that runs is over.
   */
  stopping?: boolean;
  /**
   * What a chat's model says, as far as it has got; and what it said last, once it is a person's turn.
   */
  said?: MarkdownNode[];
  /**
   * The drawn nodes that no breakpoint can be at: LangGraph does not let us stop in a graph that a node's code runs.
   */
  never_stops?: string[];
}
export interface StopIntent {
  type: 'stop';
  client: string;
}
/**
 * The whole text of a cell.
 */
export interface TableCell {
  text: string | null;
}
/**
 * A cell that was changed: the row's position, the column's index, and the reply of the column's field.
 */
export interface TableEdit {
  position: number;
  column: number;
  value: unknown;
}
export interface TableFilter {
  column: number;
  /**
   * A text that it contains; `5`, `>5`, `2..8`; `2026-05`; a choice's index; `true`, `false`; `empty`.
   */
  text: string;
}
/**
 * What is shown from `offset` on, and how many rows are shown in all.
 */
export interface TablePage {
  total: number;
  rows: TableRow[];
  /**
   * The filters that cannot be read and were left out, with what is wrong with each as its text.
   */
  errors: TableFilter[];
}
export interface TableRow {
  position: number;
  /**
   * As they are shown; `null` for a missing value.
   */
  cells: (string | null)[];
  /**
   * The columns whose text is longer than what is here.
   */
  cut?: number[];
}
/**
 * The positions of all rows that are shown; none if there are too many to tick at once.
 */
export interface TablePositions {
  total: number;
  positions: number[];
  most: number;
}
/**
 * What is asked of a table: a page of what a view of it shows, the positions of all of that, or a whole cell.
 */
export interface TableQuery {
  want: 'page' | 'positions' | 'cell';
  sort?: TableSort | null;
  filters?: TableFilter[];
  search?: string;
  /**
   * The positions that are left; `null` for all.
   */
  only?: number[] | null;
  /**
   * Of a page, as its length is.
   */
  offset?: number;
  limit?: number;
  /**
   * Of a cell, as its column is.
   */
  position?: number;
  column?: number;
}
export interface TableSort {
  column: number;
  descending: boolean;
}
/**
 * The rows that were ticked, by position, and the cells that were changed in them.
 */
export interface TableReply {
  picked: number[];
  edits: TableEdit[];
}
/**
 * The tasks of one node in its latest step.
 */
export interface TaskCounts1 {
  started: number;
  running: number;
  waiting: number;
  failed: number;
  done: number;
}
/**
 * The timeline's end.
 */
export interface TimelineView {
  /**
   * Grows when rows get other numbers: those that a view has are other ones then.
   */
  epoch: number;
  /**
   * How many rows it has.
   */
  total: number;
  /**
   * How many answers were given.
   */
  decisions: number;
  latest: (StepRow | DecisionRow)[];
}
/**
 * Somebody is at a card: its deadline waits, and what they have entered stays. Sent now and then while one types.
 */
export interface TouchedIntent {
  type: 'touched';
  client: string;
  request: string;
}
/**
 * The same: a part of a file, in base64; answered with `Uploaded`, which says where to go on.
 */
export interface UploadPart {
  source: string;
  /**
   * The same for each part, and for no other upload.
   */
  upload: string;
  name: string;
  /**
   * Of the whole file, in bytes.
   */
  size: number;
  offset: number;
  data: string;
}
/**
 * How much of a file has arrived.
 */
export interface Uploaded {
  /**
   * Bytes; the next part starts here, whatever was sent.
   */
  received: number;
  /**
   * The reply for the file, once all of it is there.
   */
  path: string | null;
}
/**
 * Somebody wants to know why a node asks again: its source is read, and the card then has a `WhyView`.
 */
export interface WhyIntent {
  type: 'why';
  client: string;
  request: string;
}

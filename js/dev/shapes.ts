/** Short ways to write the shapes of the protocol. */
import type {
  ApprovalControl,
  ArgumentView,
  BooleanField,
  BreakpointControl,
  CardView,
  ChoiceField,
  ChoicesField,
  ChoiceView,
  DateField,
  DateTimeField,
  DecideControl,
  DecisionView,
  EdgePath,
  FieldView,
  FormControl,
  GraphView,
  ItemView,
  JsonField,
  ListField,
  MapField,
  MarkdownNode,
  NodeBox,
  NumberField,
  ObjectField,
  RefField,
  RunView,
  TextField,
  TimeField,
  TupleField,
  UnionField,
} from '../src/protocol';

const base = { label: 'Answer', help: null, required: true, nullable: false };

export const text = (more: Partial<TextField> = {}): TextField => ({
  ...base,
  type: 'text',
  format: null,
  multiline: false,
  min_length: null,
  max_length: null,
  pattern: null,
  ...more,
});

export const number = (more: Partial<NumberField> = {}): NumberField => ({
  ...base,
  type: 'number',
  integer: false,
  minimum: null,
  maximum: null,
  exclusive_minimum: null,
  exclusive_maximum: null,
  multiple_of: null,
  ...more,
});

export const boolean = (more: Partial<BooleanField> = {}): BooleanField => ({ ...base, type: 'boolean', ...more });

const options = (labels: unknown[]) => labels.map((value) => ({ label: String(value), value }));

export const choice = (labels: unknown[], more: Partial<ChoiceField> = {}): ChoiceField => ({
  ...base,
  type: 'choice',
  options: options(labels),
  ...more,
});

export const choices = (labels: unknown[], more: Partial<ChoicesField> = {}): ChoicesField => ({
  ...base,
  type: 'choices',
  options: options(labels),
  min_items: null,
  max_items: null,
  ...more,
});

export const date = (more: Partial<DateField> = {}): DateField => ({
  ...base,
  type: 'date',
  ...more,
});

export const datetime = (more: Partial<DateTimeField> = {}): DateTimeField => ({ ...base, type: 'datetime', ...more });

export const time = (more: Partial<TimeField> = {}): TimeField => ({ ...base, type: 'time', ...more });

export const json = (more: Partial<JsonField> = {}): JsonField => ({
  ...base,
  type: 'json',
  default_text: null,
  ...more,
});

export const list = (item: FieldView, more: Partial<ListField> = {}): ListField => ({
  ...base,
  type: 'list',
  item,
  min_items: null,
  max_items: null,
  unique: false,
  ...more,
});

export const tuple = (places: FieldView[], more: Partial<TupleField> = {}): TupleField => ({
  ...base,
  type: 'tuple',
  places: places.map((place, index) => (place.label === base.label ? { ...place, label: `Item ${index + 1}` } : place)),
  ...more,
});

export const map = (value: FieldView, more: Partial<MapField> = {}): MapField => ({
  ...base,
  type: 'map',
  value,
  keys: null,
  key_pattern: null,
  min_items: null,
  max_items: null,
  ...more,
});

/** Branches by their labels. */
export const union = (branches: Record<string, FieldView>, more: Partial<UnionField> = {}): UnionField => ({
  ...base,
  type: 'union',
  branches: Object.entries(branches).map(([label, field]) => ({ label, field: { ...field, label }, constants: {} })),
  ...more,
});

export const ref = (to: string, more: Partial<RefField> = {}): RefField => ({ ...base, type: 'ref', ref: to, ...more });

/** An object of fields; a field that still has the common label is labelled by its key. */
export const object = (fields: Record<string, FieldView>, more: Partial<ObjectField> = {}): ObjectField => ({
  ...base,
  type: 'object',
  fields: Object.entries(fields).map(([name, field]) => ({
    name,
    field: field.label === base.label ? { ...field, label: titled(name) } : field,
  })),
  ...more,
});

const titled = (name: string) => name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ');

export const form = (field: FieldView, submit = 'Submit'): FormControl => ({ kind: 'form', field, submit });

export const approval = (more: Partial<ApprovalControl> = {}): ApprovalControl => ({
  kind: 'approval',
  approve: 'Approve',
  reject: 'Reject',
  reason: 'optional',
  reason_label: 'Reason',
  ...more,
});

const KINDS: Record<string, ArgumentView['type']> = { string: 'text', number: 'number', boolean: 'boolean' };

/** Arguments as the kernel lists them. */
export const argumentList = (values: Record<string, unknown>): ArgumentView[] =>
  Object.entries(values).map(([name, value]) => ({
    name,
    label: titled(name),
    text: typeof value === 'string' ? value : JSON.stringify(value, null, 2),
    type: value === null ? 'null' : Array.isArray(value) ? 'list' : (KINDS[typeof value] ?? 'object'),
  }));

const choiceOf = (name: string, tone: ChoiceView['tone'], more: Partial<ChoiceView> = {}): ChoiceView => ({
  name,
  label: titled(name),
  tone,
  field: null,
  edits: false,
  ...more,
});

/** The four decisions of langchain's middleware. */
export const approve = choiceOf('approve', 'primary');
export const edit = (field: FieldView) => choiceOf('edit', 'neutral', { field, edits: true });
export const reject = choiceOf('reject', 'danger', {
  field: text({ label: 'Reason', multiline: true, nullable: true }),
});
export const respond = choiceOf('respond', 'neutral', { field: text({ label: 'Response', multiline: true }) });

export const item = (title: string, choices: ChoiceView[], more: Partial<ItemView> = {}): ItemView => ({
  title,
  description: null,
  arguments: [],
  choices,
  link: null,
  start: null,
  ...more,
});

export const decide = (items: ItemView[], more: Partial<DecideControl> = {}): DecideControl => ({
  kind: 'decide',
  items,
  rest: items.length > 1 ? 'approve' : null,
  rest_label: 'Approve the rest',
  submit: 'Submit',
  ...more,
});

export const breakpoint = (field: FieldView | null): BreakpointControl => ({ kind: 'breakpoint', field });

/** A description without any Markdown in it. */
export const plain = (said: string): MarkdownNode[] => [{ tag: 'p', children: [said] }];

export const card = (node: string, question: string, more: Partial<CardView> = {}): CardView => ({
  request: `request-${node}`,
  key: node,
  node,
  asker: [node],
  question,
  description: null,
  context: [],
  images: [],
  missing: false,
  control: form(text()),
  status: 'open',
  error: null,
  field_errors: {},
  refusals: 0,
  again: null,
  why: null,
  ...more,
});

export const run = (more: Partial<RunView> = {}): RunView => ({
  seq: 1,
  status: 'waiting',
  thread_id: 'refund-42',
  notices: [],
  error: null,
  can_retry: false,
  attach: null,
  ...more,
});

export const decision = (index: number, node: string, more: Partial<DecisionView> = {}): DecisionView => ({
  index,
  key: node,
  node,
  path: [node],
  asker: [node],
  question: `What about ${node}?`,
  answer: 'yes',
  approved: null,
  reason: null,
  by: 'person',
  at: `2026-11-22T10:0${index % 10}:00Z`,
  ...more,
});

/** A column of nodes, each joined to the next. */
export function column(names: string[]): GraphView {
  const nodes: NodeBox[] = ['__start__', ...names, '__end__'].map((id, index) => {
    const terminal = id.startsWith('__');
    const width = terminal ? 52 : Math.max(96, id.length * 7 + 44);
    const height = terminal ? 26 : 36;
    return {
      id,
      label: terminal ? id.slice(2, -2) : id,
      kind: id === '__start__' ? 'start' : id === '__end__' ? 'end' : 'node',
      x: 110 - width / 2,
      y: 12 + index * 70 + (36 - height) / 2,
      width,
      height,
    };
  });
  const edges: EdgePath[] = nodes.slice(1).map((box, index) => {
    const from = nodes[index] as NodeBox;
    return {
      id: `${from.id}->${box.id}`,
      source: from.id,
      target: box.id,
      points: [
        [110, from.y + from.height],
        [110, box.y],
      ],
      conditional: false,
      label: null,
      label_at: [94, box.y - 17],
    };
  });
  return { nodes, edges, width: 220, height: 24 + (nodes.length - 1) * 70 + 36 };
}

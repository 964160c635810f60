/** Values in a few words: what a folded one has in it, and which are short enough for one line. */
import type { ValueView } from '../../protocol';

const LONGEST_LINE = 72;
const LONGEST_PARAGRAPH = 300;
const LONGEST_PREVIEW = 80;
const IN_PREVIEW = 5;
const LONGEST_IN_PREVIEW = 24;

/** Whether a value takes no more than a part of a line. */
export function isInline(view: ValueView): boolean {
  switch (view.kind) {
    case 'number':
    case 'boolean':
    case 'null':
    case 'secret':
      return true;
    case 'text':
      return view.text.length === view.total && view.text.length <= LONGEST_LINE && !view.text.includes('\n');
    case 'opaque':
      return view.text.length <= LONGEST_LINE && !view.text.includes('\n');
    case 'list':
    case 'map':
    case 'object':
      return view.total === 0;
    default:
      return false;
  }
}

/** Whether a text goes on beside its key: texts of a list, some of which are longer, then look alike. */
export function isOneParagraph(view: ValueView): boolean {
  return (
    view.kind === 'text' &&
    view.text.length === view.total &&
    view.total <= LONGEST_PARAGRAPH &&
    !view.text.includes('\n')
  );
}

export function hasParts(view: ValueView): view is Extract<ValueView, { kind: 'list' | 'map' | 'object' | 'folded' }> {
  return (view.kind === 'list' || view.kind === 'map' || view.kind === 'object') && view.total > 0
    ? true
    : view.kind === 'folded';
}

/** Whether it is open as long as nobody has folded it. */
export function startsOpen(view: ValueView, depth: number): boolean {
  // Of a list that grew, what is new is all that counts.
  if (view.kind === 'list') return view.items[0]?.kind === 'message' || (depth <= 1 && view.total - view.first <= 8);
  return (view.kind === 'map' || view.kind === 'object') && depth <= 1 && view.total <= 8;
}

/** What is in a value, as far as it fits a line. */
export function preview(view: ValueView): string {
  switch (view.kind) {
    case 'list': {
      // Of records, what the first one is like.
      const of = view.items[0]?.kind === 'map' || view.items[0]?.kind === 'object' ? preview : brief;
      const inside = view.items.slice(0, IN_PREVIEW).map(of).join(', ');
      return cut(`[${inside}${view.total > IN_PREVIEW ? ', …' : ''}]`);
    }
    case 'map':
    case 'object': {
      const inside = view.entries.slice(0, IN_PREVIEW).map(({ key, value }) => `${key}: ${brief(value)}`);
      return cut(`{${inside.join(', ')}${view.total > IN_PREVIEW ? ', …' : ''}}`);
    }
    case 'folded':
      return '';
    default:
      return brief(view);
  }
}

/** How much there is in a value. */
export function size(view: ValueView): string {
  switch (view.kind) {
    case 'list':
      return counted(view.total, 'item', 'items');
    case 'map':
      return counted(view.total, 'entry', 'entries');
    case 'object':
      return view.type;
    case 'folded':
      return [view.type, view.summary].filter((text) => text !== '').join(' · ');
    default:
      return '';
  }
}

export function counted(count: number, one: string, several: string): string {
  return `${count.toLocaleString('en').replaceAll(',', '\u202f')} ${count === 1 ? one : several}`;
}

function brief(view: ValueView): string {
  switch (view.kind) {
    case 'number':
    case 'boolean':
    case 'null':
      return view.text;
    case 'secret':
      return '••••••';
    case 'text':
      return `"${view.text.length > LONGEST_IN_PREVIEW ? `${view.text.slice(0, LONGEST_IN_PREVIEW)}…` : view.text}"`;
    case 'opaque':
      return view.text.slice(0, LONGEST_IN_PREVIEW);
    case 'list':
      return view.total === 0 ? '[]' : '[…]';
    case 'map':
      return view.total === 0 ? '{}' : '{…}';
    case 'object':
      return view.type;
    case 'message':
      return view.role;
    case 'table':
    case 'image':
    case 'folded':
      return view.type;
    case 'markdown':
      return '…';
  }
}

function cut(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > LONGEST_PREVIEW ? `${line.slice(0, LONGEST_PREVIEW)}…` : line;
}

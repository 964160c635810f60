/** An inbox in the reader's words. */
import type { InboxQuery, InboxView } from '../protocol';

const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const COUNT = new Intl.NumberFormat();

/** How long ago that was, in one unit. */
export function ago(since: string, now: number): string {
  const seconds = Math.max(0, (now - Date.parse(since)) / 1000);
  if (Number.isNaN(seconds)) return since;
  if (seconds < 45) return 'just now';
  const minutes = seconds / 60;
  if (minutes < 59.5) return `${Math.max(1, Math.round(minutes))} min ago`;
  const hours = minutes / 60;
  if (hours < 23.5) return `${Math.max(1, Math.round(hours))} h ago`;
  const days = Math.max(1, Math.round(hours / 24));
  return days === 1 ? 'yesterday' : `${days} days ago`;
}

export function exactly(since: string): string {
  const time = new Date(since);
  return Number.isNaN(time.getTime()) ? since : EXACT.format(time);
}

export const counted = (n: number) => COUNT.format(n);

/** What has changed since the list was made; empty where nothing has. */
export function news({ fresh, left }: Pick<InboxView, 'fresh' | 'left'>): string {
  const parts = [fresh > 0 ? `${counted(fresh)} new` : '', left > 0 ? `${counted(left)} gone` : ''];
  return parts.filter(Boolean).join(', ');
}

export function threads(n: number): string {
  return `${counted(n)} ${n === 1 ? 'thread' : 'threads'}`;
}

/** How many more ask the same as those that are chosen. */
export const othersWords = (n: number) =>
  n === 0
    ? 'No other thread asks the same.'
    : `${counted(n)} more ask the same: as many as these are answered at once.`;

const KINDS: { [kind: string]: string } = {
  approval: 'Approval',
  decide: 'Decisions',
  breakpoint: 'Breakpoint',
  table: 'Rows of a table',
  widget: 'Own control',
  text: 'Text',
  number: 'Number',
  boolean: 'Yes or no',
  choice: 'Choice',
  choices: 'Choices',
  rank: 'Ranking',
  file: 'File',
  object: 'Form',
  list: 'List',
  json: 'JSON',
};

/** What is asked for; a kind that has no words is its own name. */
export const kindWords = (kind: string) => KINDS[kind] ?? kind;

export const ORDERS: { label: string; order: InboxQuery['order']; descending: boolean }[] = [
  { label: 'Newest first', order: 'since', descending: true },
  { label: 'Oldest first', order: 'since', descending: false },
  { label: 'By question', order: 'question', descending: false },
  { label: 'By node', order: 'node', descending: false },
  { label: 'By thread', order: 'thread', descending: false },
];

export const AGES: { label: string; older: number | null }[] = [
  { label: 'Any age', older: null },
  { label: 'Over an hour', older: 3_600 },
  { label: 'Over a day', older: 86_400 },
  { label: 'Over a week', older: 604_800 },
];

/** Timelines, as the kernel tells them. */
import type { DecisionRow, DecisionView, RowsView, StepRow, TaskView, TimelineView } from '../src/protocol';
import type { Row } from '../src/timeline/rows';

const LATEST = 20;
const BEGAN = Date.parse('2026-11-22T09:59:00Z');

export const NOTHING: TimelineView = { epoch: 0, total: 0, decisions: 0, latest: [] };

/** A step of one node, or of `count` of it. */
export const step = (name: string, more: Partial<StepRow> = {}): StepRow => {
  const { count = 1, path = [], status = 'done' } = more;
  const node = [...path, name].join(':');
  return {
    kind: 'step',
    row: 0,
    step: path.length > 0 ? null : 0,
    path,
    status,
    at: new Date(BEGAN).toISOString(),
    took: 0.012,
    nodes: [{ name, count }],
    tasks: Array.from({ length: Math.min(count, 8) }, (_, index) => ({
      id: `${node}-${more.step ?? 0}-${index}`,
      node,
      name,
      status,
      took: 0.012,
    })),
    count,
    can_fork: true,
    ...more,
  };
};

/** A step of one task, of which there is more to say. */
export const withTask = (row: StepRow, more: Partial<TaskView>): StepRow => ({
  ...row,
  tasks: row.tasks.map((task) => ({ ...task, ...more })),
});

export const answered = (view: DecisionView): DecisionRow => ({ ...view, kind: 'decision', row: 0, can_fork: true });

/** The end of a timeline of these rows. */
export function timelineOf(rows: Row[], more: Partial<TimelineView> = {}): TimelineView {
  const placed = rows.map((row, index) => ({ ...row, row: index }));
  return {
    epoch: 0,
    total: rows.length,
    decisions: rows.filter(({ kind }) => kind === 'decision').length,
    latest: placed.slice(-LATEST),
    ...more,
  };
}

/** Decisions, each after the step that asked for it; there may have been others before. */
export function decided(total: number, latest: DecisionView[]): TimelineView {
  const rows = latest.flatMap((view) => [
    step(view.node.split(':').pop() ?? view.node, { path: view.path.slice(0, -1), step: view.index, at: view.at }),
    answered(view),
  ]);
  const before = (total - latest.length) * 2;
  const timeline = timelineOf(rows);
  return {
    ...timeline,
    total: timeline.total + before,
    decisions: total,
    latest: timeline.latest.map((row) => ({ ...row, row: row.row + before })),
  };
}

/** As many steps as one likes, some of which asked. */
export function longTimeline(count: number, from = 0): Row[] {
  return Array.from({ length: count - from }, (_, nth): Row => {
    const index = from + nth;
    const at = new Date(BEGAN + index * 50).toISOString();
    if (index % 40 === 17) {
      return {
        ...answered({
          index: Math.floor(index / 40),
          key: 'review',
          node: 'review',
          path: ['review'],
          asker: ['review'],
          question: `Is draft ${index} good enough to be sent?`,
          answer: index % 80 === 17 ? 'Yes' : `No, because of this:\n${'It is far too long. '.repeat(index % 30)}`,
          approved: null,
          reason: null,
          by: 'person',
          at,
        }),
        row: index,
      };
    }
    if (index % 10 === 3) return { ...step('search', { step: null, path: ['research'], at }), row: index };
    const name = ['plan', 'research', 'write'][index % 3] as string;
    const failed = index % 97 === 50;
    const more: Partial<StepRow> = { step: index, at, took: (index % 13) / 8, count: index % 7 === 0 ? 12 : 1 };
    const row = step(name, failed ? { ...more, status: 'failed' } : more);
    if (failed && row.tasks[0]) row.tasks[0].error = 'ConnectionError: The search service did not answer within 30 s.';
    return { ...row, row: index };
  });
}

/** What the kernel answers to a look at rows. */
export function rowsOf(rows: Row[], at: { first: number; count: number; node?: string }, epoch = 0): RowsView {
  const { node } = at;
  const inside = (id: string) => node === undefined || id === node || id.startsWith(`${node}:`);
  const of = rows.filter((row) =>
    row.kind === 'decision' ? inside(row.path.join(':')) : row.tasks.some((task) => inside(task.node)),
  );
  const first = Math.max(0, at.first < 0 ? of.length + at.first : at.first);
  return { epoch, total: of.length, first, rows: of.slice(first, first + at.count) };
}

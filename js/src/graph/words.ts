/** What a node is doing, in words: for the picture, for a tooltip, for a screen reader. */
import { digits, duration, minutes } from '../parts/time';
import type { NodeBox, NodeView } from '../protocol';

/** As `duration`, of something that goes on: whole seconds, and nothing before the first. Beside something, `1:05`. */
export function elapsed(seconds: number, beside: boolean): string {
  const whole = Math.floor(seconds);
  if (whole < 60) return whole < 1 ? '' : `${whole} s`;
  return beside && whole < 3600 ? `${Math.floor(whole / 60)}:${digits(whole % 60)}` : minutes(whole);
}

/** Its own name, whole: a label may be cut. */
export function nameOf({ id, kind, label }: NodeBox): string {
  return kind === 'start' || kind === 'end' ? label : id.slice(id.lastIndexOf(':') + 1);
}

/** What is in the second line of a node; the time of a running one is added as it goes by. */
export function shortly({ status, tasks, took, attempt, items }: NodeView): string {
  const words: string[] = [];
  if (tasks && tasks.started > 1 && status !== 'done') {
    words.push(`${tasks.done}/${tasks.started}`);
    // There is room for one of the two.
    if (tasks.failed > 0) words.push(`${tasks.failed} failed`);
    else if (tasks.waiting > 0) words.push(`${tasks.waiting} wait`);
  }
  if (status === 'running') {
    if (attempt) words.push(`try ${attempt}`);
    if (items) words.push(counted(items.count));
  } else if (took !== undefined && words.length === 0) words.push(duration(took));
  return words.join(' · ');
}

/** Everything that is known of it, each a phrase. */
export function atLength(box: NodeBox, view: NodeView): string[] {
  const { status, runs, tasks, took, progress, items, attempt, retried, cached, breakpoints, stops_inside } = view;
  const said: (string | false | undefined | 0)[] = [
    status,
    tasks && tasks.started > 1 && status !== 'done' && `${tasks.done} of ${tasks.started} done`,
    tasks && tasks.running > 0 && tasks.started > 1 && `${tasks.running} running`,
    tasks && tasks.waiting > 0 && tasks.started > 1 && `${tasks.waiting} waiting`,
    tasks && tasks.failed > 0 && tasks.started > 1 && `${tasks.failed} failed`,
    progress !== undefined && `${Math.round(progress * 100)} %`,
    items && `${counted(items.count)}, ${items.rate} a second`,
    attempt && `attempt ${attempt}`,
    runs > 1 && `${runs} times`,
    took !== undefined && `took ${duration(took)}`,
    retried && `retried ${times(retried)}`,
    cached && `from the cache ${times(cached)}`,
    breakpoints && breakpoints.length > 0 && `stops ${breakpoints.join(' and ')} it`,
    stops_inside && `${stops_inside} breakpoint${plural(stops_inside)} inside`,
    box.folded && `folded, ${box.folded} node${plural(box.folded)} inside`,
  ];
  return said.filter((words): words is string => !!words);
}

const plural = (n: number) => (n === 1 ? '' : 's');

/** Of nobody knows how many. */
function counted(items: number): string {
  return `${items} item${plural(items)}`;
}

function times(n: number): string {
  return n === 1 ? 'once' : `${n} times`;
}

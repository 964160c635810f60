/** What each of our anywidgets has: a place in the page with its theme, and a connection, for as long as the host wants it. */
import { render as draw, type VNode } from 'preact';
import './parts/odd';
import { Connection } from './connection';
import type { RenderProps } from './host';
import { keepKeys } from './keys';
import { followTheme } from './theme';

/**
 * Draw into the element of a host; returns what ends that.
 *
 * @param className What kind of view it is.
 * @param isAsking Whether somebody is asked something here.
 * @param lastSeq The number of the update that was drawn last.
 */
export function shown(
  { model, el, signal }: RenderProps,
  className: string,
  isAsking: () => boolean,
  lastSeq: () => number,
  view: (connection: Connection) => VNode,
): () => void {
  const root = el.ownerDocument.createElement('div');
  root.className = className;
  el.append(root);

  const ended = new AbortController();
  const connection = new Connection(model, el.ownerDocument, isAsking, lastSeq, ended.signal);
  followTheme(root, ended.signal);
  keepKeys(root, ended.signal);
  draw(view(connection), root);

  const end = () => {
    if (ended.signal.aborted) return;
    draw(null, root);
    ended.abort();
    root.remove();
  };
  // Some hosts end a view by the signal, some by calling what was returned, some do both.
  signal?.addEventListener('abort', end);
  return end;
}

/** While the list is seen, the kernel is asked now and then whether threads have come or gone; one question at a time. */
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Connection } from '../connection';
import type { NewsAnswer } from '../protocol';

interface NewsProps {
  connection: Connection;
  /** Something in the view. */
  inside: RefObject<HTMLElement | null>;
  /** Seconds between two questions; null: none is asked. */
  refresh: number | null;
  /** Somebody has begun something here, so the list must not become another one by itself. */
  busy: boolean;
}

export function useNews({ connection, inside, refresh, busy }: NewsProps): void {
  const isBusy = useRef(busy);
  isBusy.current = busy;

  useEffect(() => {
    const root = inside.current?.closest<HTMLElement>('.hitl-root');
    if (root == null || refresh === null) return undefined;
    const page = root.ownerDocument;
    const end = new AbortController();
    const { signal } = end;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let pointed = root.matches(':hover');
    let seen = true;
    let asking = false;
    let due = 0;

    const idle = () => {
      const { activeElement } = root.getRootNode() as Document | ShadowRoot;
      const scrolled = (root.querySelector('.hitl-inbox-scroll')?.scrollTop ?? 0) > 0;
      // Who has pressed Refresh is at no row.
      const focused = root.contains(activeElement) && activeElement?.closest('.hitl-inbox-head') === null;
      return !pointed && !scrolled && !isBusy.current && !focused;
    };
    const wait = () => {
      clearTimeout(timer);
      if (!signal.aborted && !asking && seen && !page.hidden) timer = setTimeout(ask, Math.max(due - Date.now(), 0));
    };
    const ask = () => {
      asking = true;
      let after = refresh;
      const intent = { type: 'news', client: connection.client, idle: idle() };
      connection
        .ask((id) => ({ ...intent, id }))
        .then(
          (answer) => {
            after = (answer as NewsAnswer).after;
          },
          () => undefined, // the next time it may be there again
        )
        .finally(() => {
          asking = false;
          due = Date.now() + after * 1000;
          wait();
        });
    };

    due = Date.now() + refresh * 1000;
    root.addEventListener('pointerenter', () => (pointed = true), { signal });
    root.addEventListener('pointerleave', () => (pointed = false), { signal });
    page.addEventListener('visibilitychange', wait, { signal });
    // In a hidden tab of JupyterLab, or out of sight, nobody sees what it would say.
    const sight =
      typeof IntersectionObserver === 'undefined'
        ? null
        : new IntersectionObserver((entries) => {
            seen = entries.some(({ isIntersecting }) => isIntersecting);
            wait();
          });
    sight?.observe(root);
    wait();
    return () => {
      end.abort();
      sight?.disconnect();
      clearTimeout(timer);
    };
  }, [connection, inside, refresh]);
}

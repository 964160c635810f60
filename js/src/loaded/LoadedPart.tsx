import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Model } from '../host';
import { Spinner } from '../parts/icons';
import { messageOf } from '../parts/message';
import { useView } from '../view-context';
import { type Code, type CodeName, loadCode } from './load';

interface Props<Parts, Name extends keyof Parts> {
  code: CodeName;
  name: Name;
  props: Parts[Name];
  /** Whether it is wanted by now. */
  when?: boolean;
  /** What is there until it is; else that is said. */
  meanwhile?: ComponentChildren;
  /** What does instead, where the bundle cannot be drawn. */
  instead(failure: string): ComponentChildren;
}

/** What is there already is drawn at once, so that the focus can go into it. */
const loaded = new WeakMap<Model, { [code: string]: unknown }>();

/** A part of a bundle of its own, as soon as that is there. */
export function LoadedPart<Parts, Name extends keyof Parts>(part: Props<Parts, Name>): VNode {
  const { code, name, props, when = true, meanwhile, instead } = part;
  const { model, connection } = useView();
  const place = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState((when && (loaded.get(model)?.[code] as Code<Parts> | undefined)) || null);
  const [failure, setFailure] = useState<string | null>(null);
  /** Whether the focus was in what was there, and goes on in what comes. */
  const focused = useRef(false);

  useEffect(() => {
    if (!when) return undefined;
    const end = new AbortController();
    loadCode(model, code, end.signal).then(
      (module) => {
        loaded.set(model, { ...loaded.get(model), [code]: module });
        if (end.signal.aborted) return;
        const el = place.current;
        focused.current = meanwhile !== undefined && hasFocus(el?.parentElement);
        setDrawn(module as Code<Parts>);
      },
      (error: unknown) => end.signal.aborted || setFailure(messageOf(error)),
    );
    // Else it has come with what needs it.
    if (!model.get(code)) connection.need(code);
    return () => end.abort();
  }, [model, when]);

  useLayoutEffect(() => {
    if (place.current !== null) drawn?.draw(place.current, name, props);
  });
  // At once, as what is drawn: it may be closed before the browser has painted.
  useLayoutEffect(() => {
    const el = place.current;
    if (focused.current) el?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
    return () => {
      if (el !== null) drawn?.clear(el);
    };
  }, [drawn]);

  return (
    <>
      {drawn === null &&
        failure === null &&
        (meanwhile ?? (
          <div class="hitl-nothing">
            <Spinner /> Loading…
          </div>
        ))}
      {failure !== null && instead(failure)}
      <div class="hitl-rich" ref={place} />
    </>
  );
}

function hasFocus(el: Element | null | undefined): boolean {
  return el?.contains((el.getRootNode() as Document | ShadowRoot).activeElement) === true;
}

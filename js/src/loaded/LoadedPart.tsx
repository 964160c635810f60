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
  /** The input that the focus was in, or -1 for what else was there; it goes on in what comes. */
  const focused = useRef<number | null>(null);

  useEffect(() => {
    if (!when) return undefined;
    const end = new AbortController();
    loadCode(model, code, end.signal).then(
      (module) => {
        loaded.set(model, { ...loaded.get(model), [code]: module });
        if (end.signal.aborted) return;
        const el = place.current;
        if (meanwhile !== undefined) focused.current = focusAt(el?.parentElement);
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
    const input = el?.querySelectorAll('input')[focused.current ?? -1];
    if (focused.current !== null) (input ?? el?.querySelector<HTMLElement>('[tabindex="0"], input'))?.focus();
    return () => {
      if (el !== null) drawn?.clear(el);
    };
  }, [drawn]);

  return (
    <>
      {/* One place: what does instead is often what was there meanwhile, and may have the focus. */}
      {drawn === null &&
        (failure !== null
          ? instead(failure)
          : (meanwhile ?? (
              <div class="hitl-nothing">
                <Spinner /> Loading…
              </div>
            )))}
      <div class="hitl-rich" ref={place} />
    </>
  );
}

/** Which input of an element has the focus: -1 is none, but something else in it; null is nothing. */
function focusAt(el: Element | null | undefined): number | null {
  const focused = (el?.getRootNode() as Document | ShadowRoot | undefined)?.activeElement;
  return focused && el?.contains(focused)
    ? [...el.querySelectorAll('input')].indexOf(focused as HTMLInputElement)
    : null;
}

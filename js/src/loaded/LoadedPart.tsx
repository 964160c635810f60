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
  /** What does instead, where the bundle cannot be drawn. */
  instead(failure: string): ComponentChildren;
}

/** What is there already is drawn at once, so that the focus can go into it. */
const loaded = new WeakMap<Model, { [code: string]: unknown }>();

/** A part of a bundle of its own, as soon as that is there. */
export function LoadedPart<Parts, Name extends keyof Parts>(part: Props<Parts, Name>): VNode {
  const { code, name, props, instead } = part;
  const { model, connection } = useView();
  const place = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState((loaded.get(model)?.[code] as Code<Parts> | undefined) ?? null);
  const [failure, setFailure] = useState<string | null>(null);

  useEffect(() => {
    const end = new AbortController();
    loadCode(model, code, end.signal).then(
      (module) => {
        loaded.set(model, { ...loaded.get(model), [code]: module });
        if (!end.signal.aborted) setDrawn(module as Code<Parts>);
      },
      (error: unknown) => end.signal.aborted || setFailure(messageOf(error)),
    );
    // Else it has come with what needs it.
    if (!model.get(code)) connection.need(code);
    return () => end.abort();
  }, [model]);

  useLayoutEffect(() => {
    if (place.current !== null) drawn?.draw(place.current, name, props);
  });
  // At once, as what is drawn: it may be closed before the browser has painted.
  useLayoutEffect(() => {
    const el = place.current;
    return () => {
      if (el !== null) drawn?.clear(el);
    };
  }, [drawn]);

  return (
    <>
      {drawn === null && failure === null && (
        <div class="hitl-nothing">
          <Spinner /> Loading…
        </div>
      )}
      {failure !== null && instead(failure)}
      <div class="hitl-rich" ref={place} />
    </>
  );
}

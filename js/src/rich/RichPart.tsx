import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Model } from '../host';
import { Spinner } from '../parts/icons';
import { useView } from '../view-context';
import { loadRich } from './load';
import type { Rich, RichName, RichProps } from './props';

interface Props<Name extends RichName> {
  name: Name;
  props: RichProps[Name];
  /** What does instead, where the second bundle cannot be drawn. */
  instead?: VNode;
}

/** What is there already is drawn at once, so that the focus can go into it. */
const loaded = new WeakMap<Model, Rich>();

/** A part of the second bundle, as soon as that is there. */
export function RichPart<Name extends RichName>({ name, props, instead }: Props<Name>): VNode {
  const { model } = useView();
  const place = useRef<HTMLDivElement>(null);
  const [rich, setRich] = useState<Rich | null>(loaded.get(model) ?? null);
  const [failure, setFailure] = useState<string | null>(null);

  useEffect(() => {
    const end = new AbortController();
    loadRich(model, end.signal).then(
      (module) => {
        loaded.set(model, module);
        if (!end.signal.aborted) setRich(module);
      },
      (error: unknown) => end.signal.aborted || setFailure(error instanceof Error ? error.message : String(error)),
    );
    return () => end.abort();
  }, [model]);

  useLayoutEffect(() => {
    if (rich !== null && place.current !== null) rich.draw(place.current, name, props);
  });
  useEffect(() => {
    const el = place.current;
    return () => {
      if (el !== null) rich?.clear(el);
    };
  }, [rich]);

  return (
    <>
      {rich === null && failure === null && (
        <div class="hitl-nothing">
          <Spinner /> Loading…
        </div>
      )}
      {failure !== null && instead}
      {failure !== null && instead === undefined && (
        <div class="hitl-note" role="alert">
          This cannot be drawn here: {failure}. Answer from code instead, with{' '}
          <code class="hitl-code">session.answer(...)</code>.
        </div>
      )}
      <div class="hitl-rich" ref={place} />
    </>
  );
}

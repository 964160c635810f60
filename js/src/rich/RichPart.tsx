import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Spinner } from '../parts/icons';
import { useView } from '../view-context';
import { loadRich } from './load';
import type { Rich, RichName, RichProps } from './props';

interface Props<Name extends RichName> {
  name: Name;
  props: RichProps[Name];
}

/** A part of the second bundle, as soon as that is there. */
export function RichPart<Name extends RichName>({ name, props }: Props<Name>): VNode {
  const { model } = useView();
  const place = useRef<HTMLDivElement>(null);
  const [rich, setRich] = useState<Rich | null>(null);
  const [failure, setFailure] = useState<string | null>(null);

  useEffect(() => {
    const end = new AbortController();
    loadRich(model, end.signal).then(
      (loaded) => end.signal.aborted || setRich(loaded),
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
      {failure !== null && (
        <div class="hitl-note" role="alert">
          This cannot be drawn here: {failure}. Answer from code instead, with{' '}
          <code class="hitl-code">session.answer(...)</code>.
        </div>
      )}
      <div class="hitl-rich" ref={place} />
    </>
  );
}

import type { ComponentChildren } from 'preact';
import { useCallback } from 'preact/hooks';
import { LoadedPart } from '../loaded/LoadedPart';
import { useView } from '../view-context';
import type { InsideProps, Look } from './props';

type PartProps = { /** What is there until it is; else that is said. */ meanwhile?: ComponentChildren } & {
  [Name in keyof InsideProps]: { name: Name; props: Omit<InsideProps[Name], 'look'> };
}[keyof InsideProps];

/** A part of the bundle that looks into a run. */
export function InsidePart({ name, props, meanwhile }: PartProps) {
  const { connection } = useView();
  const look: Look = useCallback((at) => connection.look(at), [connection]);
  return (
    <LoadedPart<InsideProps, keyof InsideProps>
      code="inside"
      name={name}
      meanwhile={meanwhile}
      props={{ ...props, look } as InsideProps[keyof InsideProps]}
      instead={(failure) => (
        <div class="hitl-note" role="alert">
          This cannot be drawn here: {failure}.
        </div>
      )}
    />
  );
}

import { useCallback } from 'preact/hooks';
import { LoadedPart } from '../loaded/LoadedPart';
import { useView } from '../view-context';
import type { InsideProps, Look } from './props';

type PartProps = {
  [Name in keyof InsideProps]: { name: Name; props: Omit<InsideProps[Name], 'look'> };
}[keyof InsideProps];

/** A part of the bundle that looks into a run. */
export function InsidePart({ name, props }: PartProps) {
  const { connection } = useView();
  const look: Look = useCallback((at) => connection.look(at), [connection]);
  return (
    <LoadedPart<InsideProps, keyof InsideProps>
      code="inside"
      name={name}
      props={{ ...props, look } as InsideProps[keyof InsideProps]}
      instead={(failure) => (
        <div class="hitl-note" role="alert">
          This cannot be drawn here: {failure}.
        </div>
      )}
    />
  );
}

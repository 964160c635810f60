import type { ComponentChildren, VNode } from 'preact';
import { LoadedPart } from '../loaded/LoadedPart';
import type { RichName, RichProps } from './props';

interface Props<Name extends RichName> {
  name: Name;
  props: RichProps[Name];
  /** What is there until the second bundle is. */
  meanwhile?: ComponentChildren;
  /** What does instead, where the second bundle cannot be drawn. */
  instead?: ComponentChildren;
}

/** A part of the second bundle. */
export function RichPart<Name extends RichName>({ name, props, meanwhile, instead }: Props<Name>): VNode {
  return (
    <LoadedPart<RichProps, Name>
      code="rich"
      name={name}
      props={props}
      meanwhile={meanwhile}
      instead={(failure) =>
        instead ?? (
          <div class="hitl-note" role="alert">
            This cannot be drawn here: {failure}. Answer from code instead, with <code>session.answer(...)</code>.
          </div>
        )
      }
    />
  );
}

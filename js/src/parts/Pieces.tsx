import type { VNode } from 'preact';
import type { Piece } from './compare';

/** A line of a comparison: what it has lost and got is marked. */
export function Pieces({ of }: { of: Piece[] }): VNode {
  return (
    <>
      {of.map(({ kind, text }, at) =>
        kind === 'same' ? (
          <span key={at}>{text}</span>
        ) : kind === 'added' ? (
          <ins key={at}>{text}</ins>
        ) : (
          <del key={at}>{text}</del>
        ),
      )}
      {of.length === 0 && '\u00a0'}
    </>
  );
}

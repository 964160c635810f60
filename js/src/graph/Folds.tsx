import type { VNode } from 'preact';
import type { NodeBox } from '../protocol';
import { nameOf } from './words';

interface FoldsProps {
  nodes: NodeBox[];
  onFold(node: string): void;
}

/** The buttons that fold a frame, and unfold a node. By keyboard it is the space bar on either. */
export function Folds({ nodes, onFold }: FoldsProps): VNode {
  return (
    <>
      {nodes
        .filter(({ kind, folded }) => kind === 'group' || folded)
        .map((box) => (
          <g
            key={box.id}
            class="hitl-fold"
            role="button"
            tabindex={-1}
            aria-label={`${box.folded ? 'Unfold' : 'Fold'} ${nameOf(box)}`}
            data-at={box.id}
            style={{ transform: `translate(${box.x}px, ${box.y}px)` }}
            onClick={() => onFold(box.id)}
          >
            <g transform={`translate(${box.width - 15} 13)`}>
              <rect x="-9" y="-9" width="18" height="18" rx="5" />
              <path d={box.folded ? 'M-3.5 0h7M0-3.5v7' : 'M-3.5 0h7'} />
            </g>
          </g>
        ))}
    </>
  );
}

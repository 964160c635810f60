import type { VNode } from 'preact';
import { Markdown } from '../../parts/Markdown';
import type { ValueView } from '../../protocol';
import { ImageOf } from './Image';
import { Message } from './Message';
import { TableOf } from './Table';
import { LongText } from './Text';
import { Parts } from './Tree';
import { hasParts, isInline } from './words';

interface Props {
  id: string;
  view: ValueView;
  /** What it is called, for those who hear it. */
  name: string;
  depth?: number;
}

/** A value on its own, with nothing before it. */
export function Value({ id, view, name, depth = 0 }: Props): VNode {
  if (isInline(view)) return <Leaf view={view} />;
  if (hasParts(view)) return <Parts id={id} view={view} depth={depth} name={name} />;
  switch (view.kind) {
    case 'text':
      return <LongText id={id} view={view} name={name} />;
    case 'message':
      return <Message id={id} view={view} />;
    case 'table':
      return <TableOf id={id} view={view} name={name} />;
    case 'image':
      return <ImageOf id={id} view={view} name={name} />;
    case 'markdown':
      return <Markdown of={view.nodes} />;
    default:
      return <Leaf view={view} />;
  }
}

/** A value that is a part of a line. */
export function Leaf({ view }: { view: ValueView }): VNode {
  switch (view.kind) {
    case 'text':
      return (
        <span class="hitl-leaf" data-kind="text">
          {view.text === '' ? '""' : view.text}
        </span>
      );
    case 'number':
    case 'boolean':
    case 'null':
      return (
        <span class="hitl-leaf" data-kind={view.kind}>
          {view.text}
        </span>
      );
    case 'secret':
      return (
        <span class="hitl-leaf" data-kind="secret" title="A secret">
          <span aria-hidden="true">••••••</span>
          <span class="hitl-unseen">a secret</span>
        </span>
      );
    case 'opaque':
      return (
        <span class="hitl-leaf" data-kind="opaque" title={view.type}>
          {view.text}
        </span>
      );
    case 'list':
      return <span class="hitl-leaf">{view.type === 'list' ? '[]' : `${view.type}()`}</span>;
    case 'map':
      return <span class="hitl-leaf">{'{}'}</span>;
    default:
      return <span class="hitl-leaf">{'type' in view ? view.type : ''}</span>;
  }
}

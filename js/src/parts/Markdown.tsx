import { h, type VNode } from 'preact';
import type { Part } from './beginning';
import { mark } from './odd';

const WEB = /^https?:\/\//i;
const DRAWN = /^(p|ul|ol|li|blockquote|pre|hr|table|thead|tbody|tr|th|td|strong|em|s|code)$/;

/** Markdown that the kernel has read: elements of a few kinds and text. There is no markup in it to interpret. */
export function Markdown({ of }: { of: Part[] }): VNode {
  return <div class="hitl-markdown">{of.map(drawn)}</div>;
}

function drawn(part: Part): VNode | string {
  if (typeof part === 'string') return part;
  const { tag, children, href = '', host, start, align, codes } = part;
  if (codes) return mark([children.join(''), 'Look-alike', codes]);
  const inside = children.map(drawn);
  if (tag === 'a' && WEB.test(href)) {
    return (
      <a href={href} target="_blank" rel="noopener noreferrer nofollow">
        <span>{inside}</span>
        {/* Isolated: a text that turns its direction around must not turn this around. */}
        {host && <bdi dir="ltr"> ({host})</bdi>}
      </a>
    );
  }
  if (!DRAWN.test(tag)) return <span>{inside}</span>;
  const element = h(tag, { ...(start && { start }), ...(align && { style: { textAlign: align } }) }, inside);
  // What is wider than the card scrolls, by the keyboard too.
  return tag === 'pre' || tag === 'table' ? (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: as above
    <div class="hitl-scroll" role="group" aria-label={tag === 'pre' ? 'Code' : 'Table'} tabIndex={0}>
      {element}
    </div>
  ) : (
    element
  );
}

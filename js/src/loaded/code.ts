/** What a bundle exports that is sent when a view needs it: its parts by name, drawn by its own Preact. */
import { type ComponentType, h, render } from 'preact';
import type { Code, CodeName } from './load';

type Parts<Props> = { [Name in keyof Props]: (props: Props[Name]) => preact.VNode };

export function codeOf<Props>(name: CodeName, parts: Parts<Props>, css: string): Code<Props> {
  return {
    draw(el, part, props) {
      style(el, name, css);
      render(h(parts[part] as ComponentType, props as object), el);
    },
    clear(el) {
      render(null, el);
    },
  };
}

/** Beside the parts, not in the document's head: a host may draw in a shadow root. */
function style(el: HTMLElement, name: CodeName, css: string): void {
  const root = el.closest('.hitl-root') ?? el;
  if (root.querySelector(`:scope > style[data-hitl-code=${name}]`) !== null) return;
  const sheet = el.ownerDocument.createElement('style');
  sheet.dataset['hitlCode'] = name;
  sheet.textContent = css;
  root.append(sheet);
}

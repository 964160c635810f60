/**
 * The second bundle, `static/rich.js`: what few cards need and the first one must not carry. The kernel puts its code
 * into the trait `rich` when such a card first appears.
 *
 * It has a Preact of its own, so a part knows nothing of the view around it but its props: it is drawn anew into its
 * element whenever they change.
 */
import '../parts/odd';
import { h, render } from 'preact';
import { Enlarged } from '../parts/Enlarged';
import enlargedCss from '../parts/enlarged.css?inline';
import { Whole } from '../timeline/Whole';
import timelineCss from '../timeline/whole.css?inline';
import { Comparison } from './Comparison';
import { FilePicker } from './FilePicker';
import files from './files.css?inline';
import { JsonEditor } from './JsonEditor';
import type { Rich, RichName, RichProps } from './props';
import { Ranking } from './Ranking';
import css from './rich.css?inline';
import { Table } from './table/Table';
import tableCss from './table/table.css?inline';

const PARTS: { [Name in RichName]: (props: RichProps[Name]) => preact.VNode } = {
  rank: Ranking,
  compare: Comparison,
  file: FilePicker,
  table: Table,
  timeline: Whole,
  json: JsonEditor,
  enlarged: Enlarged,
};

const rich: Rich = {
  draw(el, name, props) {
    style(el);
    // biome-ignore lint/suspicious/noExplicitAny: which props belong to which part is what `Rich` says
    render(h(PARTS[name] as any, props), el);
  },
  clear(el) {
    render(null, el);
  },
};

export default rich;

/** Beside the parts, not in the document's head: a host may draw in a shadow root. */
function style(el: HTMLElement): void {
  const root = el.closest('.hitl-root') ?? el;
  if (root.querySelector(':scope > style[data-hitl-rich]') !== null) return;
  const sheet = el.ownerDocument.createElement('style');
  sheet.dataset['hitlRich'] = '';
  sheet.textContent = css + files + tableCss + timelineCss + enlargedCss;
  root.append(sheet);
}

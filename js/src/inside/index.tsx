/**
 * The bundle `static/inside.js`: what is drawn when somebody looks into a run, or at where two part, or asks why. The kernel puts its
 * code into the trait `inside` when a view needs it.
 */
import '../parts/odd';
import { h, render } from 'preact';
import type { Code } from '../loaded/load';
import enlargedCss from '../parts/enlarged.css?inline';
import { Compared } from './compare/Compared';
import compareCss from './compare/compare.css?inline';
import css from './inside.css?inline';
import { Panel } from './Panel';
import type { InsideProps } from './props';
import taskCss from './task/task.css?inline';
import valuesCss from './values/values.css?inline';
import { Why } from './why/Why';
import whyCss from './why/why.css?inline';

const PARTS: { [Name in keyof InsideProps]: (props: InsideProps[Name]) => preact.VNode } = {
  panel: Panel,
  compared: Compared,
  why: Why,
};

const inside: Code<InsideProps> = {
  draw(el, name, props) {
    style(el);
    // biome-ignore lint/suspicious/noExplicitAny: which props belong to which part is what `InsideProps` says
    render(h(PARTS[name] as any, props), el);
  },
  clear(el) {
    render(null, el);
  },
};

export default inside;

/** Beside the parts, not in the document's head: a host may draw in a shadow root. */
function style(el: HTMLElement): void {
  const root = el.closest('.hitl-root') ?? el;
  if (root.querySelector(':scope > style[data-hitl-inside]') !== null) return;
  const sheet = el.ownerDocument.createElement('style');
  sheet.dataset['hitlInside'] = '';
  sheet.textContent = [css, taskCss, valuesCss, compareCss, whyCss, enlargedCss].join('');
  root.append(sheet);
}

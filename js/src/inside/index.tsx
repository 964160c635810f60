/**
 * The bundle `static/inside.js`: what is drawn when somebody looks into a run, or at another one that was started from it, or asks
 * why. The kernel puts its code into the trait `inside` when a view needs it.
 */
import '../parts/odd';
import { RunTabs } from '../forks/RunTabs';
import tabsCss from '../forks/tabs.css?inline';
import { codeOf } from '../loaded/code';
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

export default codeOf<InsideProps>(
  'inside',
  { panel: Panel, tabs: RunTabs, compared: Compared, why: Why },
  [css, tabsCss, taskCss, valuesCss, compareCss, whyCss, enlargedCss].join(''),
);

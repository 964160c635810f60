/**
 * The second bundle, `static/rich.js`: what few cards need and the first one must not carry. The kernel puts its code
 * into the trait `rich` when such a card first appears.
 *
 * It has a Preact of its own, so a part knows nothing of the view around it but its props: it is drawn anew into its
 * element whenever they change.
 */
import '../parts/odd';
import { codeOf } from '../loaded/code';
import enlargedCss from '../parts/enlarged.css?inline';
import { Whole } from '../timeline/Whole';
import timelineCss from '../timeline/whole.css?inline';
import { Comparison } from './Comparison';
import { FilePicker } from './FilePicker';
import files from './files.css?inline';
import { JsonEditor } from './JsonEditor';
import { Pictures } from './Pictures';
import picturesCss from './pictures.css?inline';
import type { RichProps } from './props';
import { Ranking } from './Ranking';
import css from './rich.css?inline';
import { Tiles } from './Tiles';
import { TablePart } from './table/TablePart';
import tableCss from './table/table.css?inline';
import tilesCss from './tiles.css?inline';

export default codeOf<RichProps>(
  'rich',
  {
    rank: Ranking,
    compare: Comparison,
    file: FilePicker,
    table: TablePart,
    timeline: Whole,
    json: JsonEditor,
    pictures: Pictures,
    tiles: Tiles,
  },
  css + files + tableCss + timelineCss + picturesCss + tilesCss + enlargedCss,
);

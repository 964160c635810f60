/** What the parts of the second bundle get. Data and callbacks only: they are drawn by another Preact. */
import type { CardState } from '../cards/card-state';
import type { TableDraft, TableView } from '../cards/table';
import type { Fetch } from '../fetch-context';
import type { CardView, FileField, ImageView, Option, RankField, TableControl, TableQuery } from '../protocol';
import type { WholeProps } from '../timeline/Whole';

export interface RankProps {
  field: RankField;
  id: string;
  /** The options' indexes, the first first. */
  order: readonly number[];
  disabled: boolean;
  /** The id of what names the list. */
  label: string;
  /** The pictures of options, by name. */
  assets: { readonly [name: string]: string };
  onOrder(order: number[]): void;
}

export interface CompareProps {
  /** The proposal. */
  before: string;
  /** What it has become so far. */
  after: string;
  disabled: boolean;
  /** Back to the proposal. */
  onReset(): void;
}

export interface FileProps {
  field: FileField;
  /** The attributes of the input that holds the path. */
  input: {
    id: string;
    disabled: boolean;
    placeholder?: string;
    'aria-required': boolean;
    'aria-invalid': boolean;
    'aria-labelledby'?: string;
    'aria-describedby'?: string;
    onBlur(): void;
  };
  path: string;
  /** It is all that is asked for, so its folder is open from the start. */
  alone: boolean;
  fetch: Fetch;
  onPath(path: string): void;
}

export interface TableProps {
  id: string;
  /** The id of what names the table. */
  label: string;
  control: TableControl;
  draft: TableDraft;
  disabled: boolean;
  card: CardView;
  state: CardState;
  /** What is wrong with how many rows are ticked. */
  problem: string | null;
  /** Where the table puts what takes the cell that is being edited; false: something is wrong with it. */
  commit: { current: (() => boolean) | null };
  fetch(query: TableQuery): Promise<unknown>;
  /** Ticks rows, or changes cells: what is answered. */
  onChange(next: (now: TableDraft) => TableDraft): void;
  onView(view: Partial<TableView>): void;
  announce(text: string): void;
}

/** What the grid gets beside that. */
export interface GridProps extends TableProps {
  /** What the kernel said of cells, by `position/column name`. */
  errors: { readonly [cell: string]: string | undefined };
}

export interface JsonProps {
  id: string;
  /** The id of what names the editor. */
  label: string;
  /** Of its card: its text, and the control and the draft that it starts from. */
  state: CardState;
  disabled: boolean;
  /** What the kernel alone can put into JSON. */
  fetch: Fetch;
  onText(text: string): void;
  /** It is there, with this in it; or why there is nothing. */
  onStart(text: string, problem?: string): void;
  onReason(reason: string): void;
}

/** A picture, and its address where it is there and can be decoded. */
export type Pictured = Omit<ImageView, 'asset'> & { src: string | undefined };

export interface PicturesProps {
  images: Pictured[];
}

/** Options to choose from, as pictures. */
export interface TilesProps {
  type: 'radio' | 'checkbox';
  id: string;
  options: Option[];
  /** The pictures, by name. */
  assets: { readonly [name: string]: string };
  /** By index. */
  chosen: readonly unknown[];
  disabled: boolean;
  invalid: boolean;
  onToggle(index: number): void;
  onBlur(): void;
}

export interface RichProps {
  rank: RankProps;
  compare: CompareProps;
  file: FileProps;
  table: TableProps;
  timeline: WholeProps;
  json: JsonProps;
  pictures: PicturesProps;
  tiles: TilesProps;
}

export type RichName = keyof RichProps;

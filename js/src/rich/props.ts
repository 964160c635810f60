/** What the parts of the second bundle get. Data and callbacks only: they are drawn by another Preact. */
import type { RankField } from '../protocol';

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

export interface RichProps {
  rank: RankProps;
  compare: CompareProps;
}

export type RichName = keyof RichProps;

export interface Rich {
  draw<Name extends RichName>(el: HTMLElement, name: Name, props: RichProps[Name]): void;
  clear(el: HTMLElement): void;
}

/** What the bundle that looks into a run gets. Data and callbacks only: it is drawn by another Preact. */
import type { CardView, ForkIntent, ForkView, LookIntent, NodeView, SessionStatus } from '../protocol';
import type { Selection } from '../view-context';

/** A step by its index, or one of a nested graph by a task. */
export type ForkFrom = Pick<ForkIntent, 'step' | 'task'>;
export type Look = (at: LookIntent['at']) => Promise<unknown>;

export interface PanelProps {
  selection: Selection;
  /** Grows with every update of the run. */
  seq: number;
  /** What the selected node is doing, if a node is selected that has done anything. */
  node: NodeView | undefined;
  /** Rejects, in words, when there is no such thing or nobody to ask. */
  look: Look;
  /** By how many ms the kernel's clock is ahead. */
  clockAhead(): number;
  announce(text: string): void;
  /** Runs once more from a step, with its state to be edited; null while nothing can be asked for. */
  fork: ((from: ForkFrom) => void) | null;
  onClose(): void;
}

export interface RunTabsProps {
  /** This run, which has no name, and its forks. */
  runs: { fork: string | null; words: string; status: SessionStatus }[];
  /** Which of them is shown. */
  at: number;
  /** What the ids of the panels begin with: `-0` is that of this run. */
  id: string;
  onChoose(at: number): void;
  /** Whether a fork is shown beside this run. */
  beside: boolean;
  onBeside(beside: boolean): void;
}

export interface ComparedProps {
  /** Of this run. */
  status: SessionStatus;
  fork: ForkView;
  look: Look;
}

export interface WhyProps {
  again: NonNullable<CardView['again']>;
  /** Null while the kernel reads the node's source. */
  why: CardView['why'];
}

export interface InsideProps {
  panel: PanelProps;
  tabs: RunTabsProps;
  compared: ComparedProps;
  why: WhyProps;
}

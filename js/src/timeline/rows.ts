import type { DecisionRow, StepRow } from '../protocol';

export type Row = StepRow | DecisionRow;

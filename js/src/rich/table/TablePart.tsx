import type { VNode } from 'preact';
import { CardErrors } from '../../cards/CardErrors';
import type { TableProps } from '../props';
import { cellErrors, tableErrors } from './errors';
import { Table } from './Table';

/** A table, and what is wrong with it. */
export function TablePart(props: TableProps): VNode {
  const { card, state, problem } = props;
  return (
    <>
      <Table {...props} errors={cellErrors(card, state)} />
      <CardErrors texts={tableErrors(card, state, problem)} />
    </>
  );
}

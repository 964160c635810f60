import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { InboxQuery } from '../protocol';
import { AGES, kindWords, ORDERS } from './words';

const TYPED_MS = 250;

interface FiltersProps {
  query: InboxQuery;
  nodes: string[];
  kinds: string[];
  disabled: boolean;
  onQuery(query: InboxQuery): void;
}

/** What is looked for, and the order. */
export function Filters({ query, nodes, kinds, disabled, onQuery }: FiltersProps): VNode {
  const [text, setText] = useState(query.text);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const latest = useRef(query);
  latest.current = query;
  useEffect(() => () => clearTimeout(timer.current), []);
  const look = (typed: string) => {
    clearTimeout(timer.current);
    if (typed !== latest.current.text) onQuery({ ...latest.current, text: typed });
  };
  const order = ORDERS.findIndex((one) => one.order === query.order && one.descending === query.descending);
  const some = (label: string, value: string | null, known: string[], words: (one: string) => string) => (
    <select
      class="hitl-input hitl-select"
      aria-label={label}
      disabled={disabled}
      value={value ?? ''}
      onChange={({ currentTarget }) =>
        onQuery({ ...query, [label === 'Node' ? 'node' : 'kind']: currentTarget.value || null })
      }
    >
      <option value="">{label === 'Node' ? 'All nodes' : 'All kinds'}</option>
      {(value !== null && !known.includes(value) ? [value, ...known] : known).map((one) => (
        <option key={one} value={one}>
          {words(one)}
        </option>
      ))}
    </select>
  );
  return (
    <search class="hitl-inbox-filters">
      <input
        class="hitl-input"
        type="search"
        aria-label="Filter by text"
        placeholder="Filter: a question, a name, a number…"
        value={text}
        disabled={disabled}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          clearTimeout(timer.current);
          const typed = currentTarget.value;
          timer.current = setTimeout(() => look(typed), TYPED_MS);
        }}
        onKeyDown={(event) => event.key === 'Enter' && look(text)}
      />
      {some('Node', query.node, nodes, (one) => one)}
      {some('Kind', query.kind, kinds, kindWords)}
      <select
        class="hitl-input hitl-select"
        aria-label="Age"
        disabled={disabled}
        value={AGES.findIndex((one) => one.older === query.older)}
        onChange={({ currentTarget }) => onQuery({ ...query, older: AGES[Number(currentTarget.value)]?.older ?? null })}
      >
        {AGES.map((one, at) => (
          <option key={one.label} value={at}>
            {one.label}
          </option>
        ))}
      </select>
      <select
        class="hitl-input hitl-select"
        aria-label="Order"
        disabled={disabled}
        value={order}
        onChange={({ currentTarget }) => {
          const to = ORDERS[Number(currentTarget.value)];
          if (to !== undefined) onQuery({ ...query, order: to.order, descending: to.descending });
        }}
      >
        {ORDERS.map((one, at) => (
          <option key={one.label} value={at}>
            {one.label}
          </option>
        ))}
      </select>
    </search>
  );
}

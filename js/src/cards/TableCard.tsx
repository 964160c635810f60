import type { VNode } from 'preact';
import { useCallback, useRef } from 'preact/hooks';
import type { TableControl, TableQuery } from '../protocol';
import { RichPart } from '../rich/RichPart';
import { useView } from '../view-context';
import { ActionButton } from './ActionButton';
import type { ControlProps } from './Card';
import type { CardState } from './card-state';
import { withDraft } from './editing';
import { countProblem, type TableDraft, tableReply } from './table';

/** Rows of a table that stays in the kernel, and a Submit button. */
export function TableCard(props: ControlProps & { control: TableControl }): VNode {
  const { card, control, id, questionId, state, disabled, update, send, keys } = props;
  const { connection, announce } = useView();
  const commit = useRef<(() => boolean) | null>(null);
  const draft = tableOf(state);
  const problem = countProblem(control, draft);

  const change = (next: (now: TableDraft) => TableDraft) =>
    update((now) => ({ ...withDraft(now, next(tableOf(now)), card, ['']), judged: [] }));

  const submit = () => {
    // A cell that is still being edited counts; one with something wrong in it says so itself.
    if (disabled || commit.current?.() === false) return;
    let latest = draft;
    update((now) => {
      latest = tableOf(now);
      return {};
    });
    if (countProblem(control, latest) === null) send(tableReply(latest), null);
    else update(() => ({ judged: [''] }));
  };
  keys.current = { submit, enter: false };

  const { request } = card;
  const fetch = useCallback(
    (query: TableQuery) => connection.fetch(request, query as unknown as Record<string, unknown>),
    [connection, request],
  );
  return (
    <>
      <RichPart
        name="table"
        props={{
          id: `${id}-table`,
          label: questionId,
          control,
          draft,
          disabled,
          card,
          state,
          problem,
          commit,
          fetch,
          onChange: change,
          // What is looked at is no part of the answer: what was said of that still holds.
          onView: (view) => update((now) => ({ draft: { ...tableOf(now), view: { ...tableOf(now).view, ...view } } })),
          announce,
        }}
      />
      <div class="hitl-actions">
        <ActionButton primary disabled={disabled} onPress={submit}>
          {control.submit}
        </ActionButton>
      </div>
    </>
  );
}

function tableOf(state: CardState): TableDraft {
  return state.draft as unknown as TableDraft;
}

import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { Draft } from '../fields/draft';
import { FormProvider } from '../fields/form-context';
import type { ChoiceView, DecideControl } from '../protocol';
import { ActionButton } from './ActionButton';
import type { ControlProps } from './Card';
import { CardErrors } from './CardErrors';
import type { CardState } from './card-state';
import { DecideItem } from './DecideItem';
import {
  alwaysTools,
  approvingOf,
  changedIn,
  chosenOf,
  decidedCount,
  decidedItems,
  enteredField,
  isAlways,
  isSubmitted,
  isTouched,
  problemsOf,
  withAlways,
  withChosen,
  withEntered,
  withoutAlways,
} from './decide';
import { withDraft, withLeft } from './editing';
import { shownErrors } from './errors';

/** Items, each with the decisions that are allowed for it; one Submit for all. */
export function DecideCard(props: ControlProps & { control: DecideControl }): VNode {
  const { card, control, id, state, disabled, update, send, keys } = props;
  const body = useRef<HTMLDivElement>(null);
  const actions = useRef<HTMLDivElement>(null);
  const { items, rest } = control;
  const { draft } = state;
  const alone = items.length === 1;
  const fields = enteredField(control);
  const found = problemsOf(control, draft);
  const { atField, ofCard } = shownErrors(card, state, found, fields);

  const changed = (now: CardState, next: Draft) => withDraft(now, next, card, changedIn(control, now.draft, next));

  const choose = (index: number, choice: ChoiceView, item = items[index]) => {
    if (item === undefined) return;
    const nothingTyped = item.choices.every((one) => !isTouched(one, index, draft));
    if (alone && choice.field === null && item.link === null && nothingTyped) {
      send([{ decision: choice.name }], null);
      return;
    }
    const opens = chosenOf(item, index, draft) !== choice;
    update((now) => {
      const chosen = withChosen(withoutAlways(now.draft, index), index, opens ? choice.name : null);
      return changed(now, chosen);
    });
    // What is to be entered is drawn first.
    if (opens && choice.field !== null) requestAnimationFrame(() => focusEntered(body.current, index));
  };

  const chooseAlways = (index: number, item = items[index]) => {
    const approving = item === undefined ? null : approvingOf(item);
    if (item?.always === undefined || approving === null) return;
    if (alone && item.choices.every((one) => !isTouched(one, index, draft))) {
      send([{ decision: approving.name }], null, [item.always]);
      return;
    }
    const off = isAlways(item, index, draft);
    update((now) => changed(now, off ? withoutAlways(now.draft, index) : withAlways(control, now.draft, index)));
  };

  const chooseRest = () => {
    // Its own button is about to be disabled, and a disabled button drops the focus to the page.
    actions.current?.querySelector('button')?.focus();
    update((now) => {
      let next = now.draft;
      items.forEach((item, index) => {
        const free = chosenOf(item, index, next) === null && item.choices.some(({ name }) => name === rest);
        if (free) next = withChosen(next, index, rest);
      });
      return changed(now, next);
    });
  };

  const submit = () => {
    if (disabled) return;
    if (Object.keys(found).length === 0) {
      send(decidedItems(control, draft), null, alwaysTools(control, draft));
      return;
    }
    update(() => ({ judged: Object.keys(found) }));
    // The errors are drawn first.
    requestAnimationFrame(() => focusFirstMissing(body.current));
  };
  keys.current = { submit, enter: alone };

  const decided = decidedCount(control, draft);
  const restIsFree = items.some(
    (item, index) => chosenOf(item, index, draft) === null && item.choices.some(({ name }) => name === rest),
  );
  return (
    <FormProvider
      value={{
        disabled,
        errorAt: (path) => atField[path],
        left: (path) => update((now) => withLeft(now, path, fields)),
      }}
    >
      <div class="hitl-items" ref={body}>
        {items.map((item, index) => (
          <DecideItem
            // The items of a request are fixed, and their order is all that tells them apart.
            key={index}
            item={item}
            index={index}
            id={`${id}-item-${index}`}
            alone={alone}
            draft={draft}
            error={atField[index]}
            disabled={disabled}
            onChoose={(choice) => choose(index, choice)}
            onAlways={() => chooseAlways(index)}
            onEntered={(choice, entered) =>
              update((now) => changed(now, withEntered(now.draft, index, choice, entered)))
            }
          />
        ))}
      </div>
      <CardErrors texts={ofCard} />
      {isSubmitted(control, draft) && (
        <div class="hitl-actions" ref={actions}>
          <ActionButton primary disabled={disabled} onPress={submit}>
            {control.submit}
          </ActionButton>
          {rest !== null && (
            <ActionButton disabled={disabled || !restIsFree} onPress={chooseRest}>
              {control.rest_label}
            </ActionButton>
          )}
          {!alone && (
            <span class="hitl-count" role="status">
              {decided} of {items.length} decided
            </span>
          )}
        </div>
      )}
    </FormProvider>
  );
}

function focusEntered(body: HTMLElement | null, index: number): void {
  const panel = body?.querySelector(`[data-entered="${index}"]`);
  panel?.querySelector<HTMLElement>('input, textarea, select')?.focus();
}

/** The first field that must be mended, or the first item that nobody has decided about. */
function focusFirstMissing(body: HTMLElement | null): void {
  body?.querySelector<HTMLElement>('[aria-invalid="true"], [data-missing="true"] .hitl-choices button')?.focus();
}

import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Draft } from '../fields/draft';
import { useForm } from '../fields/form-context';
import { Description } from '../parts/Clamped';
import { Icon, type IconName } from '../parts/icons';
import type { ChoiceView, ItemView } from '../protocol';
import { ActionButton } from './ActionButton';
import { AlwaysButton } from './AlwaysButton';
import { Arguments } from './Arguments';
import { approvingOf, chosenOf, enteredAt, isAlways, leftBehind } from './decide';
import { EnteredFields } from './EnteredFields';

interface DecideItemProps {
  item: ItemView;
  index: number;
  id: string;
  /** The only one of its card, which then says its title. */
  alone: boolean;
  draft: Draft;
  error: string | undefined;
  disabled: boolean;
  onChoose(choice: ChoiceView): void;
  onAlways(): void;
  onEntered(choice: string, entered: Draft): void;
}

/** Something to decide about: what it is, the decisions, and what is entered with the one that is chosen. */
export function DecideItem(props: DecideItemProps): VNode {
  const { item, index, id, alone, draft, error, disabled, onChoose, onAlways, onEntered } = props;
  const chosen = chosenOf(item, index, draft);
  const behind = leftBehind(item, index, draft);
  const errorId = `${id}-error`;
  const approving = approvingOf(item);
  const always = isAlways(item, index, draft);
  // What a policy has decided and nobody has changed takes a line; it can be looked at and changed.
  const [shown, show] = useState(false);
  const asDecided = item.policy !== undefined && chosen !== null && chosen.name === item.start && behind === null;
  const folded = asDecided && !alone && !shown && error === undefined;
  return (
    <div
      class="hitl-item"
      data-missing={error !== undefined}
      data-decided={chosen !== null}
      {...(alone ? {} : { role: 'group', 'aria-labelledby': `${id}-title` })}
      {...(error === undefined ? {} : { 'aria-describedby': errorId })}
    >
      {(!alone || asDecided) && (
        <div class="hitl-item-head">
          {!alone && (
            <h4 class="hitl-item-title" id={`${id}-title`}>
              {item.title}
            </h4>
          )}
          {asDecided && (
            <span class="hitl-decided">
              <Icon name={iconOf(chosen)} /> {chosen.label} <span class="hitl-policy">policy: {item.policy}</span>
            </span>
          )}
          {asDecided && !alone && (
            <button
              type="button"
              class="hitl-link"
              aria-expanded={!folded}
              aria-label={`${folded ? 'Show' : 'Hide'} ${item.title}`}
              onClick={() => show(folded)}
            >
              {folded ? 'Show' : 'Hide'}
            </button>
          )}
        </div>
      )}
      {folded ? null : (
        <>
          <Description of={item.description} />
          {item.arguments.length > 0 && <Arguments of={item.arguments} />}
          {item.link !== null && (
            <div class="hitl-note">
              This asks you to visit <strong>{item.link.host}</strong>, outside of this notebook:
              <div class="hitl-text hitl-mono">{item.link.url}</div>
            </div>
          )}
          <div class="hitl-actions hitl-choices">
            {item.choices.map((choice) => (
              <ActionButton
                key={choice.name}
                primary={alone && chosen === null && choice.tone === 'primary'}
                {...(alone && choice.field === null && chosen === null ? {} : { pressed: choice === chosen })}
                disabled={disabled}
                onPress={() => onChoose(choice)}
              >
                <Icon name={iconOf(choice)} /> {choice.label}
              </ActionButton>
            ))}
            {item.always !== undefined && approving !== null && (
              <AlwaysButton
                approve={approving.label}
                tool={item.always}
                {...(alone && chosen === null ? {} : { pressed: always })}
                disabled={disabled}
                onPress={onAlways}
              />
            )}
          </div>
          {always && (
            <div class="hitl-help">
              After this, <span class="hitl-mono">{item.always}</span> is approved without asking, in this session.
            </div>
          )}
          {error !== undefined && (
            <div class="hitl-error" id={errorId} role="alert">
              {error}
            </div>
          )}
          {chosen !== null && chosen.field !== null && (
            <Entered
              key={chosen.name}
              item={item}
              index={index}
              choice={chosen}
              draft={enteredAt(draft, index, chosen.name)}
              id={`${id}-${chosen.name}`}
              onDraft={(entered) => onEntered(chosen.name, entered)}
            />
          )}
          {item.link !== null && chosen?.tone === 'primary' && (
            // Only somebody who has agreed to go there gets a way to.
            <a class="hitl-button" href={item.link.url} target="_blank" rel="noopener noreferrer nofollow">
              Open {item.link.host}
            </a>
          )}
          {behind !== null && (
            <div class="hitl-help">What was entered under “{behind.label}” is kept here, but not sent.</div>
          )}
        </>
      )}
    </div>
  );
}

interface EnteredProps {
  item: ItemView;
  index: number;
  choice: ChoiceView;
  draft: Draft;
  id: string;
  onDraft(draft: Draft): void;
}

function Entered({ item, index, choice, draft, id, onDraft }: EnteredProps): VNode | null {
  const form = useForm();
  const { field } = choice;
  if (field === null) return null;
  const path = `${index}/${choice.name}`;
  const error = field.type === 'object' ? form.errorAt(path) : undefined;
  return (
    <div class="hitl-entered" data-entered={index}>
      <EnteredFields
        field={field}
        before={choice.edits ? item.arguments : null}
        draft={draft}
        path={path}
        id={id}
        onDraft={onDraft}
      />
      {error !== undefined && (
        <div class="hitl-error" role="alert">
          {error}
        </div>
      )}
    </div>
  );
}

function iconOf({ tone, edits }: ChoiceView): IconName {
  if (edits) return 'pencil';
  if (tone === 'neutral') return 'reply';
  return tone === 'primary' ? 'check' : 'cross';
}

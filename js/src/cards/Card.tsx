import type { VNode } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type Fetch, FetchProvider } from '../fetch-context';
import { canSend, isQueued } from '../link';
import { Clamped, Description } from '../parts/Clamped';
import { Spinner } from '../parts/icons';
import { tried } from '../parts/tried';
import type { CardView } from '../protocol';
import { RichPart } from '../rich/RichPart';
import { useView } from '../view-context';
import { ApprovalCard } from './ApprovalCard';
import { BreakpointCard } from './BreakpointCard';
import { type CardState, cardKey, forgetCardState, isSending, isTurned, useCardState } from './card-state';
import { Asking, Deadline } from './Deadline';
import { DecideCard } from './DecideCard';
import { isSubmitted } from './decide';
import { FormCard } from './FormCard';
import { Guard } from './Guard';
import { JsonCard } from './JsonCard';
import { forget, isTouched } from './kept';
import { TableCard } from './TableCard';
import { useClosing } from './use-closing';
import { isUnread } from './use-focus-handover';
import { useLostAnswer } from './use-lost-answer';
import { useTouch } from './use-touch';
import { WhyAgain } from './WhyAgain';
import { WidgetCard } from './WidgetCard';

export interface CardProps {
  card: CardView;
  /** Unique on the page. */
  id: string;
  /** Which it is of the cards that ask the same: a screen reader must tell them apart. */
  nth: number;
  /** Its node, or the card itself, is pointed at. */
  lit: boolean;
  onLight(node: string | null): void;
  /** An answer is on its way; `form` still holds the focus if it had it. */
  onSent(form: HTMLFormElement): void;
}

/** What each kind of control gets. */
export interface ControlProps {
  card: CardView;
  id: string;
  questionId: string;
  state: CardState;
  /** Nothing can be changed now. */
  disabled: boolean;
  update(change: (state: CardState) => Partial<CardState>): void;
  /** `always`: the tools that are approved from now on. `inJson`: the value is JSON text. */
  send(value: unknown, reason: string | null, always?: string[], inJson?: boolean): void;
  /** The form's own way to submit, for the keyboard; null when Enter in a one-line input must not submit. */
  keys: { current: { submit(focused: HTMLElement): void; enter: boolean } | null };
}

/** A pending request: what is asked, what must be seen to answer it, and the control. */
export function Card({ card, id, nth, lit, onLight, onSent }: CardProps): VNode {
  const { model, connection, threadId, link } = useView();
  const writable = canSend(link);
  const key = cardKey(threadId, card.request);
  const [state, update] = useCardState(key, card);
  const form = useRef<HTMLFormElement>(null);
  const keys: ControlProps['keys'] = useRef(null);
  const [mac] = useState(() => /mac/i.test(navigator.platform));

  const sending = isSending(state, card);
  const { closed } = card;
  const answered = card.status === 'answered';
  const taken = answered && !closed;
  const busy = sending || taken;
  const disabled = sending || answered || !writable;
  useLostAnswer(state, sending, update);
  useClosing(Boolean(closed), form, update);
  useEffect(() => {
    if (!taken) return undefined;
    forget(key);
    // As long as it is shown it says what was answered.
    return () => forgetCardState(key);
  }, [taken, key]);
  useEffect(
    () => () => {
      // Gone, and not only this view of it. What was on its way then was taken, and is nothing that a run which asks
      // the same, as for its input, begins with.
      const cards = model.get('cards') as CardView[] | undefined;
      if (!cards?.some(({ request }) => request === card.request)) (sending ? forgetCardState : forget)(key);
    },
    [key, sending],
  );

  const send: ControlProps['send'] = (value, reason, always = [], inJson = false) => {
    if (disabled || form.current === null) return;
    onSent(form.current);
    const sent = connection.answer(card.request, value, reason, always, inJson);
    update(() =>
      sent
        ? { sent: { refusals: card.refusals, at: Date.now() }, problem: null }
        : { sent: null, problem: 'The answer could not be sent.' },
    );
  };

  const onKeyDown = (event: KeyboardEvent) => {
    // While a word is being composed (Japanese, Chinese, ...) Enter belongs to the input method.
    if (event.key !== 'Enter' || event.isComposing || keys.current === null) return;
    if (event.repeat || isUnread(form.current)) {
      // Held down over from the card before, or meant for that, it must not answer this one.
      // A button sees to that itself: one that answers nothing may be pressed.
      const { tagName } = event.target as HTMLElement;
      if (tagName !== 'TEXTAREA' && (event.repeat || tagName !== 'BUTTON')) event.preventDefault();
      return;
    }
    const oneLine = (event.target as HTMLElement).tagName === 'INPUT' && !event.shiftKey && !event.altKey;
    if (!event.ctrlKey && !event.metaKey && !(oneLine && keys.current.enter)) return;
    event.preventDefault();
    keys.current.submit(event.target as HTMLElement);
  };

  const touch = useTouch(card, disabled);
  const fetch: Fetch = useCallback((what) => connection.fetch(card.request, what), [connection, card.request]);
  const questionId = `${id}-question`;
  const inJson = state.inJson || isTurned(state, card);
  const control: ControlProps = { card, id, questionId, state, disabled, update, send, keys };
  return (
    <form
      ref={form}
      class="hitl-card"
      data-lit={lit}
      data-request={card.request}
      data-state={closed ? 'closed' : answered ? 'answered' : sending ? 'sending' : 'open'}
      aria-labelledby={questionId}
      aria-busy={busy}
      tabIndex={-1}
      noValidate
      onSubmit={(event) => event.preventDefault()}
      onKeyDown={onKeyDown}
      onInput={() => {
        if (form.current) form.current.dataset['unread'] = '';
        touch();
      }}
      onClick={touch}
      onMouseEnter={() => onLight(card.node)}
      onMouseLeave={() => onLight(null)}
      onFocusIn={() => onLight(card.node)}
      onFocusOut={() => onLight(null)}
    >
      <div class="hitl-card-head">
        <Asker asker={card.asker} />
        {card.asking !== undefined && !disabled && <Asking policy={card.asking} />}
        {card.deadline !== undefined && !disabled && <Deadline deadline={card.deadline} question={card.question} />}
      </div>
      <h3 class="hitl-question" id={questionId}>
        {card.question}
        {nth > 1 && <span class="hitl-unseen"> ({nth})</span>}
      </h3>
      <Guard>
        <About card={card} id={id} />
      </Guard>
      {card.missing && !closed && (
        <div class="hitl-note">
          What this asks about is only in the session that asked. Answer there, or start it again with{' '}
          <code>hitl.attach</code>.
        </div>
      )}
      {state.lost !== undefined && !closed && (
        <div class="hitl-note">
          This question has another control now. What you had entered is not in it{state.lost && `: ${state.lost}`}
        </div>
      )}
      <FetchProvider value={fetch}>
        {/* What is in a widget of the user's own is not known here. */}
        {closed && card.control.kind !== 'widget' && !isTouched(card, state) ? null : inJson ? (
          <JsonCard {...control} />
        ) : (
          <Guard onError={(failure) => update(() => ({ inJson: true, failure }))}>
            {card.control.kind === 'form' && <FormCard {...control} control={card.control} />}
            {card.control.kind === 'approval' && <ApprovalCard {...control} control={card.control} />}
            {card.control.kind === 'decide' && <DecideCard {...control} control={card.control} />}
            {card.control.kind === 'breakpoint' && <BreakpointCard {...control} control={card.control} />}
            {card.control.kind === 'table' && <TableCard {...control} control={card.control} />}
            {card.control.kind === 'widget' && <WidgetCard {...control} control={card.control} />}
          </Guard>
        )}
      </FetchProvider>
      <div class="hitl-progress" role="status">
        {closed}
        {busy && (
          <>
            <Spinner /> {answered ? 'Answered' : isQueued(link) ? 'Queued' : 'Submitting…'}
          </>
        )}
        {!disabled && state.isBack
          ? 'Draft restored'
          : !disabled &&
            hasSubmit(card.control, state) && (
              <span class="hitl-hint" aria-hidden="true">
                {mac ? '⌘' : 'Ctrl'} Enter
              </span>
            )}
      </div>
    </form>
  );
}

/** What must be seen to answer it. */
function About({ card, id }: { card: CardView; id: string }): VNode {
  const { assets } = useView();
  return (
    <>
      {!card.closed && <WhyAgain card={card} id={id} />}
      <Description of={card.description} />
      {(card.said || card.context.length > 0) && (
        <dl class="hitl-context">
          {card.said && (
            <div key="said" data-short={false}>
              <dt>The model says</dt>
              <dd>
                <Description of={card.said} />
              </dd>
            </div>
          )}
          {card.context.map(({ label, text, mono }) => (
            <div key={label} data-short={text.length <= 60 && !text.includes('\n')}>
              <dt>{label}</dt>
              <dd>
                <Clamped text={text} mono={mono} what={label} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {card.images.length > 0 && (
        <RichPart
          name="pictures"
          props={{ images: card.images.map((image) => ({ ...image, src: assets[image.asset] })) }}
          instead={
            <em class="hitl-no-picture">{card.images.map(({ alt }) => alt).join(', ')}: not to be shown here</em>
          }
        />
      )}
    </>
  );
}

/** Whether there is something that Ctrl Enter would send as it is. */
function hasSubmit(control: CardView['control'], state: CardState): boolean {
  if (control.kind === 'decide') return tried(() => isSubmitted(control, state.draft)) === true;
  return control.kind !== 'approval';
}

/** Who asks: the node; for a nested graph, the way to it. */
function Asker({ asker }: { asker: string[] }): VNode {
  return (
    <div class="hitl-path">
      {asker.map((name, depth) => (
        // A graph may nest a graph of its own name.
        <span key={depth} class={depth === asker.length - 1 ? 'hitl-node-name' : 'hitl-parent-name'}>
          {name === '__start__' ? 'start' : name}
          {depth < asker.length - 1 && <span aria-hidden="true"> ›</span>}
        </span>
      ))}
    </div>
  );
}

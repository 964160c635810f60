import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { messageOf } from '../parts/message';
import type { WidgetControl } from '../protocol';
import { useView } from '../view-context';
import { ActionButton } from './ActionButton';
import type { ControlProps } from './Card';
import { CardErrors } from './CardErrors';
import { shownErrors } from './errors';
import { type Child, mountChild } from './mount-child';

/** A widget of the user's own, and our Submit button. */
export function WidgetCard(props: ControlProps & { control: WidgetControl }): VNode {
  const { card, control, questionId, state, disabled, update, send, keys } = props;
  const { model, host } = useView();
  const place = useRef<HTMLDivElement>(null);
  const [child, setChild] = useState<Child | null>(null);
  const { ofCard } = shownErrors(card, state, {}, null);

  useEffect(() => {
    const el = place.current;
    if (el === null) return undefined;
    const end = new AbortController();
    mountChild(control, el, { model, host, signal: end.signal }).then(
      (drawn) => {
        if (end.signal.aborted) return;
        setChild(drawn);
        update(() => ({ read: drawn.value }));
      },
      (error: unknown) => end.signal.aborted || update(() => ({ inJson: true, failure: messageOf(error) })),
    );
    return () => {
      end.abort();
      el.replaceChildren();
      setChild(null);
    };
  }, [control.ref, model, host]);

  const submit = () => {
    if (child === null || disabled) return;
    try {
      send(child.value(), null);
    } catch (error) {
      update(() => ({ problem: `The value cannot be sent: ${messageOf(error)}.` }));
    }
  };
  // Enter inside belongs to the user's widget.
  keys.current = { submit, enter: false };

  return (
    <>
      <div class="hitl-body hitl-child" role="group" aria-labelledby={questionId} ref={place} inert={disabled} />
      <CardErrors texts={ofCard} />
      <div class="hitl-actions">
        <ActionButton primary disabled={disabled || child === null} onPress={submit}>
          {control.submit}
        </ActionButton>
        {!card.secret && (
          <ActionButton quiet disabled={disabled} onPress={() => update(() => ({ inJson: true, isWanted: true }))}>
            Answer in JSON
          </ActionButton>
        )}
      </div>
    </>
  );
}

import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { WidgetControl } from '../protocol';
import { useView } from '../view-context';
import { ActionButton } from './ActionButton';
import type { ControlProps } from './Card';
import { CardErrors } from './CardErrors';
import { shownErrors } from './errors';
import { type Child, mountChild } from './mount-child';

type Mounted = { child: Child } | { failure: string } | null;

/** A widget of the user's own, and our Submit button. */
export function WidgetCard(props: ControlProps & { control: WidgetControl }): VNode {
  const { card, control, questionId, state, disabled, update, send, keys } = props;
  const { model, host } = useView();
  const place = useRef<HTMLDivElement>(null);
  const [mounted, setMounted] = useState<Mounted>(null);
  const { ofCard } = shownErrors(card, state, {}, null);

  useEffect(() => {
    const el = place.current;
    if (el === null) return undefined;
    const end = new AbortController();
    mountChild(control, el, { model, host, signal: end.signal }).then(
      (child) => end.signal.aborted || setMounted({ child }),
      (error: unknown) => end.signal.aborted || setMounted({ failure: messageOf(error) }),
    );
    return () => {
      end.abort();
      el.replaceChildren();
      setMounted(null);
    };
  }, [control.ref, model, host]);

  const child = mounted !== null && 'child' in mounted ? mounted.child : null;
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
      {mounted !== null && 'failure' in mounted && (
        <div class="hitl-note">
          This control cannot be drawn here: {mounted.failure}. Answer from code instead:{' '}
          <code class="hitl-code">session.answer(value, to={JSON.stringify(card.key)})</code>
        </div>
      )}
      <CardErrors texts={ofCard} />
      <div class="hitl-actions">
        <ActionButton primary disabled={disabled || child === null} onPress={submit}>
          {control.submit}
        </ActionButton>
      </div>
    </>
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import type { ComponentChildren, VNode } from 'preact';
import { focusedIn } from './focus';
import { isUnread } from './use-focus-handover';

interface ActionButtonProps {
  primary?: boolean;
  /** Less than the others beside it. */
  quiet?: boolean;
  /** What it is called where its words alone do not say it; begins with them. */
  label?: string;
  /** Of a choice: whether it is the one that was made. */
  pressed?: boolean;
  disabled: boolean;
  onPress(): void;
  children: ComponentChildren;
}

/** A button that sends an answer. */
export function ActionButton(props: ActionButtonProps): VNode {
  const { primary = false, quiet = false, label, pressed, disabled, onPress, children } = props;
  return (
    <button
      type="button"
      class={`hitl-button${primary ? ' hitl-primary' : ''}${quiet ? ' hitl-quiet' : ''}`}
      disabled={disabled}
      {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
      {...(label === undefined ? {} : { 'aria-label': label, title: label })}
      // Taking the focus on mouse down would blur a field, whose error would push the button away from under the mouse
      // before the click: so it takes the focus after it, unless the press has moved it on.
      onMouseDown={(event) => event.preventDefault()}
      onClick={({ currentTarget: button, detail }) => {
        // The second of two clicks, or of two presses of a key, was meant for what stood there before it: another question
        // may have come.
        if (detail > 1 || (!detail && isUnread(button.form))) return;
        onPress();
        if (button.form?.contains(focusedIn(button)) === false) button.focus();
      }}
    >
      {children}
    </button>
  );
}

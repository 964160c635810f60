import type { ComponentChildren, VNode } from 'preact';
import { focusedIn } from './focus';

interface ActionButtonProps {
  primary?: boolean;
  /** Of a choice: whether it is the one that was made. */
  pressed?: boolean;
  disabled: boolean;
  onPress(): void;
  children: ComponentChildren;
}

/** A button that sends an answer. */
export function ActionButton({ primary = false, pressed, disabled, onPress, children }: ActionButtonProps): VNode {
  return (
    <button
      type="button"
      class={primary ? 'hitl-button hitl-primary' : 'hitl-button'}
      disabled={disabled}
      {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
      // Taking the focus on mouse down would blur a field, whose error would push the button away from under the mouse
      // before the click: so it takes the focus after it, unless the press has moved it on.
      onMouseDown={(event) => event.preventDefault()}
      onClick={(event) => {
        const { currentTarget: button } = event;
        onPress();
        const form = button.form;
        if (form !== null && !form.contains(focusedIn(form))) button.focus();
      }}
    >
      {children}
    </button>
  );
}

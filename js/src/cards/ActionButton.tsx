import type { ComponentChildren, VNode } from 'preact';

interface ActionButtonProps {
  primary?: boolean;
  disabled: boolean;
  onPress(): void;
  children: ComponentChildren;
}

/** A button that sends an answer. */
export function ActionButton({ primary = false, disabled, onPress, children }: ActionButtonProps): VNode {
  return (
    <button
      type="button"
      class={primary ? 'hitl-button hitl-primary' : 'hitl-button'}
      disabled={disabled}
      // Taking the focus on mouse down would blur a field, whose error would push the button away from under the mouse
      // before the click: so it takes the focus after it.
      onMouseDown={(event) => event.preventDefault()}
      onClick={(event) => {
        event.currentTarget.focus();
        onPress();
      }}
    >
      {children}
    </button>
  );
}

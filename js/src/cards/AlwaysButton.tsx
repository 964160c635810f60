import type { VNode } from 'preact';
import { ActionButton } from './ActionButton';

interface AlwaysButtonProps {
  /** The name of the decision that approves. */
  approve: string;
  tool: string;
  pressed?: boolean;
  disabled: boolean;
  onPress(): void;
}

/** Approves, and from then on every call of the tool in this session. */
export function AlwaysButton({ approve, tool, pressed, disabled, onPress }: AlwaysButtonProps): VNode {
  const words = `Always ${approve.charAt(0).toLowerCase()}${approve.slice(1)}`;
  return (
    <ActionButton
      quiet
      {...(pressed === undefined ? {} : { pressed })}
      label={`${words} ${tool} in this session`}
      disabled={disabled}
      onPress={onPress}
    >
      {words}
    </ActionButton>
  );
}

import type { ComponentChildren, VNode } from 'preact';

interface ColorPickerProps {
  label: string;
  /** What is typed. */
  color: string;
  disabled: boolean;
  onColor(color: string): void;
  children: ComponentChildren;
}

/** The browser's own picker beside a text, which can be empty or pasted: it is but another way to write that. */
export function ColorPicker({ label, color, disabled, onColor, children }: ColorPickerProps): VNode {
  return (
    <div class="hitl-color">
      <input
        type="color"
        aria-label={`Pick ${label}`}
        disabled={disabled}
        value={/^#[\da-f]{6}$/i.test(color) ? color.toLowerCase() : '#000000'}
        onInput={(event) => onColor(event.currentTarget.value)}
      />
      {children}
    </div>
  );
}

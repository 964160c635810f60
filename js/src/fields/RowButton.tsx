import type { VNode } from 'preact';
import { Icon } from '../parts/icons';

/** Moves a row, or removes it. */
export function RowButton(props: { icon: 'up' | 'down' | 'cross'; name: string; off: boolean; press(): void }): VNode {
  const { icon, name, off, press } = props;
  return (
    <button
      type="button"
      class="hitl-icon-button"
      data-does={icon === 'cross' ? 'remove' : icon}
      aria-label={name}
      title={name}
      disabled={off}
      onClick={press}
    >
      <Icon name={icon} />
    </button>
  );
}

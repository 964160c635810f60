import type { VNode } from 'preact';
import { Icon, type IconName } from '../parts/icons';
import { useView } from '../view-context';
import type { Placing } from './use-place';

export const ZOOM = 1.3;

export function Toolbar({ placing }: { placing: Placing }): VNode {
  const { following } = placing;
  const { model } = useView();
  const button = (icon: IconName, label: string, key: string, press: () => void, pressed?: boolean) => (
    <button
      type="button"
      class="hitl-icon-button"
      aria-label={label}
      title={`${label} (${key})`}
      aria-pressed={pressed}
      onClick={press}
    >
      <Icon name={icon} />
    </button>
  );
  return (
    <div class="hitl-graph-tools" role="toolbar" aria-label="View of the graph">
      {/* `hitl.draw` has no run. */}
      {model.get('alone') !== true &&
        button('follow', 'Follow the run', 'F', () => placing.follow(!following), following)}
      {button('minus', 'Zoom out', '−', () => placing.zoom(1 / ZOOM))}
      {button('plus', 'Zoom in', '+', () => placing.zoom(ZOOM))}
      {button('fit', 'Show all of it', '0', placing.fit)}
    </div>
  );
}

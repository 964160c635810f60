import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine';
import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter';
import { attachClosestEdge, extractClosestEdge } from '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge';
import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../parts/icons';
import type { RankProps } from './props';

type Edge = 'top' | 'bottom';
type Does = 'up' | 'down';

/** A list that is put in order: by dragging a row, by its buttons, or with Alt and the arrow keys. */
export function Ranking({ field, id, order, disabled, label, assets, onOrder }: RankProps): VNode {
  const list = useRef<HTMLOListElement>(null);
  const focus = useRef<{ place: number; does: Does } | null>(null);
  const [said, say] = useState('');

  useLayoutEffect(() => {
    if (focus.current === null || list.current === null) return;
    focusButton(list.current, focus.current);
    focus.current = null;
  }, [order]);

  const move = (from: number, to: number) => {
    if (disabled || to === from || to < 0 || to >= order.length) return;
    const next = [...order];
    const [moved] = next.splice(from, 1);
    if (moved === undefined) return;
    next.splice(to, 0, moved);
    say(`${field.options[moved]?.label}: place ${to + 1} of ${order.length}`);
    onOrder(next);
  };
  const step = (place: number, does: Does) => {
    const to = does === 'up' ? place - 1 : place + 1;
    focus.current = { place: to, does };
    move(place, to);
  };

  return (
    <>
      <ol class="hitl-ranking" aria-labelledby={label} ref={list}>
        {order.map((index, place) => {
          const option = field.options[index];
          if (option === undefined) return null;
          const picture = option.image === undefined ? undefined : assets[option.image];
          return (
            <Row
              key={index}
              list={id}
              place={place}
              disabled={disabled}
              onDrop={(from, edge) => move(from, landing(from, place, edge))}
              onStep={(does) => step(place, does)}
            >
              <span class="hitl-rank-place" aria-hidden="true">
                {place + 1}
              </span>
              {picture !== undefined && <img class="hitl-rank-picture" src={picture} alt="" draggable={false} />}
              <span class="hitl-rank-label">{option.label}</span>
              <span class="hitl-row-buttons">
                <Button
                  icon="up"
                  name={`Move ${option.label} up`}
                  off={disabled || place === 0}
                  press={() => step(place, 'up')}
                />
                <Button
                  icon="down"
                  name={`Move ${option.label} down`}
                  off={disabled || place === order.length - 1}
                  press={() => step(place, 'down')}
                />
              </span>
            </Row>
          );
        })}
      </ol>
      <div class="hitl-unseen" role="status">
        {said}
      </div>
    </>
  );
}

interface RowProps {
  /** Rows are dropped on rows of their own list only. */
  list: string;
  place: number;
  disabled: boolean;
  onDrop(from: number, edge: Edge): void;
  onStep(does: Does): void;
  children: ComponentChildren;
}

function Row({ list, place, disabled, onDrop, onStep, children }: RowProps): VNode {
  const row = useRef<HTMLLIElement>(null);
  const drop = useRef(onDrop);
  drop.current = onDrop;
  const [dragged, setDragged] = useState(false);
  const [over, setOver] = useState<Edge | null>(null);

  useEffect(() => {
    const element = row.current;
    if (element === null || disabled) return undefined;
    return combine(
      draggable({
        element,
        getInitialData: () => ({ list, place }),
        onDragStart: () => setDragged(true),
        onDrop: () => setDragged(false),
      }),
      dropTargetForElements({
        element,
        canDrop: ({ source }) => source.data['list'] === list,
        getData: ({ input }) => attachClosestEdge({}, { element, input, allowedEdges: ['top', 'bottom'] }),
        onDrag: ({ self, source }) => {
          const edge = extractClosestEdge(self.data) as Edge | null;
          const from = Number(source.data['place']);
          setOver(edge !== null && landing(from, place, edge) !== from ? edge : null);
        },
        onDragLeave: () => setOver(null),
        onDrop: ({ self, source }) => {
          setOver(null);
          const edge = extractClosestEdge(self.data) as Edge | null;
          if (edge !== null) drop.current(Number(source.data['place']), edge);
        },
      }),
    );
  }, [list, place, disabled]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    onStep(event.key === 'ArrowUp' ? 'up' : 'down');
  };
  return (
    <li
      ref={row}
      class="hitl-ranked"
      data-dragged={dragged}
      data-over={over ?? undefined}
      data-fixed={disabled}
      onKeyDown={onKeyDown}
    >
      {children}
    </li>
  );
}

/** Where a row ends up that is dropped at an edge of another: its own place is free once it is taken out. */
function landing(from: number, onto: number, edge: Edge): number {
  const before = edge === 'top' ? onto : onto + 1;
  return from < before ? before - 1 : before;
}

function Button({ icon, name, off, press }: { icon: Does; name: string; off: boolean; press(): void }): VNode {
  return (
    <button
      type="button"
      class="hitl-icon-button"
      data-does={icon}
      aria-label={name}
      title={name}
      disabled={off}
      onClick={press}
    >
      <Icon name={icon} />
    </button>
  );
}

function focusButton(list: HTMLElement, { place, does }: { place: number; does: Does }): void {
  const buttons = [...(list.children[place]?.querySelectorAll<HTMLButtonElement>('button') ?? [])];
  const wanted = buttons.find((button) => button.dataset['does'] === does && !button.disabled);
  // At the end of its way a row can only go back.
  (wanted ?? buttons.find((button) => !button.disabled))?.focus();
}

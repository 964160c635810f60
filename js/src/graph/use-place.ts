/** Pan and zoom: by mouse, finger and pen, and what follows the run. The drawing is moved without being drawn again. */
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { GraphView, NodeBox } from '../protocol';
import { cutOff, fitted, kept, type Place, type Room, roomIn, showing, zoomed } from './place';
import { LEAST_SCALE } from './size';

/** What a wheel turns at a time, at most; a mouse's says 100, a pinch on a touchpad 1 to 10. */
const MOST_DELTA = 25;
/** A hand trembles: less is a click, in px. */
const CLICK = 4;
const STILL_AFTER_MS = 400;

export interface Placing {
  /** Where it is now. */
  at: Place;
  following: boolean;
  follow(on: boolean): void;
  zoom(by: number): void;
  fit(): void;
  /** Brings a node into the box, and never moves the page: scrollIntoView would. */
  show(node: NodeBox | undefined): void;
  /** Handlers of the box. */
  hands: object;
}

/**
 * @param current the node that is followed
 * @param entry the node that stays where it is when the graph is laid out anew
 * @param onMove a person moves the drawing
 */
export function usePlace(
  ref: RefObject<HTMLElement | null>,
  graph: GraphView,
  current: NodeBox | undefined,
  entry: NodeBox | undefined,
  onMove: () => void,
): Placing {
  const [following, follow] = useState(true);
  const self = useRef({
    at: { x: 0, y: 0, scale: 1 },
    /** The least scale of a drawing that nobody has moved. */
    least: LEAST_SCALE as number | null,
    /** The mouse, or up to two fingers. */
    held: new Map<number, PointerEvent>(),
    drags: false,
    entry,
    timer: undefined as ReturnType<typeof setTimeout> | undefined,
    /** Measured seldom: each time the browser has to lay the page out. */
    room: [0, 0] as Room,
  }).current;
  const measure = () => {
    self.room = roomIn(ref.current as HTMLElement);
  };

  const put = (place: Place, smooth: boolean) => {
    const [drawing, edges] = (ref.current?.children ?? []) as unknown as [SVGElement?, HTMLElement?];
    if (drawing === undefined || edges === undefined) return;
    const [above, below, left, right] = cutOff(place, graph, self.room);
    // Not a variable of the box: each move would style all nodes anew.
    edges.style.backgroundSize = `100% ${above}px, 100% ${below}px, ${left}px 100%, ${right}px 100%`;
    const transform = `translate(${place.x}px, ${place.y}px) scale(${place.scale})`;
    if (drawing.style.transform === transform) return;
    self.at = place;
    drawing.style.transform = transform;
    // Small texts stay as large as they are while a drawing is made smaller to fit. Who makes it smaller still wants all.
    const enlarge = () =>
      drawing.style.setProperty('--hitl-larger', String(1 / Math.min(1, Math.max(LEAST_SCALE, place.scale))));
    // Not while it moves: that styles all nodes anew, 15 ms of 300 of them.
    if (drawing.dataset['moves'] === undefined) enlarge();
    // A layer of its own while it moves, which need not be painted again; sharp once it is still.
    drawing.dataset['moves'] = String(smooth);
    clearTimeout(self.timer);
    self.timer = setTimeout(() => {
      delete drawing.dataset['moves'];
      enlarge();
    }, STILL_AFTER_MS);
  };
  const show = (node: NodeBox | undefined, place = self.at, smooth = true) => {
    // A box that is not shown has no size.
    if (self.room[0] > 0) put(node === undefined ? place : showing(place, node, graph, self.room), smooth);
  };
  // Somebody who walks from node to node is not led away.
  const followed = () =>
    following && ref.current?.querySelector('[role=option]:focus-visible') == null ? current : undefined;
  const settle = (smooth: boolean) =>
    show(followed(), self.least === null ? self.at : fitted(graph, self.room, self.least), smooth);
  /** A person moves it. */
  const move = (place: Place, smooth: boolean) => {
    self.least = null;
    onMove();
    put(kept(place, graph, self.room), smooth);
  };

  const latest = useRef(settle);
  latest.current = settle;
  useLayoutEffect(() => {
    const observer = new ResizeObserver(() => {
      measure();
      latest.current(false);
    });
    observer.observe(ref.current as HTMLElement);
    return () => observer.disconnect();
  }, [ref]);
  // Only another layout moves what is drawn.
  useLayoutEffect(() => {
    measure();
    const { at, entry: before } = self;
    if (self.least === null && before !== undefined && entry?.id === before.id) {
      self.at = { ...at, x: at.x + at.scale * (before.x - entry.x), y: at.y + at.scale * (before.y - entry.y) };
    }
    settle(true);
  }, [graph]);
  useLayoutEffect(() => {
    self.entry = entry;
  });
  // Between two nodes there is no current one: it stays where it is.
  useLayoutEffect(() => show(followed()), [current?.id, following]);

  const from = ({ clientX, clientY }: MouseEvent): [number, number] => {
    const { left, top } = (ref.current as HTMLElement).getBoundingClientRect();
    return [clientX - left, clientY - top];
  };
  /** Where the fingers are: their middle, and how far apart. */
  const grip = () => {
    const [one, other = one] = [...self.held.values()] as [PointerEvent, PointerEvent?];
    const [x, y] = from(one);
    const [otherX, otherY] = from(other);
    return { x: (x + otherX) / 2, y: (y + otherY) / 2, apart: Math.hypot(x - otherX, y - otherY) };
  };
  const up = ({ pointerId }: PointerEvent) => {
    self.held.delete(pointerId);
  };
  return {
    at: self.at,
    following,
    follow,
    show,
    zoom: (by) => {
      const [width, height] = self.room;
      move(zoomed(self.at, by, [width / 2, height / 2]), true);
    },
    fit: () => {
      self.least = 0;
      settle(true);
    },
    hands: {
      onWheel: (event: WheelEvent) => {
        // The plain wheel is the page's. A pinch on a touchpad comes with ctrlKey.
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        const delta = Math.min(MOST_DELTA, Math.max(-MOST_DELTA, event.deltaY));
        move(zoomed(self.at, Math.exp(-delta / 100), from(event)), false);
      },
      onPointerDown: (event: PointerEvent) => {
        if (self.held.size === 0) self.drags = false;
        if (event.button === 0 && self.held.size < 2) self.held.set(event.pointerId, event);
      },
      onPointerMove: (event: PointerEvent) => {
        const { at, held } = self;
        const was = held.get(event.pointerId);
        if (was === undefined) return;
        const before = grip();
        held.set(event.pointerId, event);
        const { x, y, apart } = grip();
        const [dx, dy] = [x - before.x, y - before.y];
        if (!self.drags && Math.hypot(dx, dy, apart - before.apart) < CLICK) {
          held.set(event.pointerId, was);
          return;
        }
        if (!self.drags) follow(false);
        self.drags = true;
        // From here on it is no click on what lies below.
        ref.current?.setPointerCapture(event.pointerId);
        const by = before.apart > 0 ? apart / before.apart : 1;
        move(zoomed({ ...at, x: at.x + dx, y: at.y + dy }, by, [x, y]), false);
      },
      // One finger scrolls the page up and down (touch-action); two are ours, before the browser takes them.
      onTouchStart: (event: TouchEvent) => {
        if (event.touches.length > 1) event.preventDefault();
      },
      onPointerUp: up,
      onPointerCancel: up,
    },
  };
}

/** Brings a node into the graph's own box, and never moves the page: scrollIntoView would. */
export function scrollToNode(box: HTMLElement, node: string): void {
  if (box.scrollHeight <= box.clientHeight && box.scrollWidth <= box.clientWidth) return;
  const drawn = [...box.querySelectorAll<SVGElement>('[data-node]')].find((el) => el.dataset['node'] === node);
  if (drawn === undefined || box.matches(':hover')) return;
  const frame = box.getBoundingClientRect();
  const at = drawn.getBoundingClientRect();
  const inside = at.top >= frame.top && at.bottom <= frame.bottom && at.left >= frame.left && at.right <= frame.right;
  if (inside) return;
  const still = box.ownerDocument.defaultView?.matchMedia('(prefers-reduced-motion: reduce)').matches ?? false;
  box.scrollTo({
    top: box.scrollTop + (at.top + at.bottom - frame.top - frame.bottom) / 2,
    left: box.scrollLeft + (at.left + at.right - frame.left - frame.right) / 2,
    behavior: still ? 'auto' : 'smooth',
  });
}

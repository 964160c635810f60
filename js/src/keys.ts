/** A notebook has a shortcut on nearly every letter; none may fire while somebody types in a card, and all do once he has left it. */
export function keepKeys(root: HTMLElement, ended: AbortSignal): void {
  // Notebook 7 (7.6) listens in the capture phase, before us. It leaves alone what is inside such an element; but its shortcuts are
  // for whatever has the focus, and that it looks at first: so it has to be one itself.
  root.addEventListener('focusin', ({ target }) => {
    (target as HTMLElement).dataset['lmSuppressShortcuts'] = 'true';
  });
  // JupyterLab (4.6), VS Code and classic front ends listen around us. After the view's own handlers, which sit deeper.
  for (const type of ['keydown', 'keypress', 'keyup']) root.addEventListener(type, (event) => event.stopPropagation());
  // JupyterLab (4.6) leaves the focus where it is when the prompt of the view's own cell is pressed, or any: the Ctrl Enter that
  // is to run the cell again would send what is half typed.
  root.ownerDocument.addEventListener(
    'pointerdown',
    ({ target }) => {
      if ((target as Partial<Element>).closest?.('.jp-InputPrompt')) root.querySelector<HTMLElement>(':focus')?.blur();
    },
    { capture: true, signal: ended },
  );
}

/** A notebook has a shortcut on nearly every letter; none may fire while somebody types in a card. */
export function keepKeys(root: HTMLElement): void {
  // JupyterLab and Notebook 7 listen in the capture phase, before us, but leave alone what is inside such an element.
  root.dataset['lmSuppressShortcuts'] = 'true';
  // VS Code and classic front ends listen around us. After the view's own handlers, which sit deeper.
  for (const type of ['keydown', 'keypress', 'keyup']) root.addEventListener(type, (event) => event.stopPropagation());
}

/** Where the focus goes. In a shadow root the document knows only the root's host, so the root itself is asked. */

const INPUTS = 'input:not([disabled]), textarea:not([disabled]), select:not([disabled])';
const CONTROLS = `${INPUTS}, .hitl-actions button:not([disabled])`;

export function focusFirstInvalid(within: ParentNode | null): void {
  const invalid = within?.querySelector<HTMLElement>('[aria-invalid="true"], [data-invalid="true"]');
  // Where the cursor is already, `focus` would send it back to the first part of a date.
  if (invalid && focusedIn(invalid) !== invalid) invalid.focus();
}

/** The first control of a card: of radio buttons the one that is chosen, as Tab would have it. */
export function focusFirstControl(form: HTMLElement): void {
  // Never a decision's button: a second Enter, meant for the card before, would approve something unread.
  const decides = form.querySelector('.hitl-choices') !== null;
  const first = form.querySelector<HTMLElement>(decides ? INPUTS : CONTROLS);
  if (first?.matches('input[type="radio"]')) {
    const chosen = form.querySelector<HTMLElement>('input[type="radio"]:checked');
    (chosen ?? first).focus();
    return;
  }
  (first ?? form).focus();
}

export function focusedIn(el: HTMLElement): Element | null {
  // Not `instanceof`: a notebook in an iframe has a Document class of its own.
  const root = el.getRootNode() as Node & Partial<DocumentOrShadowRoot>;
  return root.activeElement ?? null;
}

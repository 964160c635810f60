/**
 * Puts a text on the clipboard; returns whether it is there. There is none without https or in some iframes: what shows
 * the text is selected then, so that Ctrl+C does it.
 */
export async function copyText(text: string, shown: Element | null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    shown?.ownerDocument.defaultView?.getSelection()?.selectAllChildren(shown);
    return false;
  }
}

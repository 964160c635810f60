/** Puts a text into the clipboard; false where the page does not allow it. */
export async function copy(text: string, near: HTMLElement): Promise<boolean> {
  const { defaultView, activeElement } = near.ownerDocument;
  try {
    await defaultView?.navigator.clipboard.writeText(text);
    return defaultView !== null;
  } catch {
    // A page without https has no such thing, and a frame may not be allowed to (VS Code, Colab).
    const area = near.ownerDocument.createElement('textarea');
    area.value = text;
    area.setAttribute('aria-hidden', 'true');
    area.style.cssText = 'position:fixed;opacity:0';
    near.after(area);
    area.select();
    const copied = near.ownerDocument.execCommand('copy');
    area.remove();
    (activeElement as HTMLElement | null)?.focus();
    return copied;
  }
}

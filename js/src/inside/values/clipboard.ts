import { copyText } from '../../parts/copy';

/** Puts a text into the clipboard; false where the page does not allow it in any way. */
export async function copy(text: string, near: HTMLElement): Promise<boolean> {
  if (await copyText(text, null)) return true;
  // A page without https has no clipboard, and a frame may not be allowed to use it (VS Code, Colab): a text that is
  // marked can be copied.
  const { ownerDocument } = near;
  const focused = ownerDocument.activeElement as HTMLElement | null;
  const area = ownerDocument.createElement('textarea');
  area.value = text;
  area.setAttribute('aria-hidden', 'true');
  area.style.cssText = 'position:fixed;opacity:0';
  near.after(area);
  area.select();
  const copied = ownerDocument.execCommand('copy');
  area.remove();
  focused?.focus();
  return copied;
}

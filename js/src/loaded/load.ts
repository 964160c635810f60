/** Imports a bundle that few views need, from the code that the kernel sends in the trait of its name. */
import type { Model } from '../host';
import type { NeedIntent } from '../protocol';

export type CodeName = NeedIntent['code'];

/** What such a bundle exports. It has a Preact of its own, and draws a part anew whenever its props change. */
export interface Code<Parts> {
  draw<Name extends keyof Parts>(el: HTMLElement, name: Name, props: Parts[Name]): void;
  clear(el: HTMLElement): void;
}

/** By its code: two views of one session, and two sessions, share it. */
const imported = new Map<string, Promise<unknown>>();

/** Resolves when the kernel has sent the code; rejects, in words, where the page forbids it. */
export function loadCode(model: Model, name: CodeName, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const code = model.get(name);
      if (typeof code !== 'string' || code === '') return;
      model.off(`change:${name}`, look);
      importCode(code).then(resolve, reject);
    };
    model.on(`change:${name}`, look);
    signal.addEventListener('abort', () => model.off(`change:${name}`, look));
    look();
  });
}

function importCode(code: string): Promise<unknown> {
  const known = imported.get(code);
  if (known !== undefined) return known;
  // As anywidget (0.11) imports the first bundle, so it works wherever that does.
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  const loading = import(/* @vite-ignore */ url)
    .then((module: { default: unknown }) => module.default)
    .finally(() => URL.revokeObjectURL(url));
  imported.set(code, loading);
  return loading;
}

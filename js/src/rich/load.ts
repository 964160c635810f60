/** Imports the second bundle, from the code that the kernel sends in the trait `rich`. */
import type { Model } from '../host';
import type { Rich } from './props';

/** By its code: two views of one session, and two sessions, share it. */
const imported = new Map<string, Promise<Rich>>();

/** Resolves when the kernel has sent the code; rejects, in words, where the page forbids it. */
export function loadRich(model: Model, signal: AbortSignal): Promise<Rich> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const code = model.get('rich');
      if (typeof code !== 'string' || code === '') return;
      model.off('change:rich', look);
      importCode(code).then(resolve, reject);
    };
    model.on('change:rich', look);
    signal.addEventListener('abort', () => model.off('change:rich', look));
    look();
  });
}

function importCode(code: string): Promise<Rich> {
  const known = imported.get(code);
  if (known !== undefined) return known;
  // As anywidget (0.11) imports the first bundle, so it works wherever that does.
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  const loading = import(/* @vite-ignore */ url)
    .then((module: { default: Rich }) => module.default)
    .finally(() => URL.revokeObjectURL(url));
  imported.set(code, loading);
  return loading;
}

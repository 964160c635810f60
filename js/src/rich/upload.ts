/** A file on its way to the kernel: in parts, each of which the kernel says where to go on after. */
import type { Fetch } from '../fetch-context';
import type { Uploaded } from '../protocol';

/** Bytes; as base64 it is 700 kB, and Jupyter's websocket closes on more than 10 MiB (tornado 6.6). */
export const PART = 512 * 1024;
/** A part may be sent twice, so one that nobody answers is: Jupyter's server drops messages when there are too many. */
export const AGAIN_AFTER_MS = 15_000;
const MOST_IN_VAIN = 3;

export interface Sending {
  file: File;
  source: string;
  fetch: Fetch;
  signal: AbortSignal;
  onReceived(bytes: number): void;
}

/** Resolves with the path of the file. Rejects, in words, when it is refused; what has arrived is gone then. */
export async function upload({ file, source, fetch, signal, onReceived }: Sending): Promise<string> {
  const id = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  const about = { source, upload: id, name: file.name, size: file.size };
  let at = 0;
  let inVain = 0;
  try {
    while (inVain < MOST_IN_VAIN) {
      const data = await base64(file.slice(at, at + PART));
      const { received, path } = await answered(() => fetch({ ...about, offset: at, data }), signal);
      if (path !== null) return path;
      inVain = received > at ? 0 : inVain + 1;
      at = received;
      onReceived(at);
    }
    throw new Error('The upload does not get on.');
  } catch (error) {
    // Nobody waits for it: the kernel forgets what is unfinished when the question is gone, too.
    fetch({ source, cancel: id }).catch(() => undefined);
    throw error;
  }
}

function answered(send: () => Promise<unknown>, signal: AbortSignal): Promise<Uploaded> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const answer = new Promise<Uploaded>((resolve, reject) => {
    const stop = () => reject(new Error('Cancelled'));
    if (signal.aborted) {
      stop();
      return;
    }
    signal.addEventListener('abort', stop, { once: true });
    const ask = (patience: number) => {
      send().then((said) => resolve(said as Uploaded), reject);
      // A kernel that is busy answers when it can: asking ever more often would only make it more to do.
      timer = setTimeout(() => ask(patience * 2), patience);
    };
    ask(AGAIN_AFTER_MS);
  });
  return answer.finally(() => clearTimeout(timer));
}

function base64(part: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(',')[1] ?? '');
    // A folder that was dropped, or a file that is gone by now.
    reader.onerror = () => reject(new Error('The browser cannot read this file.'));
    reader.readAsDataURL(part);
  });
}

/** At most one upload at a time: how far it is, what became of it. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Fetch } from '../fetch-context';
import { upload } from './upload';

export interface Uploading {
  name: string;
  size: number;
  received: number;
}

export interface Uploads {
  /** The one that is on its way. */
  now: Uploading | null;
  /** Why the last one did not arrive, and the file, so that it can be tried again. */
  failed: { text: string; file: File | null } | null;
  start(files: ArrayLike<File>): void;
  cancel(): void;
}

export function useUpload(fetch: Fetch, source: string, onDone: (path: string, name: string) => void): Uploads {
  const [now, setNow] = useState<Uploading | null>(null);
  const [failed, setFailed] = useState<Uploads['failed']>(null);
  const end = useRef<AbortController | null>(null);
  const done = useRef(onDone);
  done.current = onDone;
  useEffect(() => () => end.current?.abort(), []);

  const start = (files: ArrayLike<File>) => {
    const file = files[0];
    if (file === undefined) return;
    if (files.length > 1) {
      setFailed({ text: 'One file at a time, please.', file: null });
      return;
    }
    end.current?.abort();
    const mine = new AbortController();
    end.current = mine;
    setFailed(null);
    setNow({ name: file.name, size: file.size, received: 0 });
    const onReceived = (received: number) => {
      if (!mine.signal.aborted) setNow({ name: file.name, size: file.size, received });
    };
    upload({ file, source, fetch, signal: mine.signal, onReceived }).then(
      (path) => {
        if (mine.signal.aborted) return;
        setNow(null);
        done.current(path, file.name);
      },
      (error: unknown) => {
        if (mine.signal.aborted) return;
        setNow(null);
        setFailed({ text: error instanceof Error ? error.message : String(error), file });
      },
    );
  };
  const cancel = () => {
    end.current?.abort();
    setNow(null);
  };
  return { now, failed, start, cancel };
}

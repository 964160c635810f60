/** What the values of a panel need: the way to more of them. */
import { createContext } from 'preact';
import { useContext, useState } from 'preact/hooks';
import type { ValueView } from '../../protocol';
import type { Look } from '../props';

export interface ValuesContext {
  look: Look;
  announce(text: string): void;
}

const Context = createContext<ValuesContext | null>(null);

export const ValuesProvider = Context.Provider;

export function useValues(): ValuesContext {
  const context = useContext(Context);
  if (context === null) throw new Error('drawn outside of a panel');
  return context;
}

interface More {
  /** What has come, in the order in which it was asked for. */
  parts: ValueView[];
  loading: boolean;
  /** Why nothing came. */
  error: string | null;
  /** From a position on. */
  ask(first: number, count: number): void;
}

/** More of a value that was cut or folded. What has come stays for as long as the value is drawn. */
export function useMore(id: string): More {
  const { look } = useValues();
  const [parts, setParts] = useState<ValueView[]>([]);
  const [loading, setLoading] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const ask = (first: number, count: number) => {
    if (loading) return;
    setLoading(true);
    look({ kind: 'value', value: id, first, count })
      .then(
        (part) => {
          setParts((before) => [...before, part as ValueView]);
          setError(null);
        },
        (failure: unknown) => setError(failure instanceof Error ? failure.message : String(failure)),
      )
      .finally(() => setLoading(false));
  };
  return { parts, loading, error, ask };
}

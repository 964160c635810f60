/** The way from a field to the control of its card, for what the card does not carry along. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { FetchIntent } from './protocol';

/** Rejects, in words, when there is no such thing or nobody to ask. */
export type Fetch = (what: FetchIntent['what']) => Promise<unknown>;

const Context = createContext<Fetch | null>(null);

export const FetchProvider = Context.Provider;

export function useFetch(): Fetch {
  const fetch = useContext(Context);
  if (fetch === null) throw new Error('drawn outside of a card');
  return fetch;
}

/** What a field needs to know of the form that it is in. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

export interface FormState {
  disabled: boolean;
  /** The id of the question, which names the root field. */
  questionId: string;
  /** What to say at a field, if anything. */
  errorAt(path: string): string | undefined;
  /** The person left this field: what is wrong with it may be said. */
  left(path: string): void;
}

const Context = createContext<FormState | null>(null);

export const FormProvider = Context.Provider;

export function useForm(): FormState {
  const form = useContext(Context);
  if (form === null) throw new Error('drawn outside of a form');
  return form;
}

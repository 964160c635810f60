/** What a field needs to know of the form that it is in. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

export interface FormState {
  disabled: boolean;
  /** What to say at a field, if anything. */
  errorAt(path: string): string | undefined;
  /** The person left this field: what is wrong with it may be said. */
  left(path: string): void;
}

const Context = createContext<FormState | null>(null);

export const FormProvider = Context.Provider;

/** The ids of what names a field in place of a label of its own: the question, or a row's number in its list. */
const Label = createContext<string | null>(null);

export const LabelProvider = Label.Provider;

export function useLabel(): string | null {
  return useContext(Label);
}

export function useForm(): FormState {
  const form = useContext(Context);
  if (form === null) throw new Error('drawn outside of a form');
  return form;
}

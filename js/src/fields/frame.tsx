/** The label, help and error around an input, and the attributes that tie them to it. */
import type { ComponentChildren, VNode } from 'preact';
import { NotAsItLooks } from '../parts/NotAsItLooks';
import type { FieldView } from '../protocol';
import type { Draft } from './draft';
import { LabelProvider, useForm, useLabel } from './form-context';

export interface FieldProps<F extends FieldView = FieldView> {
  field: F;
  draft: Draft;
  /** `""` is the root, `address/city` a nested key. */
  path: string;
  id: string;
  onDraft(draft: Draft): void;
}

interface FrameProps {
  field: FieldView;
  path: string;
  id: string;
  /** What stands in the input, which shows it as it likes. */
  text?: string;
  children: ComponentChildren;
}

/** Around one input, which has the id `id`. */
export function Frame({ field, path, id, text, children }: FrameProps): VNode {
  return (
    <div class="hitl-field">
      {useLabel() === null && (
        <label class="hitl-label" for={id} id={`${id}-label`}>
          {field.label} <Optional field={field} />
        </label>
      )}
      <Help field={field} id={id} />
      {children}
      <NotAsItLooks text={text} />
      <FieldError path={path} id={id} />
    </div>
  );
}

/**
 * Around several inputs that are one field.
 *
 * Args:
 *   quiet: somebody inside says what is wrong at this path.
 */
export function GroupFrame({ field, path, id, quiet = false, children }: FrameProps & { quiet?: boolean }): VNode {
  const label = useLabel();
  const role = field.type === 'boolean' || field.type === 'choice' ? 'radiogroup' : 'group';
  // Said by each of the buttons or boxes, it need not be said by the group as well.
  const saidInside = quiet || ['boolean', 'choice', 'choices', 'union'].includes(field.type);
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: it has a role, group or radiogroup
    <div
      class={`hitl-field hitl-${field.type}`}
      role={role}
      aria-labelledby={label ?? `${id}-label`}
      {...useDescription(field, path, id, saidInside)}
    >
      {label === null && (
        <div class="hitl-label" id={`${id}-label`}>
          {field.label} <Optional field={field} />
        </div>
      )}
      <Help field={field} id={id} />
      <LabelProvider value={null}>{children}</LabelProvider>
      {!quiet && <FieldError path={path} id={id} />}
    </div>
  );
}

/** The attributes of an input. */
export function useInput(field: FieldView, path: string, id: string) {
  const form = useForm();
  const label = useLabel();
  const invalid = form.errorAt(path) !== undefined;
  return {
    id,
    disabled: form.disabled,
    'aria-required': !isOptional(field),
    'aria-invalid': invalid,
    ...(label === null ? {} : { 'aria-labelledby': label }),
    ...(field.example === undefined ? {} : { placeholder: field.example }),
    ...useDescription(field, path, id),
    onBlur: () => form.left(path),
  };
}

export function isOptional(field: FieldView): boolean {
  return !field.required || field.nullable;
}

function useDescription(field: FieldView, path: string, id: string, quiet = false): { 'aria-describedby'?: string } {
  const said = useForm().errorAt(path);
  const error = quiet ? undefined : said;
  const ids = [field.help ? `${id}-help` : '', error === undefined ? '' : `${id}-error`].filter(Boolean).join(' ');
  return ids === '' ? {} : { 'aria-describedby': ids };
}

/** The attribute that ties what is wrong at a path to something that is no input of its own, such as a button. */
export function describedByError(invalid: boolean, id: string): { 'aria-describedby'?: string } {
  return invalid ? { 'aria-describedby': `${id}-error` } : {};
}

function Optional({ field }: { field: FieldView }): VNode | null {
  return isOptional(field) && !field.unmarked ? <span class="hitl-optional">optional</span> : null;
}

function Help({ field, id }: { field: FieldView; id: string }): VNode | null {
  if (!field.help) return null;
  return (
    <div class="hitl-help" id={`${id}-help`}>
      {field.help}
    </div>
  );
}

export function FieldError({ path, id }: { path: string; id: string }): VNode | null {
  const error = useForm().errorAt(path);
  if (error === undefined) return null;
  return (
    <div class="hitl-error" id={`${id}-error`}>
      {error}
    </div>
  );
}

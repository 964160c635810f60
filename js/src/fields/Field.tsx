import type { VNode } from 'preact';
import { BooleanField } from './BooleanField';
import { ChoiceField } from './ChoiceField';
import { ChoicesField } from './ChoicesField';
import { DateField } from './DateField';
import type { FieldProps } from './frame';
import { JsonField } from './JsonField';
import { NumberField } from './NumberField';
import { ObjectField } from './ObjectField';
import { TextField } from './TextField';

/** Any field, by its type. */
export function Field({ field, ...rest }: FieldProps): VNode {
  switch (field.type) {
    case 'text':
      return <TextField field={field} {...rest} />;
    case 'number':
      return <NumberField field={field} {...rest} />;
    case 'boolean':
      return <BooleanField field={field} {...rest} />;
    case 'choice':
      return <ChoiceField field={field} {...rest} />;
    case 'choices':
      return <ChoicesField field={field} {...rest} />;
    case 'date':
    case 'datetime':
    case 'time':
      return <DateField field={field} {...rest} />;
    case 'object':
      return <ObjectField field={field} {...rest} />;
    case 'json':
      return <JsonField field={field} {...rest} />;
  }
}

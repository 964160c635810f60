import type { VNode } from 'preact';
import { BooleanField } from './BooleanField';
import { ChoiceField } from './ChoiceField';
import { ChoicesField } from './ChoicesField';
import { DateField } from './DateField';
import { FileField } from './FileField';
import { FormProvider, useForm } from './form-context';
import type { FieldProps } from './frame';
import { JsonField } from './JsonField';
import { ListField } from './ListField';
import { MapField } from './MapField';
import { NumberField } from './NumberField';
import { ObjectField } from './ObjectField';
import { RankField } from './RankField';
import { RefField } from './RefField';
import { TextField } from './TextField';
import { TupleField } from './TupleField';
import { UnionField } from './UnionField';

/** Any field, by its type. */
export function Field(props: FieldProps): VNode {
  const form = useForm();
  if (!props.field.read_only || form.disabled) return <Drawn {...props} />;
  return (
    <FormProvider value={{ ...form, disabled: true }}>
      <Drawn {...props} />
    </FormProvider>
  );
}

function Drawn({ field, ...rest }: FieldProps): VNode {
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
    case 'rank':
      return <RankField field={field} {...rest} />;
    case 'file':
      return <FileField field={field} {...rest} />;
    case 'date':
    case 'datetime':
    case 'time':
      return <DateField field={field} {...rest} />;
    case 'object':
      return <ObjectField field={field} {...rest} />;
    case 'list':
      return <ListField field={field} {...rest} />;
    case 'tuple':
      return <TupleField field={field} {...rest} />;
    case 'map':
      return <MapField field={field} {...rest} />;
    case 'union':
      return <UnionField field={field} {...rest} />;
    case 'ref':
      return <RefField field={field} {...rest} />;
    case 'json':
      return <JsonField field={field} {...rest} />;
  }
}

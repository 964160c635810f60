import type { VNode } from 'preact';
import { useFetch } from '../fetch-context';
import type { FileField as FileFieldView } from '../protocol';
import { RichPart } from '../rich/RichPart';
import { type FieldProps, Frame, useInput } from './frame';

/** A path on the kernel's machine: picked, uploaded, or typed; where the picker cannot be drawn, only typed. */
export function FileField({ field, draft, path, id, onDraft }: FieldProps<FileFieldView>): VNode {
  const fetch = useFetch();
  const input = useInput(field, path, id);
  const typed = typeof draft === 'string' ? draft : '';
  return (
    <Frame field={field} path={path} id={id} text={typed}>
      <RichPart
        name="file"
        props={{ field, input, path: typed, alone: path === '', fetch, onPath: onDraft }}
        instead={
          <input
            {...input}
            class="hitl-input"
            type="text"
            autocomplete="off"
            value={typed}
            onInput={(event) => onDraft(event.currentTarget.value)}
          />
        }
      />
    </Frame>
  );
}

import type { VNode } from 'preact';
import type { ChoicesField as ChoicesFieldView } from '../protocol';
import { useForm } from './form-context';
import { describedByError, type FieldProps, GroupFrame } from './frame';
import { hasImages, ImageOptions } from './ImageOptions';

const SCROLL_BEYOND = 8;

export function ChoicesField({ field, draft, path, id, onDraft }: FieldProps<ChoicesFieldView>): VNode {
  const form = useForm();
  const chosen = Array.isArray(draft) ? draft : [];
  const wrong = form.errorAt(path) !== undefined;
  const scrolls = field.options.length > SCROLL_BEYOND;
  const toggle = (index: number) =>
    onDraft(chosen.includes(index) ? chosen.filter((other) => other !== index) : [...chosen, index]);
  const boxes = (
    <>
      <div
        class={scrolls ? 'hitl-checks hitl-scrolls' : 'hitl-checks'}
        // Its boxes are disabled and take no focus; the list itself must, to be scrolled by keyboard.
        {...(scrolls && form.disabled ? { tabIndex: 0 } : {})}
      >
        {field.options.map((option, index) => (
          // An option is its index; labels may repeat.
          <label class="hitl-check" key={index}>
            <input
              type="checkbox"
              checked={chosen.includes(index)}
              disabled={form.disabled}
              aria-invalid={wrong}
              {...describedByError(wrong, id)}
              onChange={() => toggle(index)}
              onBlur={() => form.left(path)}
            />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
      {scrolls && (
        <div class="hitl-range">
          {chosen.length} of {field.options.length} chosen
        </div>
      )}
    </>
  );
  return (
    <GroupFrame field={field} path={path} id={id}>
      {hasImages(field.options) ? (
        <ImageOptions
          {...{ id, path, chosen }}
          type="checkbox"
          options={field.options}
          instead={boxes}
          onToggle={toggle}
        />
      ) : (
        boxes
      )}
    </GroupFrame>
  );
}

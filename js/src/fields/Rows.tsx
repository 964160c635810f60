import type { VNode } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { focusedIn, focusFirstControl } from '../cards/focus';
import { Icon } from '../parts/icons';
import type { ListField, MapField } from '../protocol';
import { useForm } from './form-context';
import { describedByError } from './frame';
import { RowButton } from './RowButton';
import { moved, type Row, withBlank } from './row-drafts';

interface RowsProps {
  field: ListField | MapField;
  rows: Row[];
  path: string;
  /** Of the field. */
  id: string;
  /** What one of them is called, `item`. */
  noun: string;
  /** Each takes several lines. */
  tall: boolean;
  onRows(rows: Row[]): void;
  children(row: Row, index: number): VNode;
}

type Target = 'field' | 'remove' | 'up' | 'down';

/** Rows that are added, removed and (those of a list) put in order; the focus stays with what was done. */
export function Rows({ field, rows, path, id, noun, tall, onRows, children }: RowsProps): VNode {
  const { disabled, errorAt } = useForm();
  const list = useRef<HTMLDivElement>(null);
  const adder = useRef<HTMLButtonElement>(null);
  const next = useRef<{ row: number; target: Target } | null>(null);
  const [said, say] = useState('');
  // At the root the question is the name, and too long for a button's.
  const of = path === '' ? '' : ` of ${field.label}`;
  const wrong = errorAt(path) !== undefined;
  const full = field.max_items !== null && rows.length >= field.max_items;

  useLayoutEffect(() => {
    if (next.current === null) return;
    if (list.current === null) adder.current?.focus();
    else focusRow(list.current, next.current.row, next.current.target);
    next.current = null;
  }, [rows]);

  const add = () => {
    const more = withBlank(field, rows);
    next.current = { row: more.length - 1, target: 'field' };
    onRows(more);
  };
  const remove = (index: number) => {
    next.current = { row: Math.min(index, rows.length - 2), target: 'remove' };
    say(`Removed; ${rows.length - 1} left`);
    onRows(rows.filter((_, other) => other !== index));
  };
  const move = (index: number, by: -1 | 1) => {
    next.current = { row: index + by, target: by < 0 ? 'up' : 'down' };
    say(`Moved to place ${index + by + 1} of ${rows.length}`);
    onRows(moved(rows, index, by));
  };

  return (
    <div class="hitl-list">
      {rows.length > 0 && (
        <div class="hitl-list-rows" ref={list}>
          {rows.map((row, index) => {
            const name = `${noun} ${index + 1}${of}`;
            return (
              <div key={row.key} class={tall ? 'hitl-list-row hitl-tall' : 'hitl-list-row'}>
                {children(row, index)}
                {!disabled && (
                  <div class="hitl-row-buttons">
                    {field.type === 'list' && rows.length > 1 && (
                      <>
                        <RowButton icon="up" name={`Move ${name} up`} off={index === 0} press={() => move(index, -1)} />
                        <RowButton
                          icon="down"
                          name={`Move ${name} down`}
                          off={index === rows.length - 1}
                          press={() => move(index, 1)}
                        />
                      </>
                    )}
                    <RowButton icon="cross" name={`Remove ${name}`} off={false} press={() => remove(index)} />
                  </div>
                )}
              </div>
            );
          })}
        </div>
      )}
      {!disabled && (
        <div class="hitl-list-foot">
          <button
            ref={adder}
            type="button"
            class="hitl-button hitl-small hitl-add"
            disabled={full}
            data-invalid={wrong}
            {...describedByError(wrong, id)}
            aria-label={`Add ${noun}${path === '' ? '' : ` to ${field.label}`}`}
            onClick={add}
          >
            <Icon name="plus" /> Add {noun}
          </button>
          <span class="hitl-range">{counts(field)}</span>
        </div>
      )}
      <div class="hitl-unseen" role="status">
        {said}
      </div>
    </div>
  );
}

function focusRow(list: HTMLElement, index: number, target: Target): void {
  const element = list.children[index] as HTMLElement | undefined;
  if (element === undefined) return;
  if (target === 'field') {
    focusFirstControl(element);
    // A list in a list has nothing yet but its own button to add something.
    if (!element.contains(focusedIn(element))) element.querySelector('button')?.focus();
    return;
  }
  // The nearest: rows inside this one have buttons of the same names.
  const own = element.querySelector(':scope > .hitl-row-buttons');
  const buttons = [...(own?.querySelectorAll<HTMLButtonElement>('button') ?? [])];
  const wanted = buttons.find((button) => button.dataset['does'] === target && !button.disabled);
  // At the end of its way a row can only go back.
  (wanted ?? buttons.find((button) => !button.disabled))?.focus();
}

function counts({ min_items: least, max_items: most }: ListField | MapField): string {
  if (least !== null && least > 0 && most !== null) return least === most ? `exactly ${least}` : `${least} to ${most}`;
  if (least !== null && least > 0) return `at least ${least}`;
  return most === null ? '' : `at most ${most}`;
}

import { within } from '@testing-library/dom';
import * as shape from '../../dev/shapes';
import type { CardView, FieldView } from '../../src/protocol';
import { card, drawCards } from '../view';

/** A card that asks for one field. */
export function ask(field: FieldView, more: Partial<CardView> = {}) {
  const asked = shape.card('ask', 'Well?', { control: shape.form(field), ...more });
  const drawn = drawCards(asked);
  const form = within(card(drawn.el, 'Well?'));
  const press = (name: string) => drawn.user.click(form.getByRole('button', { name }));
  return { ...drawn, asked, form, press, submit: () => press('Submit') };
}

/** What is said at an input. */
export function errorOf(input: HTMLElement): string | null | undefined {
  const ids = (input.getAttribute('aria-describedby') ?? '').split(' ');
  return ids.map((id) => document.getElementById(id)?.textContent).at(-1);
}

export function values(inputs: HTMLElement[]): string[] {
  return inputs.map((input) => (input as HTMLInputElement).value);
}

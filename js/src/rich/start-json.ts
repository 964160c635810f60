/** What a JSON editor starts from: the answer that a control holds so far, as JSON itself and not as its replies have it. */
import type { CardState } from '../cards/card-state';
import { chosenOf, enteredAt } from '../cards/decide';
import { type TableDraft, tableReply } from '../cards/table';
import { branchField, fieldsOf, followed, placesOf, rowField } from '../fields/children';
import { startDraft } from '../fields/draft';
import { changedPaths } from '../fields/drawn';
import { isObject } from '../fields/json';
import { rootReply } from '../fields/reply';
import type { FieldView } from '../protocol';

/** Indented, or empty where nothing is there yet. */
export function asText({ control, draft, read }: CardState): string {
  try {
    if (control.kind === 'widget') return indented(read?.());
    if (control.kind === 'breakpoint' && control.field !== null) {
      const { field } = control;
      const isChanged = changedPaths(field, startDraft(field), draft).length > 0;
      return isChanged ? indented({ update: plain(field, rootReply(field, draft)) }) : '';
    }
    if (control.kind !== 'form') return '';
    // A text that is no JSON yet stays as it was typed.
    if (control.field.type === 'json') return String(draft ?? '');
    const reply = rootReply(control.field, draft);
    return reply === '' || reply === null ? '' : indented(plain(control.field, reply));
  } catch {
    return ''; // what broke the control may break this
  }
}

/** What somebody has done so far, where it takes the kernel to say what that comes to; undefined where it does not. */
export function halfReply({ control, draft }: CardState): unknown {
  try {
    if (control.kind === 'table') {
      const reply = tableReply(draft as TableDraft);
      return reply.picked.length > 0 ? reply : undefined;
    }
    if (control.kind !== 'decide') return undefined;
    const decided = control.items.map((item, index) => {
      const chosen = chosenOf(item, index, draft);
      const value = chosen?.field && rootReply(chosen.field, enteredAt(draft, index, chosen.name));
      return chosen === null ? null : { decision: chosen.name, value };
    });
    return decided.some((one) => one !== null) ? decided : undefined;
  } catch {
    return undefined; // what broke the control may break this
  }
}

function indented(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? '';
}

/** The value that a reply stands for. */
function plain(field: FieldView, reply: unknown): unknown {
  if (reply === null) return null;
  switch (field.type) {
    case 'ref':
      return plain(followed(field), reply);
    case 'object': {
      if (!isObject(reply)) return reply;
      const rest = new Set((field.rest ?? []).map(({ name }) => name));
      // Maps for its other keys are no keys of their own.
      return Object.fromEntries(
        fieldsOf(field).flatMap(({ name, field: child }) => {
          if (!Object.hasOwn(reply, name)) return [];
          const value = plain(child, reply[name]);
          return rest.has(name) ? Object.entries(value as object) : [[name, value]];
        }),
      );
    }
    case 'map': {
      const pairs = reply as [string, unknown][];
      return Object.fromEntries(pairs.map(([key, value]) => [key, plain(rowField(field), value)]));
    }
    case 'list':
      return (reply as unknown[]).map((value) => plain(rowField(field), value));
    case 'tuple':
      return placesOf(field).map((place, at) => plain(place, (reply as unknown[])[at]));
    case 'union': {
      const { branch, value } = reply as { branch: number; value: unknown };
      return plain(branchField(field, branch), value);
    }
    case 'json':
      return JSON.parse(String(reply));
    default:
      return reply;
  }
}

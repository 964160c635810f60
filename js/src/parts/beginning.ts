import type { MarkdownNode } from '../protocol';

export type Part = string | MarkdownNode;

const LINES = 8;
const CHARACTERS = 560;

/** What starts on a line of its own. */
const BLOCKS = /^(p|li|pre|hr|tr)$/;

/** The first lines of a text or of Markdown; null where that is all of it. */
export function beginning(parts: Part[]): Part[] | null {
  let lines = 1;
  let characters = 0;
  let ended = false;
  let cut = false;

  const ofText = (text: string): string => {
    let shown = '';
    for (const [index, line] of text.split('\n').entries()) {
      if (index > 0) lines += 1;
      if (lines <= LINES) shown += (index > 0 ? '\n' : '') + line.slice(0, CHARACTERS - characters);
      characters += line.length;
      cut = lines > LINES || characters > CHARACTERS;
      if (cut) return `${shown.trimEnd()} …`;
    }
    return shown;
  };

  const ofParts = (all: Part[]): Part[] => {
    const kept: Part[] = [];
    for (const part of all) {
      if (typeof part === 'string') {
        kept.push(ofText(part));
      } else {
        const isBlock = BLOCKS.test(part.tag);
        if (isBlock && ended) {
          lines += 1;
          ended = false;
          cut = lines > LINES;
        }
        if (!cut) kept.push({ ...part, children: ofParts(part.children) });
        if (isBlock) ended = true;
      }
      if (cut) break;
    }
    return kept;
  };

  const shown = ofParts(parts);
  return cut ? shown : null;
}

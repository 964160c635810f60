/** Where each row of a long list is, most of which nobody has seen yet: those are taken to be of the usual height. */

/** Pixels of a row that says one line. */
export const ROW = 28;

export class Heights {
  /** Of the rows that are not as usual, by how much; by place, in order. */
  #unusual: [row: number, more: number][] = [];

  /** Remembers what was measured; by how much it differs from what was thought. */
  set(row: number, height: number): number {
    const at = this.#unusual.findIndex(([other]) => other >= row);
    const known = at >= 0 && this.#unusual[at]?.[0] === row;
    const before = known ? (this.#unusual[at]?.[1] ?? 0) : 0;
    const more = height - ROW;
    if (more === before) return 0;
    const entry: [number, number][] = more === 0 ? [] : [[row, more]];
    this.#unusual.splice(at < 0 ? this.#unusual.length : at, known ? 1 : 0, ...entry);
    return more - before;
  }

  /** How far down a row begins; of the one after the last, how high all are. */
  top(row: number): number {
    let top = row * ROW;
    for (const [other, more] of this.#unusual) {
      if (other >= row) break;
      top += more;
    }
    return top;
  }

  /** The row at so many pixels. */
  at(pixels: number): number {
    let above = 0;
    for (const [row, more] of this.#unusual) {
      if (pixels < row * ROW + above) break;
      if (pixels < (row + 1) * ROW + above + more) return row;
      above += more;
    }
    return Math.floor((pixels - above) / ROW);
  }
}

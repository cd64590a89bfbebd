/** One line of a comparison: in both texts, only in the old one, only in the new one. */
export interface DiffLine {
  readonly is: 'same' | 'removed' | 'added';
  readonly text: string;
  /** Line numbers from 1, in the text or texts it stands in. */
  readonly before?: number;
  readonly after?: number;
}

export const DIFF_LIMITS = {
  /**
   * Lines that differ, up to which the shortest comparison is looked for; beyond it all that lies
   * between the common beginning and end is told as removed and added. Work and memory go with
   * its square.
   */
  changes_max: 1_000,
} as const;

/** What turns `before` into `after`, line by line (Myers 1986), removed lines before added ones. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [a, b] = [linesOf(before), linesOf(after)];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  )
    tail++;
  const out = new Lines(a, b);
  out.same(head);
  const [aMiddle, bMiddle] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)];
  const trace = shortest(aMiddle, bMiddle);
  if (trace === undefined) {
    out.removed(aMiddle.length);
    out.added(bMiddle.length);
  } else walkBack(trace, aMiddle.length, bMiddle.length, out);
  out.same(tail);
  return out.all;
}

/** A last line without its end is a line; an empty text has none. */
function linesOf(text: string): readonly string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

class Lines {
  readonly all: DiffLine[] = [];
  readonly #a: readonly string[];
  readonly #b: readonly string[];
  #x = 0;
  #y = 0;

  constructor(a: readonly string[], b: readonly string[]) {
    this.#a = a;
    this.#b = b;
  }

  same(n: number): void {
    for (let i = 0; i < n; i++) {
      const text = this.#a[this.#x] ?? '';
      this.all.push({ is: 'same', text, before: ++this.#x, after: ++this.#y });
    }
  }

  removed(n: number): void {
    for (let i = 0; i < n; i++)
      this.all.push({ is: 'removed', text: this.#a[this.#x] ?? '', before: ++this.#x });
  }

  added(n: number): void {
    for (let i = 0; i < n; i++)
      this.all.push({ is: 'added', text: this.#b[this.#y] ?? '', after: ++this.#y });
  }
}

/**
 * For each number of changes d, how far each diagonal k = x - y of the edit graph reaches;
 * undefined when more than `changes_max` would be needed.
 */
function shortest(a: readonly string[], b: readonly string[]): readonly Int32Array[] | undefined {
  const trace: Int32Array[] = [];
  let reach = new Int32Array(3);
  for (let d = 0; d <= Math.min(a.length + b.length, DIFF_LIMITS.changes_max); d++) {
    // Diagonals -d … d of this round; the round before has them from -d + 1 on.
    const next = new Int32Array(2 * d + 1);
    for (let k = -d; k <= d; k += 2) {
      let x = d === 0 ? 0 : startOf(reach, d - 1, k);
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      next[k + d] = x;
      if (x >= a.length && x - k >= b.length) return [...trace, next];
    }
    trace.push(next);
    reach = next;
  }
  return undefined;
}

/** Down from diagonal k + 1 (a line added), or right from k - 1 (a line removed): the farther. */
function startOf(reach: Int32Array, d: number, k: number): number {
  const down = k + 1 > d ? -1 : (reach[k + 1 + d] ?? -1);
  const right = k - 1 < -d ? -1 : (reach[k - 1 + d] ?? -1) + 1;
  return Math.max(down, right);
}

function walkBack(trace: readonly Int32Array[], xEnd: number, yEnd: number, out: Lines): void {
  const steps: (readonly ['same' | 'removed' | 'added', number])[] = [];
  let [x, y] = [xEnd, yEnd];
  for (let d = trace.length - 1; d > 0; d--) {
    const k = x - y;
    const before = trace[d - 1] ?? new Int32Array(1);
    const from = startOf(before, d - 1, k);
    const isDown = k + 1 <= d - 1 && (before[k + 1 + d - 1] ?? -1) === from;
    steps.push(['same', x - from], [isDown ? 'added' : 'removed', 1]);
    x = isDown ? from : from - 1;
    y = x - (isDown ? k + 1 : k - 1);
  }
  out.same(x);
  for (const [is, n] of steps.reverse()) out[is](n);
}

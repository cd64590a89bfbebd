/** Longer texts are told as wholly different. */
const LINES_MAX = 2_000;
const CONTEXT_LINES = 3;

interface Line {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

/** What changed, as a unified diff; no lines when nothing did. */
export function unifiedDiff(was: string, is: string, name: string): readonly string[] {
  if (was === is) return [];
  const lines = edits(was.split('\n'), is.split('\n'));
  const out = [`--- ${name} (kept)`, `+++ ${name}`];
  for (const [from, to] of hunks(lines)) {
    const before = lines.slice(0, from);
    const part = lines.slice(from, to);
    const count = (some: readonly Line[], not: Line['mark']): number =>
      some.filter(({ mark }) => mark !== not).length;
    const place = (not: Line['mark']): string => `${count(before, not) + 1},${count(part, not)}`;
    out.push(`@@ -${place('+')} +${place('-')} @@`);
    for (const { mark, text } of part) out.push(`${mark}${text}`);
  }
  return out;
}

/** Both texts as one list: the longest common sequence of lines stays. */
function edits(a: readonly string[], b: readonly string[]): readonly Line[] {
  const gone = a.map((text): Line => ({ mark: '-', text }));
  const come = b.map((text): Line => ({ mark: '+', text }));
  if (a.length > LINES_MAX || b.length > LINES_MAX) return [...gone, ...come];
  const width = b.length + 1;
  const longest = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number): number => longest[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      longest[i * width + j] =
        a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const out: Line[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      out.push({ mark: ' ', text: a[i] ?? '' });
      i++;
      j++;
    } else if (i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1)))
      out.push(gone[i++] as Line);
    else out.push(come[j++] as Line);
  }
  return out;
}

/** Stretches around what changed, with lines of context; those that touch are one. */
function hunks(lines: readonly Line[]): readonly (readonly [from: number, to: number])[] {
  const found: [number, number][] = [];
  lines.forEach(({ mark }, i) => {
    if (mark === ' ') return;
    const [from, to] = [
      Math.max(0, i - CONTEXT_LINES),
      Math.min(lines.length, i + CONTEXT_LINES + 1),
    ];
    const last = found.at(-1);
    if (last && from <= last[1]) last[1] = to;
    else found.push([from, to]);
  });
  return found;
}

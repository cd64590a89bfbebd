import { diffLines } from './revisions.ts';

/** Lines `from` to `to` (without it) of the base, and what stands there instead. */
interface Hunk {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

/**
 * What two people made of one text, in one. Undefined when both changed the same lines, or put
 * something into the same place: no rule knows who is right.
 */
export function mergedTexts(base: string, mine: string, theirs: string): string | undefined {
  const [a, b] = [hunksOf(base, mine), hunksOf(base, theirs)];
  if (a.some((own) => b.some((other) => doClash(own, other)))) return undefined;
  const said = (hunk: Hunk): string => JSON.stringify(hunk);
  const known = new Set(a.map(said));
  const all = [...a, ...b.filter((hunk) => !known.has(said(hunk)))];
  all.sort((x, y) => x.from - y.from || x.to - y.to);
  const lines = base.split('\n');
  const out: string[] = [];
  let at = 0;
  for (const { from, to, lines: instead } of all) {
    out.push(...lines.slice(at, from), ...instead);
    at = to;
  }
  return [...out, ...lines.slice(at)].join('\n');
}

function doClash(a: Hunk, b: Hunk): boolean {
  if (JSON.stringify(a) === JSON.stringify(b)) return false;
  return a.from === b.from || (a.from < b.to && b.from < a.to);
}

function hunksOf(base: string, other: string): readonly Hunk[] {
  const hunks: { from: number; to: number; lines: string[] }[] = [];
  let at = 0;
  let isOpen = false;
  for (const { is, text } of diffLines(base, other)) {
    if (is === 'same') {
      at++;
      isOpen = false;
      continue;
    }
    if (!isOpen) hunks.push({ from: at, to: at, lines: [] });
    isOpen = true;
    const hunk = hunks.at(-1);
    if (is === 'added') hunk?.lines.push(text);
    else if (hunk) hunk.to = ++at;
  }
  return hunks;
}

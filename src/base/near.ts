/** Names differing in more letters than this are not what somebody meant to type. */
const EDITS_MAX = 3;

/** The known name that is closest to what was typed; undefined when none is close. */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestEdits = Math.min(EDITS_MAX, Math.floor(typed.length / 2)) + 1;
  for (const name of known) {
    const edits = name.startsWith(typed) && typed.length > 2 ? 1 : distance(typed, name);
    if (edits < bestEdits) [best, bestEdits] = [name, edits];
  }
  return best;
}

/** `; did you mean X?`, or nothing when no known name is close. */
export function meant(typed: string, known: readonly string[], dashes = ''): string {
  const name = nearest(typed, known);
  return name === undefined ? '' : `; did you mean ${dashes}${name}?`;
}

/** Letters put in, left out, changed or swapped with their neighbour (optimal string alignment). */
export function distance(a: string, b: string): number {
  let two: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let edits = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        edits = Math.min(edits, (two[j - 2] ?? 0) + 1);
      row.push(edits);
    }
    [two, above] = [above, row];
  }
  return above[b.length] ?? 0;
}

/** Comparisons between two pauses: about a millisecond. */
const COMPARED_AT_ONCE = 2_000;
const CHUNK = 512;

/** Gives its turn away by yielding; what it returns is the result. */
export type Sliced<T> = Generator<undefined, T>;

/** Sorts without holding others up. `items` is left as it is. */
export function* sortSliced<T>(
  items: readonly T[],
  compare: (a: T, b: T) => number,
): Sliced<readonly T[]> {
  let runs: (readonly T[])[] = [];
  for (let at = 0; at < items.length; at += CHUNK) {
    runs.push(items.slice(at, at + CHUNK).sort(compare));
    if (runs.length % 4 === 0) yield;
  }
  while (runs.length > 1) {
    const next: (readonly T[])[] = [];
    for (let n = 0; n < runs.length; n += 2) {
      next.push(yield* mergeSliced(runs[n] ?? [], runs[n + 1] ?? [], compare));
    }
    runs = next;
  }
  return runs[0] ?? [];
}

/** Two sorted lists as one. */
export function* mergeSliced<T>(
  a: readonly T[],
  b: readonly T[],
  compare: (a: T, b: T) => number,
): Sliced<readonly T[]> {
  if (b.length === 0) return a;
  if (a.length === 0) return b;
  const all: T[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const left = a[i] as T;
    const right = b[j] as T;
    if (j >= b.length || (i < a.length && compare(left, right) <= 0)) {
      all.push(left);
      i++;
    } else {
      all.push(right);
      j++;
    }
    if (all.length % COMPARED_AT_ONCE === 0) yield;
  }
  return all;
}

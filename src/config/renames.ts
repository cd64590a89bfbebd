/**
 * Which receivers are those of before by another name: new name to old one. Names that are new are
 * taken for those that are gone where as many came as went between the same two that stayed.
 */
export function renamesIn(
  before: readonly string[],
  now: readonly string[],
): ReadonlyMap<string, string> {
  const gone = runsOf(before, new Set(now));
  const found = new Map<string, string>();
  for (const [place, came] of runsOf(now, new Set(before))) {
    const went = gone.get(place) ?? [];
    if (went.length !== came.length) continue;
    came.forEach((name, i) => {
      found.set(name, went[i] ?? name);
    });
  }
  return found;
}

/** Names that did not stay, by the two names around them that did. */
function runsOf(
  names: readonly string[],
  others: ReadonlySet<string>,
): ReadonlyMap<string, readonly string[]> {
  const runs = new Map<string, readonly string[]>();
  let [last, run]: [string, string[]] = ['', []];
  const end = (next: string): void => {
    if (run.length > 0) runs.set(JSON.stringify([last, next]), run);
    [last, run] = [next, []];
  };
  for (const name of names) {
    if (others.has(name)) end(name);
    else run.push(name);
  }
  end('');
  return runs;
}

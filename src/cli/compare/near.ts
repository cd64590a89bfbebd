import type { Labels } from '../../domain/alarm/event.ts';

interface Named {
  readonly labels: Labels;
}

/**
 * The same alarm under another key: a rule of one desk dropped, added or renamed labels. Says what
 * is other, seen from `labels`; undefined when none of `others` is it.
 */
export function nearKey(labels: Labels, others: readonly Named[]): string | undefined {
  let best: readonly string[] | undefined;
  for (const other of others) {
    const words = otherness(labels, other.labels);
    if (words && (best === undefined || words.length < best.length)) best = words;
  }
  return best?.join(', ');
}

/** More than this, and it is another alarm. */
const LABELS_APART_MAX = 4;

/**
 * Only what label rules do: labels that one of the two lacks, or the same value under another name.
 * Two values of one label are two alarms, as `instance` mostly tells.
 */
function otherness(a: Labels, b: Labels): readonly string[] | undefined {
  const [gone, more]: [string[], string[]] = [[], []];
  let common = 0;
  for (const [name, value] of Object.entries(a)) {
    if (!Object.hasOwn(b, name)) gone.push(name);
    else if (b[name] !== value) return undefined;
    else common++;
  }
  for (const name of Object.keys(b)) if (!Object.hasOwn(a, name)) more.push(name);
  if (common === 0 || gone.length + more.length > LABELS_APART_MAX) return undefined;
  const renamed = gone.flatMap((name) => {
    const to = more.find((other) => b[other] === a[name]);
    if (to !== undefined) more.splice(more.indexOf(to), 1);
    return to === undefined ? [] : [{ name, to }];
  });
  const dropped = gone.filter((name) => !renamed.some((r) => r.name === name));
  // Some dropped and some added, with other values: nothing says that it is the same alarm.
  if (dropped.length > 0 && more.length > 0) return undefined;
  return [
    ...renamed.map(({ name, to }) => `${name} is called ${to}`),
    ...dropped.map((name) => `${name}=${JSON.stringify(a[name])} is missing`),
    ...more.map((name) => `${name}=${JSON.stringify(b[name])} is added`),
  ];
}

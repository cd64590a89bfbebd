import { BugError } from '../base/errors.ts';
import type { Instant } from '../base/time.ts';
import { ENTRY_VERSION, type Entry } from './entry.ts';

/** One entry as a line of the journal: JSON with its version first. */
export const encode = (entry: Entry): string =>
  `{"v":${ENTRY_VERSION},${JSON.stringify(entry).slice(1)}`;

/** An events entry around events that are JSON text already. */
export const encodeEvents = (
  at: Instant,
  source: string,
  once: string | undefined,
  events: string,
): string => {
  const key = once === undefined ? '' : `,"once":${JSON.stringify(once)}`;
  const head = `{"v":${ENTRY_VERSION},"kind":"events","at":${at}`;
  return `${head},"source":${JSON.stringify(source)}${key},"events":${events}}`;
};

type Versioned = { v?: unknown } & Record<string, unknown>;

/** From one version's shape to the next one's. Pure, and kept for every version ever released. */
type Upcaster = (entry: Record<string, unknown>) => Record<string, unknown>;

/** `UPCASTERS[n]` turns version n into n + 1. Version 1 is the first. */
const UPCASTERS: Readonly<Record<number, Upcaster>> = {
  // Before routing: rules without notification, revisions without a plan.
  1: (entry) => {
    if (entry['kind'] === 'start') {
      const notify = { fallback: '', undeliveredAfter: 300_000 };
      return { ...entry, rules: { ...(entry['rules'] as object), notify } };
    }
    const act = entry['act'] as { verb?: unknown } | undefined;
    if (act?.verb !== 'revision.apply') return entry;
    return { ...entry, act: { ...act, why: '' } };
  },
};

/** Reads a line of the journal, whichever version wrote it. Throws on a newer one. */
export function decode(text: string): Entry {
  let raw = JSON.parse(text) as Versioned;
  let version = Number(raw.v);
  if (!Number.isInteger(version) || version < 1 || version > ENTRY_VERSION) {
    throw new BugError(`entry of version ${raw.v}; this program reads 1 to ${ENTRY_VERSION}`);
  }
  for (; version < ENTRY_VERSION; version++) {
    const up = UPCASTERS[version];
    if (!up) throw new BugError(`no upcaster from entry version ${version}`);
    raw = up(raw) as Versioned;
  }
  delete raw.v;
  return raw as unknown as Entry;
}

import type { Severity } from '../../domain/alarm/severity.ts';

/**
 * What the name of a notification says about it. MIBs name the two ends of one trouble alike:
 * fanFail and fanFailResume, portDown and portUp, cardRemoved and cardInserted.
 */
export interface Guess {
  readonly name: string;
  readonly does: 'raise' | 'clear' | 'event';
  /** Dotted, the same for both ends. */
  readonly type: string;
  readonly severity: Severity;
  readonly text: string;
}

/** Say that it is a notification, and nothing else. */
const NOISE = words(
  'alarm alarms alrm alm trap traps notification notfication notify notif notifs event evt msg',
);
/** Say that it is over, beside the name of what was wrong. */
const OVER = words(
  `clear cleared clr cl cleard resume resumed resumption recover recovered recovery restore
   restored restoral resolved resolve normal ok okay ended end deasserted deassert deasserting
   back abated disappeared disappear rectified relieved inactive`,
);
/** The good end of a pair, as the last word, and the bad one that stands for both. */
const OPPOSITES: Readonly<Record<string, string>> = {
  up: 'down',
  online: 'offline',
  insert: 'removed',
  inserted: 'removed',
  insertion: 'removed',
  connected: 'disconnected',
  connect: 'disconnected',
  established: 'lost',
  enabled: 'disabled',
  present: 'absent',
  reachable: 'unreachable',
  alive: 'dead',
  valid: 'invalid',
  success: 'failed',
  succeeded: 'failed',
  passed: 'failed',
  close: 'open',
  closed: 'open',
  on: 'off',
};
/** Words for the bad end, by the one that stands for them. */
const BAD: Readonly<Record<string, string>> = {
  ...same('down', 'down'),
  ...same('offline', 'offline'),
  ...same('removed', 'remove removed removal'),
  ...same('disconnected', 'disconnect disconnected disconnection'),
  ...same('lost', 'lost loss lose los lof lop ais'),
  ...same('disabled', 'disabled disable'),
  ...same('absent', 'absent missing'),
  ...same('unreachable', 'unreachable'),
  ...same('dead', 'dead'),
  ...same('invalid', 'invalid'),
  ...same('failed', 'fail failed failure fails failing'),
  ...same('off', 'off'),
  ...same('open', 'open opened'),
};
const CRITICAL = words('critical fatal emergency dying disaster shutdown severe catastrophic');
const MAJOR = words(
  `major error errors fault faulty dead crash crashed abnormal conflict mismatch exhausted
   exhaustion damaged damage full overload overloaded unusable halt expired invalid unstable
   overtemperature overtemp exit inconsistent inconsistency mismatched broken stuck denied
   insufficient insufficiency unavailable corrupted corrupt leak smoke flood fire`,
);
const MINOR = words(
  `minor threshold thresh rising falling exceed exceeded exceeds exceeding high low excessive
   degraded degrade over under limit limited congestion utilization loopback timeout lack full
   near attack violation duplicate`,
);
const WARNING = words('warning warn early rejected reject unauthorized');
/** Say only that something happened. */
const QUIET = words(
  `change changed changes config configuration login logout start started complete completed test
   update updated add added delete deleted created create switch info informational register`,
);

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/));
}

function same(word: string, list: string): Readonly<Record<string, string>> {
  return Object.fromEntries(list.split(' ').map((one) => [one, word]));
}

/** `hwBGPPeerDown` is hw, BGP, Peer, Down; `v2` stays whole. */
export function wordsIn(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[\s_\-.]+/)
    .filter((word) => word !== '');
}

/** One name looked at alone. `good` only says that it sounds so. */
interface Reading {
  readonly name: string;
  readonly good: boolean;
  readonly bad: boolean;
  /** The subject in words, with the bad end; noise left out. */
  readonly key: readonly string[];
  readonly text: string;
}

/** `prefix` is what all names of a vendor begin with, and says nothing. */
function readName(name: string, prefix: string): Reading {
  const own = prefix !== '' && name.startsWith(prefix) ? name.slice(prefix.length) : name;
  const told = wordsIn(own).filter((word) => !NOISE.has(word.toLowerCase()));
  const key: string[] = [];
  let good = false;
  let bad = false;
  for (const [at, original] of told.entries()) {
    const word = original.toLowerCase();
    const last = at === told.length - 1;
    const opposite = last && Object.hasOwn(OPPOSITES, word) ? OPPOSITES[word] : undefined;
    const worse = Object.hasOwn(BAD, word) ? BAD[word] : undefined;
    if (OVER.has(word)) good = true;
    else if (opposite !== undefined) {
      good = true;
      key.push(opposite);
    } else {
      if (worse !== undefined || CRITICAL.has(word) || MAJOR.has(word)) bad = true;
      key.push(worse ?? word);
    }
  }
  const text = told.map(spoken).join(' ');
  return { name, good, bad, key, text: text.charAt(0).toUpperCase() + text.slice(1) };
}

/** Abbreviations stay as they are. */
const spoken = (word: string): string =>
  word.length > 1 && word === word.toUpperCase() ? word : word.toLowerCase();

/**
 * What names that stand side by side, in the order of their OIDs, say. A bad end is only raised
 * where its good end is among them; without one nothing would ever clear it, so it is an event.
 */
export function guessAll(names: readonly string[], prefix: string): readonly Guess[] {
  const all = names.map((name) => readName(name, prefix));
  const ends = new Map<Reading, Reading>();
  const taken = new Set<Reading>();
  const byKey = Map.groupBy(all, ({ good, key }) => (good ? '' : key.join(' ')));
  for (const reading of all) {
    const raised = reading.good ? (byKey.get(reading.key.join(' ')) ?? []) : [];
    for (const one of raised) {
      ends.set(reading, one);
      taken.add(one);
    }
  }
  for (const [at, reading] of all.entries()) {
    const before = all[at - 1];
    if (!reading.good || ends.has(reading) || before === undefined) continue;
    if (before.good || taken.has(before) || !alike(reading.key, before.key)) continue;
    ends.set(reading, before);
    taken.add(before);
  }
  return all.map((reading) => guessOf(reading, ends.get(reading), taken.has(reading)));
}

/** A good end may leave out what exactly was wrong: entityInvalid, entityResume. */
const alike = (good: readonly string[], bad: readonly string[]): boolean =>
  good.length > 0 && good.every((word) => bad.includes(word));

function guessOf(reading: Reading, raised: Reading | undefined, isRaise: boolean): Guess {
  const { name, text } = reading;
  const type = (raised ?? reading).key.join('.');
  const severity = severityOf(raised ?? reading);
  if (raised !== undefined) return { name, does: 'clear', type, severity, text };
  if (isRaise) return { name, does: 'raise', type, severity, text };
  return { name, does: 'event', type, severity: eventSeverity(reading, severity), text };
}

function severityOf({ key, bad }: Reading): Severity {
  const said = key.find((word) => word === 'critical' || word === 'major' || word === 'minor');
  if (said !== undefined) return said as Severity;
  if (key.some((word) => CRITICAL.has(word))) return 'critical';
  if (key.some((word) => WARNING.has(word))) return 'warning';
  if (bad) return 'major';
  return key.some((word) => MINOR.has(word)) ? 'minor' : 'warning';
}

function eventSeverity({ key, good, bad }: Reading, severity: Severity): Severity {
  if (good) return 'indeterminate';
  return !bad && key.some((word) => QUIET.has(word)) ? 'indeterminate' : severity;
}

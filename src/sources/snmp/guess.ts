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
  /** Of both ends, the name of the first raise they share; '' for an event. */
  readonly pair: string;
  /** How the name alone sounds. */
  readonly tone: 'good' | 'bad' | 'plain';
}

/** Say that it is a notification, and nothing else. */
const NOISE = words(
  `alarm alarms alrm alm trap traps notification notfication notify notif notifs event evt msg from
   is gone has have been was`,
);
/** Say that it is over, beside the name of what was wrong. */
const OVER = words(
  `clear cleared clr cl cleard resume resumed resumption recover recovered recovery restore
   restored restoral resolved resolve normal ok okay ended end deasserted deassert deasserting
   back abated disappeared disappear rectified relieved inactive ceased cease nominal good
   fixed repaired returned return rtn cancel cancelled canceled released release normalized done
   rec recov recover recovering cleaned cleaning`,
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
  available: 'unavailable',
  avail: 'not avail',
  powered: 'not powered',
  ready: 'not ready',
  healthy: 'unhealthy',
  operational: 'failed',
  started: 'stopped',
  attached: 'removed',
  mounted: 'unmounted',
  plugged: 'removed',
  unblocked: 'blocked',
  synchronized: 'unsynchronized',
  failback: 'failover',
  joined: 'left',
  false: 'true',
  installed: 'removed',
  replugged: 'removed',
  in: 'out',
  match: 'mismatch',
  matched: 'mismatch',
  sync: 'not sync',
  responding: 'not responding',
};
/** Words for the bad end, by the one that stands for them. */
const BAD: Readonly<Record<string, string>> = {
  ...same('down', 'down'),
  ...same('offline', 'offline'),
  ...same('removed', 'remove removed removal detached extracted ejected unplugged pulled'),
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
  ...same('unavailable', 'unavailable'),
  ...same('unhealthy', 'unhealthy'),
  ...same('stopped', 'stopped'),
  ...same('blocked', 'blocked'),
  ...same('unmounted', 'unmounted'),
  ...same('unsynchronized', 'unsynchronized unsynced'),
  ...same('mismatch', 'mismatch'),
};
/** Say that it began, where the other end only says that it is over. */
const BEGAN = words(
  `raised raise raising set asserted assert asserting active activated occurred occur detected
   detect triggered trigger start started begin began entered created posted added fire fired apply
   applied notified on`,
);
/** How far it went: temperatureHigh and temperatureCritical both end with temperatureNormal. */
const LEVELS = words(
  `high low critical major minor warning warn exceed exceeded exceeds exceeding above below over
   under threshold thresh rising falling upper lower excessive out range limit violation violated
   fatal severe abnormal reached crossed too crit non recoverable nonrecoverable unrecoverable`,
);
/** The good end of a pair that both sound alike, by the bad one. */
const TURNED: Readonly<Record<string, string>> = {
  falling: 'rising',
  fall: 'over',
  below: 'above',
  exit: 'enter',
  exited: 'entered',
  leave: 'enter',
};
/** Words run together in lower case: `entitydown`, `tempclear2`. Words that only look like it. */
const GLUED =
  /^([A-Za-z][a-z]{2,})(alarm|clear|cleared|down|up|normal|failed|failure|lost|restored)(\d*)$/;
const WHOLE_WORDS = words(
  'backup bakeup group startup lookup popup setup cleanup wakeup followup nuclear pickup',
);
const CRITICAL = words(
  `critical crit fatal emergency dying disaster shutdown severe catastrophic recoverable
   nonrecoverable unrecoverable`,
);
const MAJOR = words(
  `major error errors fault faulty faulted dead crash crashed abnormal conflict mismatch exhausted
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
  readonly whole: string;
  /** The same without what only says that it began. */
  readonly begun: string;
  /** The same without how bad it is. */
  readonly bare: string;
  readonly text: string;
}

/** `prefix` is what all names of a vendor begin with, and says nothing. */
function readName(name: string, prefix: string): Reading {
  const own = prefix !== '' && name.startsWith(prefix) ? name.slice(prefix.length) : name;
  const all = wordsIn(own).flatMap(unglued);
  const told = all.filter((word) => !NOISE.has(word.toLowerCase()));
  // A list of what is wrong: an entry comes, and goes when it is over.
  const isEntry = all.some((word) => LISTS.has(word.toLowerCase())) && told.at(-2) === 'Entry';
  // An alarm that is on is a bad thing; anything else that is on is none.
  const isAlarm = all.some((word) => ALARMS.has(word.toLowerCase()));
  const key: string[] = [];
  let good = false;
  let bad = false;
  for (const [at, original] of told.entries()) {
    const word = original.toLowerCase();
    const last = at === told.length - 1;
    const switched = isAlarm && last && (word === 'on' || word === 'off');
    const turned = last && !switched && told[at - 1]?.toLowerCase() !== 'not';
    const opposite = turned && Object.hasOwn(OPPOSITES, word) ? OPPOSITES[word] : undefined;
    const worse = !switched && Object.hasOwn(BAD, word) ? BAD[word] : undefined;
    if (last && isEntry && (word === 'removed' || word === 'deleted')) good = true;
    else if (switched ? word === 'off' : isOver(word, told)) good = true;
    else if (opposite !== undefined) {
      good = true;
      key.push(opposite);
    } else {
      if (worse !== undefined || CRITICAL.has(word) || MAJOR.has(word)) bad = true;
      key.push(worse ?? word);
    }
  }
  const text = told.map(spoken).join(' ');
  const without = (...sets: readonly ReadonlySet<string>[]): string =>
    key.filter((word) => !sets.some((set) => set.has(word))).join(' ');
  return {
    name,
    good,
    bad,
    key,
    whole: key.join(' '),
    begun: without(BEGAN),
    bare: without(BEGAN, LEVELS, BAD_WORDS),
    text: text.charAt(0).toUpperCase() + text.slice(1),
  };
}

const LISTS = words('alarm alarms condition conditions fault faults');
const ALARMS = words('alarm alarms alarmed alert fault failure error warning warn');

/** A state that is inactive is only another state; an alarm that is inactive is over. */
const isOver = (word: string, told: readonly string[]): boolean =>
  OVER.has(word) && !(word === 'inactive' && told.some((one) => /^state$/i.test(one)));

function unglued(word: string): readonly string[] {
  const found = WHOLE_WORDS.has(word.toLowerCase()) ? null : GLUED.exec(word);
  return found === null ? [word] : found.slice(1).filter((part) => part !== '');
}

const BAD_WORDS: ReadonlySet<string> = new Set([
  ...Object.values(BAD),
  ...['error', 'fault', 'faulty', 'faulted'],
]);

/** Abbreviations stay as they are. */
const spoken = (word: string): string =>
  word.length > 1 && word === word.toUpperCase() ? word : word.toLowerCase();

/**
 * What names that stand side by side, in the order of their OIDs, say. A bad end is only raised
 * where its good end is among them; without one nothing would ever clear it, so it is an event.
 */
export function guessAll(names: readonly string[], prefix: string): readonly Guess[] {
  const all = names.map((name) => readName(name, prefix));
  const pairs = new Pairs(all);
  for (const by of WAYS) pairs.join(by);
  return all.map((reading) => guessOf(reading, pairs));
}

/** How a good end finds its raises, the surest way first. */
type Way = (good: Reading, at: number, pairs: Pairs) => readonly Reading[];

const WAYS: readonly Way[] = [
  (good, _, { raises }) => (good.good ? raises.filter((one) => one.whole === good.whole) : []),
  (good, _, { raises }) =>
    good.good ? raises.filter((one) => one.begun !== one.whole && one.begun === good.whole) : [],
  (good, _, { all }) => {
    const turned = good.key.map((word) => TURNED[word] ?? word).join(' ');
    return turned === good.whole ? [] : all.filter((one) => one.whole === turned);
  },
  (good, _, { raises }) => {
    const not = good.key.filter((word) => word !== 'no' && word !== 'not').join(' ');
    if (not === good.whole) return [];
    const lean = not.replace('too ', '');
    const surely = good.key.includes('not') && good.key.includes('on');
    return raises.filter(
      (one) =>
        one.whole.replace('too ', '') === lean && (surely || one.bad || one.bare !== one.begun),
    );
  },
  (good, _, pairs) => (good.good ? levelsOf(good, pairs) : []),
  // One that stands before it, and says the same and what was wrong: entityInvalid, entityResume.
  (good, at, { all, taken }) => {
    const before = all[at - 1];
    const fits = good.good && before !== undefined && !before.good && !taken.has(before);
    return fits && !before.key.some((word) => TOLD.has(word)) && alike(good.key, before.key)
      ? [before]
      : [];
  },
];

/** How bad it is, said like what is wrong: fanWarning, fanFailure and fanNormal are one ladder. */
const ALSO_LEVELS = words('failed error fault faulty faulted');
/** Tells something, and nothing that could be over. */
const TOLD = words('info information informational');

/** The only one that is wrong with the subject, or several that differ in how far it went. */
function levelsOf(good: Reading, { raises, taken }: Pairs): readonly Reading[] {
  if (good.bare === '') return [];
  const wrong = raises.filter(
    (one) => !taken.has(one) && one.bare === good.bare && one.bare !== one.begun,
  );
  const kinds = wrong.filter(({ key }) =>
    key.some((word) => BAD_WORDS.has(word) && !ALSO_LEVELS.has(word)),
  );
  return wrong.length === 1 || kinds.length === 0 ? wrong : [];
}

/** Which of the names belong together. */
class Pairs {
  readonly all: readonly Reading[];
  readonly raises: readonly Reading[];
  /** The first of its raises, for a good end and for every one of its raises. */
  readonly first = new Map<Reading, Reading>();
  readonly taken = new Set<Reading>();
  readonly ends = new Set<Reading>();

  constructor(all: readonly Reading[]) {
    this.all = all;
    this.raises = all.filter(({ good }) => !good);
  }

  join(by: Way): void {
    for (const [at, good] of this.all.entries()) {
      if (this.ends.has(good) || this.taken.has(good)) continue;
      const raises = by(good, at, this).filter((one) => one !== good && !this.ends.has(one));
      const [first] = raises;
      if (first === undefined) continue;
      const shared = this.first.get(first) ?? first;
      this.ends.add(good);
      this.first.set(good, shared);
      for (const one of raises) {
        this.taken.add(one);
        if (!this.first.has(one)) this.first.set(one, shared);
      }
    }
  }
}

/** A good end may leave out what exactly was wrong: entityInvalid, entityResume. */
const alike = (good: readonly string[], bad: readonly string[]): boolean =>
  good.length > 0 && good.every((word) => bad.includes(word));

function guessOf(reading: Reading, { first, ends, taken }: Pairs): Guess {
  const { name, text } = reading;
  const tone = reading.good ? 'good' : reading.bad ? 'bad' : 'plain';
  const shared = first.get(reading);
  const type = (shared ?? reading).whole.replaceAll(' ', '.');
  if (shared !== undefined && (ends.has(reading) || taken.has(reading))) {
    const isEnd = ends.has(reading);
    const severity = severityOf(isEnd ? shared : reading);
    return { name, does: isEnd ? 'clear' : 'raise', type, severity, text, pair: shared.name, tone };
  }
  const severity = eventSeverity(reading, severityOf(reading));
  return { name, does: 'event', type, severity, text, pair: '', tone };
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

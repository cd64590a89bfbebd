import type { EventKind } from '../../domain/alarm/event.ts';
import { parseSeverity, type Severity } from '../../domain/alarm/severity.ts';
import { bounded } from './facts.ts';
import { type Guess, guessAll, wordsIn } from './guess.ts';
import type { Named, Names } from './mib-names.ts';
import { partOf, type Said } from './mib-varbind.ts';

/** What a notification that no table knows means, by the names its module gives. */
export interface Meaning {
  readonly kind: EventKind;
  /** Undefined for a clear. */
  readonly severity: Severity | undefined;
  /** The name of the first of its raises, for both ends; its own where it has no other end. */
  readonly called: string;
  readonly part: string;
  readonly qualifier: string;
}

/**
 * Pairs are found among the names beside it (guess.ts). Where the name does not say which end it
 * is, an object that says how bad it is, or in which state, does (pattern 2 of a trap: one OID for
 * both ways). Where neither does, it is an occurrence: nothing would ever clear it.
 */
export function meaningOf(
  names: Names,
  named: Named,
  said: readonly (Said | undefined)[],
): Meaning {
  const { guess, objects } = besides(names, named);
  const all = said.filter((one) => one !== undefined);
  const [kind, severity] = endOf(guess, stateIn(all));
  const called = guess.pair === '' ? named.name : guess.pair;
  const shared = all.filter(({ name }) => objects?.has(name) ?? true);
  return { kind, severity, called, ...placeOf(shared) };
}

/** Notifications beside it whose names are looked at: enough for any module, and quickly read. */
const BESIDES_MAX = 512;

interface Besides {
  readonly guess: Guess;
  /** The objects that all ends of its pair carry; undefined where it has no other end. */
  readonly objects: ReadonlySet<string> | undefined;
}

/** By image, then by OID: what names beside each other say does not change while it is in use. */
const known = new WeakMap<Names, Map<string, Besides>>();
/** A network sends few of all kinds there are. */
const KNOWN_MAX = 4_096;

function besides(names: Names, named: Named): Besides {
  const before = known.get(names) ?? new Map<string, Besides>();
  known.set(names, before);
  const found = before.get(named.oid);
  if (found !== undefined) return found;
  if (before.size >= KNOWN_MAX) before.clear();
  const near = names.near(named, BESIDES_MAX);
  const guesses = guessAll(
    near.map(({ name }) => name),
    '',
  );
  const at = near.findIndex(({ oid }) => oid === named.oid);
  const guess = guesses[at] ?? (guessAll([named.name], '')[0] as Guess);
  const pair = near.filter((_, i) => guess.pair !== '' && guesses[i]?.pair === guess.pair);
  const made = { guess, objects: pair.length < 2 ? undefined : commonOf(pair) };
  before.set(named.oid, made);
  return made;
}

function commonOf(pair: readonly Named[]): ReadonlySet<string> {
  const lists = pair.map(({ info }) => (info?.is === 'notification' ? info.objects : []));
  const [first = [], ...others] = lists;
  return new Set(first.filter((name) => others.every((list) => list.includes(name))));
}

function endOf(guess: Guess, state: State | undefined): readonly [EventKind, Severity | undefined] {
  if (guess.does === 'clear') return ['clear', undefined];
  const { grade, both } = state ?? {};
  const isOver = grade === 'clear';
  const severity = grade === undefined || isOver ? guess.severity : grade;
  if (guess.does === 'raise') return isOver ? ['clear', undefined] : ['raise', severity];
  const decides = both === true && (guess.tone === 'plain' || state?.isSeverity === true);
  if (decides) return isOver ? ['clear', undefined] : ['raise', grade ?? 'warning'];
  return ['occurrence', severity];
}

/** What the objects say of how bad it is. */
interface State {
  readonly grade: Severity | 'clear' | undefined;
  /** Its words know of a good end and of a bad one. */
  readonly both: boolean;
  readonly isSeverity: boolean;
}

const GOOD = new Set(
  `clear cleared ok okay normal up good online active healthy operational running established full
   connected enabled present inserted ready green nominal resolved inactive optimal insync passed
   success closed none nofault noalarm noerror working available reachable onlineok deasserted off
   end ended recovered restored false powered`.split(/\s+/),
);
const BAD: ReadonlyMap<string, Severity> = new Map(
  [
    ['critical', 'critical fatal emergency nonrecoverable shutdown red catastrophic disaster'],
    [
      'major',
      `down failed fail failure error faulty fault major bad offline lost disconnected unreachable
       absent missing removed notpresent dead alert asserted raised set unavailable broken
       lowerlayerdown outoforder unhealthy true on disabled alarm abnormal failing stopped idle`,
    ],
    ['minor', 'minor degraded average noncritical yellow high low unstable overload exceeded'],
    ['warning', 'warning warn amber'],
    ['indeterminate', 'indeterminate info informational notice debug unknown information event'],
  ].flatMap(([severity, words = '']) =>
    words.split(/\s+/).map((word) => [word, severity as Severity] as const),
  ),
);

/** How bad a word is: `non-critical` is looked at as a whole, `activeAlarm` by its end. */
function gradeOf(word: string): Severity | 'clear' | undefined {
  const plain = word.toLowerCase().replace(/[^a-z]/g, '');
  const last = (wordsIn(word).at(-1) ?? '').toLowerCase();
  for (const one of [plain, last]) {
    if (GOOD.has(one)) return 'clear';
    const bad = parseSeverity(one) ?? BAD.get(one);
    if (bad !== undefined) return bad;
  }
  return undefined;
}

const STATES = new Set(['state', 'status', 'condition', 'alarm', 'health', 'transition', 'action']);
/** Say what somebody wanted, or what was before: not how it is. */
const NOT_NOW = new Set([
  ...['admin', 'desired', 'config', 'configured', 'mode', 'enable', 'previous', 'prev', 'old'],
  ...['last', 'row', 'storage', 'ack', 'acknowledged', 'adm', 'type'],
]);

/** A severity counts before a state, the first of each before the others. */
function stateIn(said: readonly Said[]): State | undefined {
  let state: State | undefined;
  for (const one of said) {
    const words = wordsIn(one.name).map((word) => word.toLowerCase());
    if (words.some((word) => NOT_NOW.has(word))) continue;
    const isSeverity = words.includes('severity');
    if (!isSeverity && (state !== undefined || !words.some((word) => STATES.has(word)))) continue;
    const found = stateOf(one, isSeverity);
    if (found === undefined) continue;
    if (isSeverity) return found;
    state = found;
  }
  return state;
}

function stateOf({ type, text }: Said, isSeverity: boolean): State | undefined {
  const grade = gradeOf(text);
  if (type.words !== undefined && type.kind === 'integer') {
    const grades = Object.values(type.words).map(gradeOf);
    const both =
      grades.includes('clear') && grades.some((one) => one !== 'clear' && one !== undefined);
    return isSeverity || both ? { grade, both, isSeverity } : undefined;
  }
  if (!isSeverity || type.kind !== 'string' || grade === undefined) return undefined;
  return { grade, both: true, isSeverity };
}

/** Objects whose value names a part of the device, by the last word of their name … */
const NAMING = new Set(
  `index id name number num no slot port unit descr label location address addr ip interface
   resource object instance entity module component node vlan peer neighbor neighbour domain group
   server disk volume drive fan sensor outlet bank phase battery channel circuit service process
   session tunnel path card supply psu ipaddress ifindex oid pointer zone contact controller`.split(
    /\s+/,
  ),
);
/** … and words that spoil it: those that change with each notification, or mean the device. */
const PASSING = new Set(
  `log event events evt seq sequence serial time date stamp timestamp count counter total trap traps
   notification message msg text reason cause state status severity type value threshold level old
   prev previous new version sys system host hostname agent model product firmware software
   manufacturer enterprise user login`.split(/\s+/),
);
const NAMING_MAX = 4;
const NAMING_CHARS_MAX = 64;
/** Numbers of alarms tell alarms apart where nothing else does: both ends carry the same one. */
const LAST_RESORT = new Set(['alarm', 'alarms', 'fault', 'problem']);

/** The row they speak of; else the first value that names a part, and others that tell apart. */
function placeOf(said: readonly Said[]): Pick<Meaning, 'part' | 'qualifier'> {
  const row = partOf(said);
  if (row !== '') return { part: bounded(row), qualifier: '' };
  const naming = said.filter(namesPart);
  const sure = naming.filter(({ name }) => !has(name, LAST_RESORT));
  const [first, ...others] = (sure.length > 0 ? sure : naming).slice(0, NAMING_MAX);
  if (first === undefined) return { part: '', qualifier: '' };
  const qualifier = bounded(others.map(({ text }) => text).join(' '));
  return { part: bounded(`${first.name}-${first.text}`), qualifier };
}

const has = (name: string, words: ReadonlySet<string>): boolean =>
  wordsIn(name).some((word) => words.has(word.toLowerCase()));

function namesPart({ name, text, type }: Said): boolean {
  if (text === '' || text.length > NAMING_CHARS_MAX || /[\r\n]/.test(text)) return false;
  if (type.words !== undefined || has(name, PASSING)) return false;
  const last = (wordsIn(name).at(-1) ?? '').toLowerCase();
  return NAMING.has(last.replace(/\d+$/, ''));
}

import type { Instant, Millis } from '../base/time.ts';
import type {
  Alarm,
  Episode,
  Handling,
  Lease,
  Suppression,
  UserId,
} from '../domain/alarm/alarm.ts';
import { HANDLING_NONE, NO_SUPPRESSIONS } from '../domain/alarm/alarm.ts';
import type { Change, ChangeKind } from '../domain/alarm/change.ts';
import type { AlarmId, Labels } from '../domain/alarm/event.ts';
import type { Severity } from '../domain/alarm/severity.ts';
import type { PlacedChange } from '../ports/store.ts';

/**
 * How rows travel to the writer's thread: all texts end to end in one string, their lengths and
 * all numbers in one array of doubles that is handed over, not copied. On the main thread an alarm
 * of 1 KB of JSON costs 0.7 us this way; 2.1 us by structured clone and 2.4 to 3.4 us by
 * JSON.stringify (bench/store.bench.ts). The writer builds objects from it again.
 */
export interface Packed {
  readonly text: string;
  readonly numbers: Float64Array<ArrayBuffer>;
}

const NUMBERS_START = 16_384;

/** Length of a text that is not there. */
const ABSENT = -1;

export class Packer {
  #text = '';
  #numbers = new Float64Array(NUMBERS_START);
  #used = 0;
  #rows = 0;

  /** Rows begun since the last `take`. */
  get rows(): number {
    return this.#rows;
  }

  get chars(): number {
    return this.#text.length;
  }

  begin(kind: number): void {
    this.#rows++;
    this.number(kind);
  }

  number(n: number): void {
    if (this.#used === this.#numbers.length) {
      const wider = new Float64Array(this.#numbers.length * 2);
      wider.set(this.#numbers);
      this.#numbers = wider;
    }
    this.#numbers[this.#used++] = n;
  }

  string(s: string): void {
    this.number(s.length);
    this.#text += s;
  }

  optional(s: string | undefined): void {
    if (s === undefined) this.number(ABSENT);
    else this.string(s);
  }

  /** What was packed since the last call. */
  take(): Packed {
    const packed = { text: this.#text, numbers: this.#numbers.slice(0, this.#used) };
    this.#text = '';
    this.#used = 0;
    this.#rows = 0;
    return packed;
  }
}

export class Unpacker {
  readonly #packed: Packed;
  #number = 0;
  #char = 0;

  constructor(packed: Packed) {
    this.#packed = packed;
  }

  get isEmpty(): boolean {
    return this.#number >= this.#packed.numbers.length;
  }

  /** Reading past the end is a fault of ours; NaN then fails in SQLite, and nothing is kept. */
  number(): number {
    return this.#packed.numbers[this.#number++] ?? Number.NaN;
  }

  string(): string {
    const from = this.#char;
    this.#char += this.number();
    return this.#packed.text.slice(from, this.#char);
  }

  optional(): string | undefined {
    if (this.#packed.numbers[this.#number] !== ABSENT) return this.string();
    this.#number++;
    return undefined;
  }
}

function packLabels(p: Packer, labels: Labels): void {
  let count = 0;
  for (const _ in labels) count++;
  p.number(count);
  for (const name in labels) {
    p.string(name);
    p.string(labels[name] ?? '');
  }
}

function unpackLabels(p: Unpacker): Labels {
  const labels: Record<string, string> = {};
  for (let count = p.number(); count > 0; count--) {
    const name = p.string();
    if (name === '__proto__') define(labels, name, p.string());
    else labels[name] = p.string();
  }
  return labels;
}

const define = (labels: Record<string, string>, name: string, value: string): void => {
  Object.defineProperty(labels, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
};

/** The rare and nested parts travel as JSON; '' stands for the common empty one. */
const packRare = (p: Packer, part: unknown, isCommon: boolean): void =>
  p.string(isCommon ? '' : JSON.stringify(part));

function unpackRare<T>(p: Unpacker, common: T): T {
  const json = p.string();
  return json === '' ? common : (JSON.parse(json) as T);
}

/** A field added to Alarm does not compile until it is listed here; then pack and unpack it. */
export const ALARM_FIELDS: Readonly<Record<keyof Alarm, true>> = {
  id: true,
  source: true,
  byLabels: true,
  resource: true,
  type: true,
  qualifier: true,
  severity: true,
  text: true,
  labels: true,
  annotations: true,
  context: true,
  ruled: true,
  link: true,
  condition: true,
  handling: true,
  suppressions: true,
  assignee: true,
  ticket: true,
  episode: true,
  revision: true,
  createdAt: true,
  changedAt: true,
  heardAt: true,
  saidAt: true,
  occurrences: true,
  occurrencesThisEpisode: true,
  unkept: true,
  episodes: true,
  lease: true,
  flap: true,
  willClear: true,
};

export function packAlarm(p: Packer, a: Alarm): void {
  p.string(a.id);
  p.string(a.source);
  p.number((a.byLabels ? 1 : 0) + (a.willClear ? 2 : 0));
  p.string(a.resource);
  p.string(a.type);
  p.string(a.qualifier);
  p.string(a.severity);
  p.string(a.text);
  packLabels(p, a.labels);
  packLabels(p, a.annotations);
  packLabels(p, a.context);
  packRare(p, a.ruled, a.ruled === undefined);
  p.string(a.link);
  p.number(a.condition.since);
  packRare(p, a.condition, a.condition.is === 'raised');
  packRare(p, a.handling, a.handling.is === 'none');
  packRare(p, a.suppressions, a.suppressions.length === 0);
  p.optional(a.assignee);
  p.string(a.ticket);
  p.number(a.episode);
  p.number(a.revision);
  p.number(a.createdAt);
  p.number(a.changedAt);
  p.number(a.heardAt);
  p.number(a.saidAt);
  p.number(a.occurrences);
  p.number(a.occurrencesThisEpisode);
  p.number(a.unkept);
  p.number(a.episodes);
  packLease(p, a.lease);
  packRare(p, a.flap, a.flap === undefined);
}

function packLease(p: Packer, lease: Lease | undefined): void {
  if (lease === undefined) return p.number(ABSENT);
  p.number((lease.explicit ? 1 : 0) + (lease.renewed ? 2 : 0));
  p.number(lease.until);
  p.number(lease.length);
}

function unpackLease(p: Unpacker): Lease | undefined {
  const flags = p.number();
  if (flags === ABSENT) return undefined;
  return {
    until: p.number() as Instant,
    length: p.number() as Millis,
    explicit: (flags & 1) !== 0,
    renewed: (flags & 2) !== 0,
  };
}

/** Reads in the order of `packAlarm`: a field at the wrong place fails the round-trip test. */
export function unpackAlarm(p: Unpacker): Alarm {
  const id = p.string() as AlarmId;
  const source = p.string();
  const flags = p.number();
  return {
    id,
    source,
    byLabels: (flags & 1) !== 0,
    resource: p.string(),
    type: p.string(),
    qualifier: p.string(),
    severity: p.string() as Severity,
    text: p.string(),
    labels: unpackLabels(p),
    annotations: unpackLabels(p),
    context: unpackLabels(p),
    ruled: unpackRare<Alarm['ruled']>(p, undefined),
    link: p.string(),
    condition: unpackCondition(p),
    handling: unpackRare<Handling>(p, HANDLING_NONE),
    suppressions: unpackRare<readonly Suppression[]>(p, NO_SUPPRESSIONS),
    assignee: p.optional() as UserId | undefined,
    ticket: p.string(),
    episode: p.number() as Episode,
    revision: p.number(),
    createdAt: p.number() as Instant,
    changedAt: p.number() as Instant,
    heardAt: p.number() as Instant,
    saidAt: p.number() as Instant,
    occurrences: p.number(),
    occurrencesThisEpisode: p.number(),
    unkept: p.number(),
    episodes: p.number(),
    lease: unpackLease(p),
    flap: unpackRare<Alarm['flap']>(p, undefined),
    willClear: (flags & 2) !== 0,
  };
}

function unpackCondition(p: Unpacker): Alarm['condition'] {
  const since = p.number() as Instant;
  return unpackRare<Alarm['condition']>(p, { is: 'raised', since });
}

/** As for alarms: a new field of Change does not compile until it is carried. */
export const CHANGE_FIELDS: Readonly<Record<keyof Change, true>> = {
  alarm: true,
  what: true,
  episode: true,
  at: true,
  severity: true,
  by: true,
  text: true,
  why: true,
};

export function packChange(p: Packer, c: PlacedChange): void {
  p.number(c.position);
  p.number(c.index);
  p.number(c.receivedAt);
  p.string(c.alarm);
  p.string(c.what);
  p.number(c.episode);
  p.number(c.at);
  p.string(c.severity);
  p.optional(c.by);
  p.string(c.text);
  p.string(c.why);
}

export function unpackChange(p: Unpacker): PlacedChange {
  const place = {
    position: p.number(),
    index: p.number(),
    receivedAt: p.number() as Instant,
    alarm: p.string() as AlarmId,
    what: p.string() as ChangeKind,
    episode: p.number() as Episode,
    at: p.number() as Instant,
    severity: p.string() as Severity,
  };
  const by = p.optional() as UserId | undefined;
  const words = { text: p.string(), why: p.string() };
  return by === undefined ? { ...place, ...words } : { ...place, by, ...words };
}

import { type Instant, later, type Millis } from '../../base/time.ts';
import type { AlarmEvent } from '../../domain/alarm/event.ts';
import { type Matcher, matchesAll } from '../../domain/alarm/matcher.ts';
import { DeviceTable } from './device-table.ts';
import { learnedLimit } from './habit.ts';
import { Heard, type HeardRow, minuteOf } from './heard.ts';

/** A limit of 'never': silence is expected. */
export type SilentAfter = Millis | 'never';

/** Limits that somebody set, in tocsin.yml. */
export interface SilenceRules {
  /** False: only what is set counts. */
  readonly learn: boolean;
  readonly sources: ReadonlyMap<string, SilentAfter>;
  /** The first that matches holds; matchers see `source` and `device`. */
  readonly devices: readonly DeviceRule[];
}

export interface DeviceRule {
  readonly matchers: readonly Matcher[];
  readonly after: SilentAfter;
}

export const LEARN_ALL: SilenceRules = { learn: true, sources: new Map(), devices: [] };

/** How long a talker may be quiet, and who says so. */
export interface SilenceLimit {
  readonly after: Millis;
  readonly by: 'set' | 'learned';
}

/** What is known of one source: as a whole, and each of its devices. */
export interface HeardSource {
  readonly total: Heard;
  readonly devices: DeviceTable;
  /** False: it was heard before the restart, and is no source of this desk any more. */
  isHere: boolean;
  /** None of its devices could be heard until then: the source itself was silent. */
  deafUntil: Instant;
}

/** How a rule is remembered on whom it is about. */
const NO_RULE = 0;
const NEVER = -1;

/** One line of what is kept over a restart: source, device ('' for the source), figures. */
export type KeptTalker = readonly [source: string, device: string, row: HeardRow];

/** Who was heard when. Everything that was taken in passes here once, so it is counted cheaply. */
export class Hearing {
  readonly #sources = new Map<string, HeardSource>();
  readonly #rules: SilenceRules;
  readonly #startedAt: Instant;
  #deafUntil: Instant;

  constructor(rules: SilenceRules = LEARN_ALL, startedAt: Instant = 0 as Instant) {
    this.#rules = rules;
    this.#startedAt = startedAt;
    this.#deafUntil = startedAt;
  }

  /** Nobody could be heard until now: silence counts from here. */
  deaf(now: Instant): void {
    this.#deafUntil = now;
  }

  /** Names a source before its first event, and the devices that rules name outright. */
  expect(source: string): void {
    const own = this.#of(source, this.#startedAt);
    own.isHere = true;
    for (const { matchers, after } of this.#rules.devices) {
      const device = namedBy(matchers, source);
      if (device !== undefined && after !== 'never') own.devices.find(device, this.#startedAt);
    }
  }

  /** Events of a source were stored and applied. What the desk says to itself is no hearing. */
  heard(source: string, events: readonly AlarmEvent[], at: Instant): void {
    if (source === 'desk') return;
    const own = this.#sources.get(source) ?? this.#of(source, at);
    const { total, devices } = own;
    own.isHere = true;
    const minute = minuteOf(at);
    if (total.silentSince > 0) own.deafUntil = at;
    const deafUntil = later(this.#deafUntil, own.deafUntil);
    let count = 0;
    for (const event of events) {
      const reports = event.count ?? 1;
      const isOver = event.kind === 'clear';
      const isLeased = event.lease !== undefined || event.until !== undefined;
      const device = devices.of(event, at);
      if (device !== undefined) {
        device.hear(reports, at, minute, deafUntil);
        device.over = isOver;
        if (isLeased) device.leased = true;
      }
      total.over = isOver;
      if (isLeased) total.leased = true;
      count += reports;
    }
    if (count > 0) total.hear(count, at, minute, deafUntil);
  }

  /** Input of a source could not be used; `from` is its sender's address, '' when unknown. */
  refused(source: string, from: string, count: number, at: Instant): void {
    const own = this.#of(source, at);
    own.isHere = true;
    own.total.refused += count;
    const sender = from === '' ? undefined : own.devices.find(from, at);
    if (sender !== undefined) sender.refused += count;
  }

  get(source: string): HeardSource | undefined {
    return this.#sources.get(source);
  }

  *all(): IterableIterator<HeardSource> {
    for (const source of this.#sources.values()) if (source.isHere) yield source;
  }

  /** The limit of a source as a whole. */
  limitOf(source: HeardSource): SilenceLimit | undefined {
    const { total } = source;
    total.rule ??= ruleNumber(this.#rules.sources.get(total.name));
    return this.#limit(total, total.leased && total.over);
  }

  /**
   * The limit of a device. What repeats under a lease has its lease; and whose last word was a
   * clear may be quiet because all is well: neither is called silent by habit.
   */
  deviceLimitOf(source: HeardSource, device: Heard): SilenceLimit | undefined {
    device.rule ??= this.#ruleFor(source.total.name, device.name);
    return this.#limit(device, device.leased || device.over);
  }

  /** Whether a limit was set to 'never'. */
  isNeverMissed(heard: Heard): boolean {
    return heard.rule === NEVER;
  }

  isOverdue(source: HeardSource, heard: Heard, limit: SilenceLimit, now: Instant): boolean {
    const listenedSince = later(this.#deafUntil, source.deafUntil);
    return now - Math.max(heard.at, heard.firstAt, listenedSince) > limit.after;
  }

  /** What is to be kept over a restart. */
  *kept(): IterableIterator<KeptTalker> {
    for (const { total, devices } of this.all()) {
      yield [total.name, '', total.row()];
      for (const device of devices.all()) yield [total.name, device.name, device.row()];
    }
  }

  /** Takes over what was kept, before anything is heard. */
  takeOver(talkers: Iterable<KeptTalker>): void {
    for (const [source, device, row] of talkers) {
      const own = this.#of(source, row[1] as Instant);
      if (device !== '') own.devices.put(Heard.from(device, row));
      else this.#sources.set(source, { ...own, total: Heard.from(source, row) });
    }
  }

  #limit(heard: Heard, isExcused: boolean): SilenceLimit | undefined {
    const { rule = NO_RULE } = heard;
    if (rule > 0) return { after: rule as Millis, by: 'set' };
    if (rule === NEVER || isExcused || !this.#rules.learn) return undefined;
    const after = learnedLimit(heard);
    return after && { after, by: 'learned' };
  }

  #ruleFor(source: string, device: string): number {
    const lookup = (name: string): string | undefined =>
      name === 'device' ? device : name === 'source' ? source : undefined;
    const found = this.#rules.devices.find(({ matchers }) => matchesAll(matchers, lookup));
    return ruleNumber(found?.after);
  }

  #of(source: string, at: Instant): HeardSource {
    const found = this.#sources.get(source);
    if (found !== undefined) return found;
    const total = new Heard(source, at);
    const devices = new DeviceTable();
    const fresh = { total, devices, isHere: false, deafUntil: 0 as Instant };
    this.#sources.set(source, fresh);
    return fresh;
  }
}

const ruleNumber = (after: SilentAfter | undefined): number =>
  after === undefined ? NO_RULE : after === 'never' ? NEVER : after;

/** The one device of this source that the matchers name by `=`; undefined when they name none. */
function namedBy(matchers: readonly Matcher[], source: string): string | undefined {
  const named = (name: string): string | undefined =>
    matchers.find((m) => m.name === name && m.op === '=')?.value;
  const isOnly = matchers.every(
    (m) => m.op === '=' && (m.name === 'source' || m.name === 'device'),
  );
  return isOnly && named('source') === source ? named('device') : undefined;
}

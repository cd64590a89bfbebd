import { setImmediate as pause } from 'node:timers/promises';
import { after, type Instant, minutes } from '../base/time.ts';
import type { Desk } from '../desk/desk.ts';
import { AlertOrder, alertKey, BUCKETS } from '../desk/views/alert-order.ts';
import { type AlertStatus, AlertStatuses } from '../desk/views/alert-status.ts';
import { LabelIndex } from '../desk/views/label-index.ts';
import { type Alarm, isRaised } from '../domain/alarm/alarm.ts';
import { alertValue } from '../domain/alarm/as-alert.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import type { Matcher } from '../domain/alarm/matcher.ts';
import { AlertWriter, ToldTexts } from './alertmanager-alert.ts';
import { answered, JSON_HEADERS } from './alertmanager-answer.ts';
import { AlertPages, type PageWriting } from './alertmanager-pages.ts';
import {
  flag,
  type Receiver,
  type ReceiverTest,
  readMatchers,
  readReceivers,
} from './alertmanager-query.ts';
import type { Answer, Asked } from './route.ts';

export interface ListsParts {
  readonly desk: Pick<Desk, 'memory' | 'clock' | 'watch' | 'deadline'>;
  /** In the order of the configuration; the first is that of the root route. */
  readonly receivers: () => readonly Receiver[];
}

/** Lists written at once; one more is told to come again, as Alertmanager does. */
export const LISTS_AT_ONCE_MAX = 64;

/** One piece of a list: some 350 alerts, about a millisecond of work. */
const PIECE_BYTES = 262_144;
const COPIED_BYTES_MAX = 32_768;
/** Alarms looked at between two pauses, where few of them are wanted. */
const LOOKED_AT_MAX = 2_000;
/** Alarms found by index and written in one go; more are written in pieces. */
const FEW = 200;
/** Alarms found by index and sorted at once: about 8 ms. More are read in order instead. */
const SORTED_MAX = 10_000;
/** Told as the end of an alarm that holds until it is cleared: clients want one. */
const NO_LEASE = minutes(5);
const MINUTE = minutes(1);

const OPENING = Buffer.from('[');
const CLOSING = Buffer.from(']\n');

/** Of one request's matchers, so that it cannot make the desk build an index for each. */
const INDEXES_USED_MAX = 4;

/** What a request asks for, read. */
export interface Wanted {
  readonly matchers: readonly Matcher[];
  readonly active: boolean;
  readonly silenced: boolean;
  readonly inhibited: boolean;
  readonly receives: ReceiverTest;
}

export function readWanted(
  query: URLSearchParams,
  receivers: () => readonly Receiver[],
): Wanted | string {
  const matchers = readMatchers(query, 'filter');
  if (typeof matchers === 'string') return matchers;
  const received = readReceivers(query, receivers);
  if (typeof received === 'string') return received;
  return {
    matchers,
    active: flag(query.get('active')),
    silenced: flag(query.get('silenced')),
    inhibited: flag(query.get('inhibited')),
    receives: received.test,
  };
}

/** Whether the request looks at more than labels: then each candidate's status is read. */
export const asksStatus = ({ active, silenced, inhibited }: Wanted): boolean =>
  !active || !silenced || !inhibited;

export const matchesWanted = (alarm: Alarm, { matchers }: Wanted): boolean => {
  for (const matcher of matchers) {
    if (!matcher.matches(alertValue(alarm, matcher.name))) return false;
  }
  return true;
};

/** A shelf and a maintenance count as silences, a parent in trouble as an inhibition. */
export function statusWanted(status: AlertStatus, wanted: Wanted): boolean {
  const { silencedBy, inhibitedBy, hiddenBy } = status;
  const byParent = inhibitedBy.length > 0 || hiddenBy.includes('parent');
  const bySilence = silencedBy.length > 0 || hiddenBy.some((by) => by !== 'parent');
  if (!wanted.active && !byParent && !bySilence) return false;
  return (wanted.silenced || !bySilence) && (wanted.inhibited || !byParent);
}

/** GET /alerts */
export class AlertLists {
  readonly #desk: ListsParts['desk'];
  readonly #receivers: ListsParts['receivers'];
  readonly #order: AlertOrder;
  readonly #index: LabelIndex;
  readonly #statuses: AlertStatuses;
  readonly #told = new ToldTexts();
  readonly #pages = new AlertPages();
  readonly #writer = new AlertWriter();
  #open = 0;

  constructor({ desk, receivers }: ListsParts) {
    this.#desk = desk;
    this.#receivers = receivers;
    this.#order = new AlertOrder(desk);
    this.#index = new LabelIndex(desk, alertValue);
    this.#statuses = new AlertStatuses(desk);
  }

  async answer({ query }: Asked): Promise<Answer> {
    const wanted = readWanted(query, this.#receivers);
    if (typeof wanted === 'string') return answered(400, wanted);
    this.#statuses.unrouted = this.#receivers()
      .slice(0, 1)
      .map(({ name }) => name);
    const ids = await this.#indexed(wanted);
    const found = ids && this.#found(ids, wanted);
    if (found && found.length <= FEW) return ok(Buffer.from(this.#few(found)));
    if (this.#open >= LISTS_AT_ONCE_MAX) {
      const headers = { 'content-type': 'text/plain', 'retry-after': '1' };
      return { status: 503, headers, body: 'Limit of concurrent GET requests reached.\n' };
    }
    if (found) return ok(this.#counted(this.#listed([found].values())));
    return ok(this.#counted(everything(wanted) ? this.#whole() : this.#listed(this.#walk(wanted))));
  }

  /** The candidates that the label index knows; undefined when no matcher can use it. */
  async #indexed({ matchers }: Wanted): Promise<ReadonlySet<AlarmId> | undefined> {
    let fewest: ReadonlySet<AlarmId> | undefined;
    const usable = matchers.filter(
      ({ name, op, value }) => op === '=' && value !== '' && !name.startsWith('@'),
    );
    for (const { name, value } of usable.slice(0, INDEXES_USED_MAX)) {
      while (!this.#index.prepare(name)) await pause();
      const ids = this.#index.ids(name, value);
      if (!fewest || ids.size < fewest.size) fewest = ids;
    }
    // A value that half the desk has is read in order, in pieces.
    return fewest && fewest.size <= SORTED_MAX ? fewest : undefined;
  }

  #found(ids: ReadonlySet<AlarmId>, wanted: Wanted): readonly Alarm[] {
    const found: (readonly [key: string, alarm: Alarm])[] = [];
    for (const id of ids) {
      const alarm = this.#desk.memory.get('alarms', id);
      if (alarm && this.#isWanted(alarm, wanted)) found.push([alertKey(alarm), alarm]);
    }
    return found.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, alarm]) => alarm);
  }

  #isWanted(alarm: Alarm, wanted: Wanted): boolean {
    if (!isRaised(alarm) || !matchesWanted(alarm, wanted)) return false;
    if (!wanted.receives && !asksStatus(wanted)) return true;
    const status = this.#statuses.of(alarm);
    if (wanted.receives && !wanted.receives(status.receivers)) return false;
    return statusWanted(status, wanted);
  }

  #few(alarms: readonly Alarm[]): string {
    const { writer, endOf, toldOf } = this.#writing();
    return `[${alarms.map((alarm) => writer.write(alarm, endOf(alarm), toldOf(alarm))).join()}]\n`;
  }

  #writing(): PageWriting {
    return {
      writer: this.#writer,
      epoch: this.#statuses.epoch,
      endOf: this.#ends(),
      toldOf: (alarm) => this.#told.of(this.#statuses.of(alarm)),
    };
  }

  /** Alarms without a lease are told an end that moves once a minute, so that pages can be kept. */
  #ends(): (alarm: Alarm) => Instant {
    const now = this.#desk.clock.now();
    const minute = (Math.ceil(now / MINUTE) * MINUTE) as Instant;
    const held = after(minute, NO_LEASE);
    return ({ id, lease }) => (lease ? (this.#desk.deadline(id) ?? lease.until) : held);
  }

  async *#counted(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    this.#open++;
    try {
      yield* pieces;
    } finally {
      this.#open--;
    }
  }

  /** Every raised alarm, from pages kept where nothing changed; a pause after every piece. */
  async *#whole(): AsyncGenerator<Uint8Array> {
    let small: Uint8Array[] = [OPENING];
    let [bytes, first] = [0, true];
    for (let n = 0; n < BUCKETS; n++) {
      // Only a reader that took nothing for ten minutes finds the order dropped here.
      while (!this.#order.prepare()) await pause();
      const bucket = this.#order.bucket(n);
      if (bucket.alarms.length === 0) continue;
      const page = this.#pages.page(n, bucket, this.#writing());
      const told = first ? page.subarray(1) : page;
      first = false;
      bytes += told.length;
      // Small pages go out together; copying large ones would cost more than it saves.
      if (told.length < COPIED_BYTES_MAX) small.push(told);
      else {
        if (small.length > 0) yield Buffer.concat(small);
        small = [];
        yield told;
      }
      if (bytes < PIECE_BYTES) continue;
      bytes = 0;
      if (small.length > 0) yield Buffer.concat(small);
      small = [];
      await pause();
    }
    yield Buffer.concat([...small, CLOSING]);
  }

  /** The wanted alarms of each bucket in turn; nothing for a while where few are wanted. */
  *#walk(wanted: Wanted): Generator<readonly Alarm[] | undefined> {
    let looked = 0;
    for (let n = 0; n < BUCKETS; n++) {
      while (!this.#order.prepare()) yield undefined;
      const { alarms } = this.#order.bucket(n);
      looked += alarms.length;
      yield alarms.filter((alarm) => this.#isWanted(alarm, wanted));
      if (looked < LOOKED_AT_MAX) continue;
      looked = 0;
      yield undefined;
    }
  }

  /** Writes lists one after the other; `undefined` in between is a pause. */
  async *#listed(lists: Iterable<readonly Alarm[] | undefined>): AsyncGenerator<Uint8Array> {
    let [piece, between] = ['[', ''];
    for (const alarms of lists) {
      if (!alarms) await pause();
      const { writer, endOf, toldOf } = this.#writing();
      for (const alarm of alarms ?? []) {
        piece += between + writer.write(alarm, endOf(alarm), toldOf(alarm));
        between = ',';
        if (piece.length < PIECE_BYTES) continue;
        yield Buffer.from(piece);
        piece = '';
        await pause();
      }
    }
    yield Buffer.from(`${piece}]\n`);
  }
}

const ok = (body: Uint8Array | AsyncIterable<Uint8Array>): Answer => ({
  status: 200,
  headers: JSON_HEADERS,
  body,
});

export const everything = (wanted: Wanted): boolean =>
  wanted.matchers.length === 0 && !wanted.receives && !asksStatus(wanted);

import { setImmediate as pause } from 'node:timers/promises';
import type { Desk } from '../desk/desk.ts';
import { AlertOrder, alertKey, BUCKETS } from '../desk/views/alert-order.ts';
import { AlertStatuses } from '../desk/views/alert-status.ts';
import { LabelIndex } from '../desk/views/label-index.ts';
import { type Alarm, isRaised } from '../domain/alarm/alarm.ts';
import { alertValue } from '../domain/alarm/as-alert.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import { AlertWriter, ToldTexts } from './alertmanager-alert.ts';
import { answered, JSON_HEADERS } from './alertmanager-answer.ts';
import { endsOf } from './alertmanager-ends.ts';
import { AlertPages, type PageWriting } from './alertmanager-pages.ts';
import {
  asksStatus,
  everything,
  matchesWanted,
  type Receiver,
  readWanted,
  statusWanted,
  type Wanted,
} from './alertmanager-query.ts';
import { COME_AGAIN, type ListSlots } from './alertmanager-slots.ts';
import type { Answer, Asked } from './route.ts';

export interface ListsParts {
  readonly desk: Pick<Desk, 'memory' | 'clock' | 'watch' | 'deadline'>;
  /** In the order of the configuration; the first is that of the root route. */
  readonly receivers: () => readonly Receiver[];
  readonly slots: ListSlots;
}

/** One piece of a list: some 350 alerts, about a millisecond of work. */
const PIECE_BYTES = 262_144;
const COPIED_BYTES_MAX = 32_768;
/** Alarms looked at between two pauses, where few of them are wanted. */
const LOOKED_AT_MAX = 2_000;
/** Alarms found by index and written in one go; more are written in pieces. */
const FEW = 200;
/** Alarms found by index and sorted at once: about 8 ms. More are read in order instead. */
const SORTED_MAX = 10_000;

const OPENING = Buffer.from('[');
const CLOSING = Buffer.from(']\n');

/** Of one request's matchers, so that it cannot make the desk build an index for each. */
const INDEXES_USED_MAX = 4;

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
  readonly #slots: ListSlots;

  constructor({ desk, receivers, slots }: ListsParts) {
    this.#slots = slots;
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
    if (this.#slots.areTaken) return COME_AGAIN;
    if (found) return ok(this.#slots.counted(this.#listed([found].values())));
    return ok(
      this.#slots.counted(everything(wanted) ? this.#whole() : this.#listed(this.#walk(wanted))),
    );
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
      endOf: endsOf(this.#desk),
      toldOf: (alarm) => this.#told.of(this.#statuses.of(alarm)),
    };
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

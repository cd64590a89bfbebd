import { setImmediate as pause } from 'node:timers/promises';
import { after, type Instant, instantText, minutes } from '../base/time.ts';
import type { Desk } from '../desk/desk.ts';
import { AlertOrder, alertKey, BUCKETS } from '../desk/views/alert-order.ts';
import { alertValue } from '../domain/alarm/as-alert.ts';
import { LabelIndex } from '../desk/views/label-index.ts';
import { type Alarm, isRaised } from '../domain/alarm/alarm.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import { type Matcher, parseMatcher } from '../domain/alarm/matcher.ts';
import { compilePattern } from '../domain/alarm/pattern.ts';
import { AlertWriter } from './alertmanager-alert.ts';
import { AlertPages } from './alertmanager-pages.ts';
import type { Answer, Asked, Route } from './route.ts';

/** What `/api/v2` tells about the desk. */
export interface AlertmanagerStatus {
  readonly version: string;
  readonly revision: string;
  readonly buildDate: string;
  readonly startedAt: Instant;
  /** Name and address of the one peer: the desk itself; undefined: cluster disabled. */
  readonly peer: { readonly name: string; readonly address: string } | undefined;
  /** An alertmanager.yml that clients can parse, secrets hidden. */
  config(): string;
  /** Names in the order of the configuration; the first is that of the root route. */
  receivers(): readonly string[];
}

export interface AlertmanagerParts {
  readonly desk: Pick<Desk, 'memory' | 'clock' | 'watch' | 'deadline'>;
  readonly status: AlertmanagerStatus;
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

const ACCESS = { need: 'ingest', source: 'alertmanager' } as const;

/**
 * The reading half of Alertmanager's API v2 (reference: its openapi.yaml), for Prometheus, amtool,
 * karma and Grafana. Nothing here names a person. `/api/v1` is the desk's own.
 */
export function alertmanagerRoutes(parts: AlertmanagerParts): readonly Route[] {
  const lists = new AlertLists(parts);
  const { status } = parts;
  const get = (path: string, summary: string, handle: Route['handle']): Route => ({
    method: 'GET',
    path: `/api/v2${path}`,
    access: ACCESS,
    summary,
    handle,
  });
  return [
    get('/alerts', 'Raised alarms as Alertmanager lists alerts.', (asked) => lists.answer(asked)),
    get('/status', 'Version, configuration and peers.', () => json(200, statusBody(status))),
    get('/receivers', 'Names of the receivers.', () =>
      json(
        200,
        status.receivers().map((name) => ({ name })),
      ),
    ),
    get('/silences', 'No silences yet: always an empty list.', () => json(200, [])),
    get('/alerts/groups', 'Not there before routing is.', () =>
      json(404, { code: 404, message: 'path /api/v2/alerts/groups was not found' }),
    ),
  ];
}

const HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store', vary: 'Origin' };

const json = (status: number, body: unknown): Answer => ({
  status,
  headers: HEADERS,
  body: `${JSON.stringify(body)}\n`,
});

function statusBody(status: AlertmanagerStatus): unknown {
  const { peer, version, revision, buildDate } = status;
  return {
    cluster: peer
      ? { name: peer.name, peers: [peer], status: 'ready' }
      : { peers: [], status: 'disabled' },
    config: { original: status.config() },
    uptime: instantText(status.startedAt),
    versionInfo: {
      branch: 'main',
      buildDate,
      buildUser: 'tocsin',
      goVersion: `node ${process.version}`,
      revision,
      version,
    },
  };
}

/** What a request asks for, read. */
interface Wanted {
  readonly matchers: readonly Matcher[];
  readonly active: boolean;
  readonly silenced: boolean;
  readonly inhibited: boolean;
  /** False: the receiver asked for is not the one everything goes to. */
  readonly received: boolean;
}

class AlertLists {
  readonly #desk: AlertmanagerParts['desk'];
  readonly #status: AlertmanagerStatus;
  readonly #order: AlertOrder;
  readonly #index: LabelIndex;
  readonly #pages = new AlertPages();
  /** The receiver that stands in the pages. */
  #pagesFor = '';
  #open = 0;

  constructor({ desk, status }: AlertmanagerParts) {
    this.#desk = desk;
    this.#status = status;
    this.#order = new AlertOrder(desk);
    this.#index = new LabelIndex(desk, alertValue);
  }

  async answer({ query }: Asked): Promise<Answer> {
    const wanted = this.#read(query);
    if (typeof wanted === 'string') return json(400, wanted);
    if (!wanted.received) return json(200, []);
    const ids = await this.#indexed(wanted);
    const found = ids && this.#found(ids, wanted);
    if (found && found.length <= FEW) return ok(this.#few(found));
    if (this.#open >= LISTS_AT_ONCE_MAX) {
      const headers = { 'content-type': 'text/plain', 'retry-after': '1' };
      return { status: 503, headers, body: 'Limit of concurrent GET requests reached.\n' };
    }
    if (found) return ok(this.#counted(this.#listed([found].values())));
    return ok(this.#counted(everything(wanted) ? this.#whole() : this.#listed(this.#walk(wanted))));
  }

  #read(query: URLSearchParams): Wanted | string {
    const matchers: Matcher[] = [];
    for (const text of query.getAll('filter')) {
      const matcher = parseMatcher(text);
      if ('error' in matcher) return matcher.error;
      matchers.push(matcher);
    }
    const receiver = query.get('receiver') ?? '';
    const pattern = receiver === '' ? undefined : compilePattern(receiver);
    if (pattern && 'error' in pattern) return `failed to parse receiver param: ${pattern.error}`;
    return {
      matchers,
      active: flag(query.get('active')),
      silenced: flag(query.get('silenced')),
      inhibited: flag(query.get('inhibited')),
      received: pattern?.matches(this.#receiver()) ?? true,
    };
  }

  #receiver(): string {
    return this.#status.receivers()[0] ?? '';
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
      if (alarm && isWanted(alarm, wanted)) found.push([alertKey(alarm), alarm]);
    }
    return found.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, alarm]) => alarm);
  }

  #few(alarms: readonly Alarm[]): string {
    const writer = this.#writer();
    const endOf = this.#ends();
    return `[${alarms.map((alarm) => writer.write(alarm, endOf(alarm))).join()}]\n`;
  }

  #writer(): AlertWriter {
    return new AlertWriter([this.#receiver()]);
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
    const receiver = this.#receiver();
    if (receiver !== this.#pagesFor) this.#pages.clear();
    this.#pagesFor = receiver;
    const writer = this.#writer();
    let small: Uint8Array[] = [OPENING];
    let [bytes, first] = [0, true];
    for (let n = 0; n < BUCKETS; n++) {
      // Only a reader that took nothing for ten minutes finds the order dropped here.
      while (!this.#order.prepare()) await pause();
      const bucket = this.#order.bucket(n);
      if (bucket.alarms.length === 0) continue;
      const page = this.#pages.page(n, bucket, writer, this.#ends());
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
      yield alarms.filter((alarm) => isWanted(alarm, wanted));
      if (looked < LOOKED_AT_MAX) continue;
      looked = 0;
      yield undefined;
    }
  }

  /** Writes lists one after the other; `undefined` in between is a pause. */
  async *#listed(lists: Iterable<readonly Alarm[] | undefined>): AsyncGenerator<Uint8Array> {
    const writer = this.#writer();
    let [piece, between] = ['[', ''];
    for (const alarms of lists) {
      if (!alarms) await pause();
      const endOf = this.#ends();
      for (const alarm of alarms ?? []) {
        piece += between + writer.write(alarm, endOf(alarm));
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

const ok = (body: string | AsyncIterable<Uint8Array>): Answer => ({
  status: 200,
  headers: HEADERS,
  body,
});

const everything = ({ matchers, active, silenced, inhibited }: Wanted): boolean =>
  matchers.length === 0 && active && silenced && inhibited;

const TRUE = new Set('true 1 yes ok y on selected checked t enabled'.split(' '));

/** True when absent; a word that is no truth is false, as in Alertmanager (`active=maybe`). */
const flag = (text: string | null): boolean => !text || TRUE.has(text.toLowerCase());

function isWanted(alarm: Alarm, wanted: Wanted): boolean {
  if (!isRaised(alarm)) return false;
  if (alarm.suppressions.length === 0) {
    if (!wanted.active) return false;
  } else if (!wanted.silenced || !wanted.inhibited) {
    const byParent = alarm.suppressions.some(({ kind }) => kind === 'parent');
    if (!wanted.inhibited && byParent) return false;
    if (!wanted.silenced && alarm.suppressions.some(({ kind }) => kind !== 'parent')) return false;
  }
  for (const matcher of wanted.matchers) {
    if (!matcher.matches(alertValue(alarm, matcher.name))) return false;
  }
  return true;
}

import { setImmediate as pause } from 'node:timers/promises';
import { after, type Instant, instantText, minutes } from '../base/time.ts';
import type { Desk } from '../desk/desk.ts';
import { AlertOrder, BUCKETS } from '../desk/views/alert-order.ts';
import { alertFingerprint, alertValue } from '../desk/views/as-alert.ts';
import { LabelIndex } from '../desk/views/label-index.ts';
import { type Alarm, isRaised } from '../domain/alarm/alarm.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import { type Matcher, parseMatcher } from '../domain/alarm/matcher.ts';
import { compilePattern } from '../domain/alarm/pattern.ts';
import { AlertWriter } from './alertmanager-alert.ts';
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
const PIECE_CHARS = 262_144;
/** Alarms looked at between two pauses, where few of them are wanted. */
const LOOKED_AT_MAX = 2_000;
/** Told as the end of an alarm that holds until it is cleared: clients want one. */
const NO_LEASE = minutes(5);

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
    const found = await this.#indexed(wanted);
    if (found) return { status: 200, headers: HEADERS, body: this.#few(found, wanted) };
    if (this.#open >= LISTS_AT_ONCE_MAX) {
      const headers = { 'content-type': 'text/plain', 'retry-after': '1' };
      return { status: 503, headers, body: `Limit of concurrent GET requests reached.\n` };
    }
    return { status: 200, headers: HEADERS, body: this.#all(wanted) };
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
    return fewest && fewest.size <= LOOKED_AT_MAX ? fewest : undefined;
  }

  #few(ids: ReadonlySet<AlarmId>, wanted: Wanted): string {
    const now = this.#desk.clock.now();
    const writer = new AlertWriter([this.#receiver()]);
    const found: (readonly [key: string, alarm: Alarm])[] = [];
    for (const id of ids) {
      const alarm = this.#desk.memory.get('alarms', id);
      if (alarm && isWanted(alarm, wanted)) found.push([alertFingerprint(alarm) + id, alarm]);
    }
    found.sort(([a], [b]) => (a < b ? -1 : 1));
    return `[${found.map(([, alarm]) => writer.write(alarm, this.#endOf(alarm, now))).join()}]\n`;
  }

  async *#all(wanted: Wanted): AsyncGenerator<Uint8Array> {
    this.#open++;
    try {
      yield* this.#pieces(wanted);
    } finally {
      this.#open--;
    }
  }

  /** In pieces with a pause after each: nobody waits for a list of 72 MiB. */
  async *#pieces(wanted: Wanted): AsyncGenerator<Uint8Array> {
    const writer = new AlertWriter([this.#receiver()]);
    let [piece, between, looked] = ['[', '', 0];
    for (let n = 0; n < BUCKETS; n++) {
      // Not built any more only if nothing was read for ten minutes.
      while (!this.#order.prepare()) await pause();
      const now = this.#desk.clock.now();
      for (const id of this.#order.bucket(n)) {
        looked++;
        const alarm = this.#desk.memory.get('alarms', id);
        if (!alarm || !isWanted(alarm, wanted)) continue;
        piece += between + writer.write(alarm, this.#endOf(alarm, now));
        between = ',';
        if (piece.length < PIECE_CHARS) continue;
        yield Buffer.from(piece);
        [piece, looked] = ['', 0];
        await pause();
      }
      if (looked < LOOKED_AT_MAX) continue;
      looked = 0;
      await pause();
    }
    yield Buffer.from(`${piece}]\n`);
  }

  #endOf(alarm: Alarm, now: Instant): Instant {
    if (!alarm.lease) return after(now, NO_LEASE);
    return this.#desk.deadline(alarm.id) ?? alarm.lease.until;
  }
}

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

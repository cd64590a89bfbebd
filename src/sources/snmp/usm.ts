import { BerReader, TAG } from './ber.ts';
import { ENGINE_BYTES_MIN, type Envelope, INTEGER_MAX, readEnvelope } from './envelope.ts';
import { replyTo } from './informs.ts';
import { type Frame, readScoped } from './message.ts';
import { Copies, Peer, Peers, WINDOW_SECONDS } from './peers.ts';
import { type OwnEngine, reportPdu, Salts, tooBigPdu, written } from './usm-answers.ts';
import { decrypted, digestFits } from './usm-crypto.ts';
import { type Keys, type Level, User, type UserSettings } from './usm-keys.ts';

/** The counters of RFC 3414 §5: their last number below 1.3.6.1.6.3.15.1.1. */
export const USM_COUNTERS = {
  usmStatsUnsupportedSecLevels: 1,
  usmStatsNotInTimeWindows: 2,
  usmStatsUnknownUserNames: 3,
  usmStatsUnknownEngineIDs: 4,
  usmStatsWrongDigests: 5,
  usmStatsDecryptionErrors: 6,
} as const;
export type UsmCounter = keyof typeof USM_COUNTERS;

const counterOid = (counter: UsmCounter): Uint8Array =>
  Uint8Array.of(0x2b, 6, 1, 6, 3, 15, 1, 1, USM_COUNTERS[counter], 0);

/** A message that may be believed, in the clear, and the way to answer it. */
export interface Opened {
  readonly ok: true;
  readonly frame: Frame;
  /** What the offsets of `frame` point into. */
  readonly bytes: Buffer;
  /** Where its scoped PDU ends: repeats of an inform are the same from the PDU to here. */
  readonly scopedTo: number;
  /** The Response to an inform as it is to be sent at that time; undefined for a trap. */
  readonly reply: ((now: number) => Buffer) | undefined;
}

/** A message that goes no further, and the Report its sender is owed. */
export interface Stopped {
  readonly ok: false;
  readonly field: string;
  /** '' when nothing is wrong: a sender that asks who we are, or what time it is. */
  readonly why: string;
  readonly report: Buffer | undefined;
}

/** What one message is opened with. */
interface Case {
  readonly bytes: Buffer;
  readonly envelope: Envelope;
  readonly peer: Peer;
  readonly isOwn: boolean;
  readonly now: number;
}

/** Why a message goes no further, before it is counted. */
interface Stop {
  readonly ok: false;
  readonly counter?: UsmCounter;
  readonly why: string;
  /** Only a Report about time is signed (RFC 3414 §3.2 (7a)). */
  readonly keys?: Keys;
}

const stop = (counter: UsmCounter, why: string): Stop => ({ ok: false, counter, why });

const LEVELS: readonly Level[] = ['noAuthNoPriv', 'authNoPriv', 'authPriv'];
const levelOf = ({ auth, priv }: Envelope): Level =>
  priv ? 'authPriv' : auth ? 'authNoPriv' : 'noAuthNoPriv';
const isBelow = (a: Level, b: Level): boolean => LEVELS.indexOf(a) < LEVELS.indexOf(b);

/**
 * The user-based security model (RFC 3414 §3.2), as a receiver of notifications needs it: the
 * sender of a trap is authoritative for it, and for an inform we are. Cheap checks come first;
 * nothing is remembered of a message whose digest was wrong.
 *
 * Without an engine of its own it has no memory of times and copies: what `translate` needs.
 */
export class Usm {
  #users = new Map<string, User[]>();
  #engine: OwnEngine | undefined;
  #own: Peer | undefined;
  #ownId: string;
  #peers = new Peers();
  #copies: Copies | undefined;
  #salts = new Salts();
  #startedAt: number;
  #totals = new Map<UsmCounter, number>();
  #taken = new Map<UsmCounter, number>();

  /** `now`, here and below, is monotonic milliseconds. */
  constructor(users: readonly UserSettings[], engine: OwnEngine | undefined, now: number) {
    for (const settings of users) {
      const user = new User(settings);
      const name = Buffer.from(user.name).toString('latin1');
      this.#users.set(name, [...(this.#users.get(name) ?? []), user]);
    }
    this.#engine = engine;
    this.#own = engine && new Peer(engine.id);
    this.#ownId = engine?.id.toString('latin1') ?? '';
    this.#copies = engine && new Copies();
    this.#startedAt = now;
  }

  /** What the six counters grew by since the last call. */
  takeCounts(): Readonly<Partial<Record<UsmCounter, number>>> {
    const grown = [...this.#totals]
      .map(([name, total]) => [name, total - (this.#taken.get(name) ?? 0)] as const)
      .filter(([, more]) => more > 0);
    this.#taken = new Map(this.#totals);
    return Object.fromEntries(grown);
  }

  open(bytes: Buffer, from: string, now: number): Opened | Stopped {
    const envelope = readEnvelope(bytes);
    if (!envelope.ok) {
      const { offset, why } = envelope;
      return { ok: false, field: `byte ${offset}`, why, report: undefined };
    }
    const { engineFrom, engineTo, reportable } = envelope;
    const id = bytes.toString('latin1', engineFrom, engineTo);
    const isOwn = this.#own !== undefined && id === this.#ownId;
    const peer = isOwn ? this.#own : this.#peers.find(id);
    const at: Case = {
      bytes,
      envelope,
      peer: peer ?? new Peer(Buffer.from(bytes.subarray(engineFrom, engineTo))),
      isOwn,
      now,
    };
    const opened = id.length < ENGINE_BYTES_MIN ? nobody(envelope) : this.#open(at, id);
    if (opened.ok) return opened;
    // It asks us for an answer as if we were somebody else: the only thing it has to be told.
    const misled = !isOwn && reportable && this.#engine !== undefined && opened.why !== '';
    const about: Stop = misled
      ? stop('usmStatsUnknownEngineIDs', `${opened.why} (and the engine id is not ours)`)
      : opened;
    return this.#stopped(at, about, from);
  }

  #open(at: Case, id: string): Opened | Stop {
    const { bytes, envelope, peer, isOwn } = at;
    const name = bytes.toString('latin1', envelope.userFrom, envelope.userTo);
    const users = this.#users.get(name);
    const user =
      users?.find(({ onlyAt }) => onlyAt === id) ??
      users?.find(({ onlyAt }) => onlyAt === undefined);
    if (user === undefined) {
      const elsewhere = users === undefined ? '' : ' at this engine';
      return stop('usmStatsUnknownUserNames', `a user of the settings expected${elsewhere}`);
    }
    const level = levelOf(envelope);
    if (isBelow(user.level, level)) {
      return stop('usmStatsUnsupportedSecLevels', `at most ${user.level} is set, ${level} found`);
    }
    const { keys, said } = peer.of(user);
    if (envelope.auth && keys !== undefined) {
      if (!digestFits(bytes, envelope, keys)) {
        return stop('usmStatsWrongDigests', 'wrong digest: another password or protocol was used');
      }
      const late = isOwn ? this.#late(at, keys) : this.#lateThere(at, id);
      if (late !== undefined) return late;
    }
    const plain = plainOf(bytes, envelope, keys);
    if ('why' in plain) return plain;
    const frame = readScoped(plain.bytes, plain.from, plain.to, said[level]);
    if (!frame.ok) return { ok: false, why: frame.why };
    if (isBelow(level, user.level)) {
      return { ok: false, why: `${user.level} expected, ${level} found` };
    }
    if (frame.inform && !isOwn && this.#engine !== undefined) {
      return stop('usmStatsUnknownEngineIDs', 'an inform with our engine id expected');
    }
    const copied = envelope.auth && !frame.inform;
    if (copied && this.#copies?.seen(bytes, envelope.digestFrom)) {
      return { ok: false, why: 'a copy of a trap that came before' };
    }
    const { bytes: clear, from, to } = plain;
    const reply = frame.inform
      ? (later: number) => this.#reply(at, frame, clear.subarray(0, to), from, keys, later)
      : undefined;
    return { ok: true, frame, bytes: clear, scopedTo: to, reply };
  }

  /** RFC 3414 §3.2 (7a): we are authoritative. */
  #late({ envelope, now }: Case, keys: Keys): Stop | undefined {
    const engine = this.#engine;
    if (engine === undefined) return undefined;
    const { boots, time } = envelope;
    const ours = this.#time(now);
    const inTime = boots === engine.boots && Math.abs(time - ours) <= WINDOW_SECONDS;
    if (inTime && boots !== INTEGER_MAX) return undefined;
    const asks = boots === 0 && time === 0; // RFC 3414 §4: how a sender learns our time
    const why = `engineBoots ${engine.boots} and engineTime ${ours} expected, ${boots} and ${time}`;
    return { ok: false, counter: 'usmStatsNotInTimeWindows', why: asks ? '' : why, keys };
  }

  /** RFC 3414 §3.2 (7b): the sender is. */
  #lateThere({ envelope, peer, now }: Case, id: string): Stop | undefined {
    if (this.#engine === undefined) return undefined;
    const before = peer.heardAt;
    const why = peer.hear(envelope.boots, envelope.time, now);
    this.#peers.heard(id, peer, before, now);
    return why === '' ? undefined : stop('usmStatsNotInTimeWindows', why);
  }

  #time(now: number): number {
    return Math.min(Math.floor((now - this.#startedAt) / 1_000), INTEGER_MAX);
  }

  #stopped({ bytes, envelope, now }: Case, why: Stop, from: string): Stopped {
    const { counter, keys } = why;
    const told = why.why === '' ? '' : `SNMPv3 user ${nameOf(bytes, envelope)} from ${from}: `;
    const field = counter ?? 'SNMPv3';
    const text = `${told}${why.why}`;
    if (counter === undefined) return { ok: false, field, why: text, report: undefined };
    const total = (this.#totals.get(counter) ?? 0) + 1;
    this.#totals.set(counter, total);
    const engine = this.#engine;
    if (engine === undefined || !envelope.reportable) {
      return { ok: false, field, why: text, report: undefined };
    }
    const scoped = reportPdu(engine, counterOid(counter), total, requestIdOf(bytes, envelope));
    const user = bytes.subarray(envelope.userFrom, envelope.userTo);
    const time = this.#time(now);
    const message = { to: envelope, engine, time, user, keys, priv: false, scoped };
    return { ok: false, field, why: text, report: written(message, this.#salts) };
  }

  #reply(
    { bytes, envelope }: Case,
    frame: Frame,
    clear: Buffer,
    from: number,
    keys: Keys | undefined,
    now: number,
  ): Buffer {
    const engine = this.#engine ?? { id: Buffer.alloc(0), boots: 0 };
    const whole = {
      to: envelope,
      engine,
      time: this.#time(now),
      user: bytes.subarray(envelope.userFrom, envelope.userTo),
      keys: envelope.auth ? keys : undefined,
      priv: envelope.priv,
      scoped: Buffer.from(replyTo(clear, frame).subarray(from)),
    };
    const message = written(whole, this.#salts);
    if (message.length <= envelope.bytesMax) return message;
    const scoped = tooBigPdu(Buffer.from(frame.engine, 'hex'), frame.requestId);
    return written({ ...whole, scoped }, this.#salts);
  }
}

/** RFC 3414 §4: a message without engine id asks who we are. */
const nobody = ({ reportable }: Envelope): Stop =>
  stop(
    'usmStatsUnknownEngineIDs',
    reportable ? '' : `an engine id of ${ENGINE_BYTES_MIN} to 32 bytes expected`,
  );

interface Plain {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
}

const reader = new BerReader();

/** The scoped PDU in the clear, without padding; RFC 3414 §3.2 (8). */
function plainOf(bytes: Buffer, envelope: Envelope, keys: Keys | undefined): Plain | Stop {
  if (!envelope.priv) return { bytes, from: envelope.dataFrom, to: envelope.dataTo };
  const cipher = keys?.cipher();
  const plain = cipher && decrypted(bytes, envelope, cipher);
  if (plain === undefined) {
    return stop('usmStatsDecryptionErrors', 'privacy parameters of 8 bytes, whole blocks expected');
  }
  reader.start(plain);
  const to = reader.enter(TAG.sequence, plain.length, 'a scoped PDU');
  if (to < 0 || reader.enter(TAG.octetString, to, 'contextEngineID') < 0) {
    return stop('usmStatsDecryptionErrors', 'another privacy password or protocol was used');
  }
  return { bytes: plain, from: 0, to };
}

/** What a Report repeats if it can be read, whatever PDU it is; otherwise 0. */
function requestIdOf(bytes: Buffer, { priv, dataFrom, dataTo }: Envelope): number {
  if (priv) return 0;
  reader.start(bytes);
  reader.at = dataFrom;
  const end = reader.enter(TAG.sequence, dataTo, 'a scoped PDU');
  for (let i = 0; i < 2; i++) {
    const to = end < 0 ? -1 : reader.enter(TAG.octetString, end, 'the context');
    if (to < 0) return 0;
    reader.at = to;
  }
  const pduTo = reader.enter(bytes[reader.at] ?? 0, end, 'a PDU');
  return (pduTo < 0 ? undefined : reader.integer(pduTo, 'request-id')) ?? 0;
}

/** As the sender wrote it, made harmless: who it is that cannot get in is what an operator asks. */
const nameOf = (bytes: Buffer, { userFrom, userTo }: Envelope): string =>
  JSON.stringify(bytes.toString('utf8', userFrom, userTo).toWellFormed());

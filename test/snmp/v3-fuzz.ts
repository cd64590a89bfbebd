// node test/snmp/v3-fuzz.ts [--count N] [--seed N]
// SNMPv3 with the right keys, mutated outside and inside: no throw, no broken limit, no growth. A
// part is spoilt as it is, a part signed again, a part spoilt before it was encrypted.

import { translate } from '../../src/sources/snmp/translate.ts';
import { Usm } from '../../src/sources/snmp/usm.ts';
import { sign } from '../../src/sources/snmp/usm-crypto.ts';
import { User, type UserSettings } from '../../src/sources/snmp/usm-keys.ts';
import { fixtureNames, readInput } from '../sources/fixtures.ts';
import { runByHand } from '../sources/fuzz-run.ts';
import { faultsOf } from '../sources/limits.ts';
import { mutated, type Rng, seeded } from '../sources/mutate.ts';
import { element, type Spec } from './datagram.ts';
import { mutatedTree } from './mutate.ts';
import { SETTINGS } from './settings.ts';
import { ENGINE, scopedOf, USER, V3Sender } from './v3.ts';

const OWN = Buffer.from('80000000059900', 'hex');
const DES: UserSettings = {
  name: 'des',
  auth: { protocol: 'MD5', password: 'maplesyrup' },
  priv: { protocol: 'DES', password: 'maplesyrup' },
};
const USERS = [USER, DES, { name: 'open' }];
const settings = { ...SETTINGS, users: USERS };
const FROM = '192.0.2.1';

const specs: readonly Spec[] = [
  { trap: '1.3.6.1.6.3.1.1.5.3', varbinds: [['1.3.6.1.2.1.2.2.1.1.7', { integer: 7 }]] },
  { trap: '1.3.6.1.6.3.1.1.5.4', inform: true },
  { trap: '1.3.6.1.4.1.4711.0.1', varbinds: [['1.3.6.1.4.1.4711.1.3', { text: 'east' }]] },
];
const engines = [ENGINE, OWN];
const senders = USERS.flatMap((user) => engines.map((engine) => new V3Sender(user, engine)));
const plain = engines.map((engine) => specs.map((spec) => scopedOf(spec, engine)));
const keys = new User(USER).keysAt(ENGINE);

/** v2c datagrams of the fixtures, as scoped PDUs: what is inside is as hard to read as there. */
const inner: readonly Buffer[] = fixtureNames('snmp').flatMap((name) => {
  const { body } = readInput('snmp', name);
  const at = body.indexOf(0xa7);
  if (at < 0 || at > 40) return [];
  const [engine, context] = [element(0x04, [...ENGINE]), element(0x04, [])];
  return [Buffer.from(element(0x30, [...engine, ...context, ...body.subarray(at)]))];
});

interface Parts {
  /** Version, and msgGlobalData. */
  readonly head: Buffer;
  readonly security: Buffer;
  readonly data: Buffer;
}

/** A message of ours in its parts: all lengths in it are of one, two or three bytes. */
function partsOf(message: Buffer): Parts {
  const after = (at: number): number => {
    const size = message[at + 1] as number;
    if (size < 0x80) return at + 2 + size;
    return at + 2 + (size & 0x7f) + message.readUIntBE(at + 2, size & 0x7f);
  };
  const inside = (at: number): number => at + 2 + Math.max(0, (message[at + 1] as number) - 0x80);
  const from = inside(0);
  const security = after(after(from));
  const data = after(security);
  return {
    head: message.subarray(from, security),
    security: message.subarray(
      (message[security + 1] as number) < 0x80 ? security + 2 : inside(security),
      data,
    ),
    data: message.subarray(data),
  };
}

const whole = ({ head, security, data }: Parts): Buffer =>
  Buffer.from(element(0x30, [...head, ...element(0x04, [...security]), ...data]));

/** One part of the outside is spoilt; its lengths may be right again. */
function spoilt(message: Buffer, rng: Rng): Buffer {
  const parts = partsOf(message);
  const part = (['head', 'security', 'data'] as const)[rng(3)] ?? 'head';
  const spoil = rng(3) === 0 ? mutated : mutatedTree;
  return whole({ ...parts, [part]: Buffer.from(spoil(parts[part], rng)) });
}

/** Where a digest of SHA-256 stands, if one does, the message is signed as if it were whole. */
function signedAgain(message: Buffer): Buffer {
  const at = message.indexOf(Buffer.from([0x04, 24]));
  if (at < 0 || keys === undefined || at + 26 > message.length) return message;
  message.fill(0, at + 2, at + 26);
  sign(message, at + 2, keys);
  return message;
}

function messageOf(rng: Rng): Buffer {
  const sender = senders[rng(senders.length)] ?? new V3Sender();
  const own = plain[sender.engine === OWN ? 1 : 0] ?? [];
  const scoped = rng(2) === 0 ? inner[rng(inner.length)] : own[rng(own.length)];
  const clear = scoped ?? Buffer.alloc(0);
  const inside =
    rng(2) === 0 ? Buffer.from((rng(2) === 0 ? mutatedTree : mutated)(clear, rng)) : clear;
  const message = sender.message(inside, rng(4) === 0 ? rng(0x7fff_ffff) : 1_000);
  if (rng(3) === 0) return message;
  const outside = spoilt(message, rng);
  return rng(2) === 0 ? signedAgain(outside) : outside;
}

export interface Fuzzed {
  readonly events: number;
  readonly refused: number;
  readonly opened: number;
  readonly answered: number;
}

/** One life of a receiver, so that it cannot be poisoned for good; the next has forgotten all. */
const LIFE = 10_000;

/** Throws with the seed at the first fault. */
export function fuzzV3(first: number, count: number): Fuzzed {
  let [events, refused, opened, answered] = [0, 0, 0, 0];
  let usm = new Usm(USERS, { id: OWN, boots: 3 }, 0);
  for (let seed = first; seed < first + count; seed++) {
    if (seed % LIFE === 0) usm = new Usm(USERS, { id: OWN, boots: 3 }, 0);
    const rng = seeded(seed);
    const body = messageOf(rng);
    try {
      // A receiver answers, so it is asked as well; its clock stands where the senders' stand.
      const open = usm.open(body, FROM, 1_000_000);
      if (open.ok) opened++;
      const answer = open.ok ? open.reply?.(1_000_001) : open.report;
      if (answer !== undefined) answered++;
      const translated = translate({ body, at: 0 as never, from: FROM, contentType: '' }, settings);
      const faults = seed % 8 === 0 ? faultsOf(translated) : [];
      if (faults.length > 0) throw new Error(faults.join('; '));
      events += translated.events.length;
      refused += translated.refused.length;
    } catch (error) {
      throw new Error(`seed ${seed}: ${body.toString('hex')}`, { cause: error });
    }
  }
  return { events, refused, opened, answered };
}

if (import.meta.main) runByHand('snmp-v3', fuzzV3);

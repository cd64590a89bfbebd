import type { Envelope } from '../../src/sources/snmp/envelope.ts';
import { Salts, written } from '../../src/sources/snmp/usm-answers.ts';
import { type Keys, type Level, User, type UserSettings } from '../../src/sources/snmp/usm-keys.ts';
import { datagramOf, element, type Spec, sequence } from './datagram.ts';

/** The engine that all messages made here come from, unless another is said. */
export const ENGINE = Buffer.from('8000000005000102030405060708', 'hex');

/** Whose keys they have: what the budget speaks of, SHA-256 with AES-128. */
export const USER: UserSettings = {
  name: 'bench',
  auth: { protocol: 'SHA-256', password: 'maplesyrup' },
  priv: { protocol: 'AES-128', password: 'pancakes with syrup' },
};

const REPORTABLE_NOT = { id: 7, bytesMax: 65_507, reportable: false } as Envelope;

/** The scoped PDU (RFC 3412 §6.8) around what datagramOf makes of a v2c notification. */
export function scopedOf(spec: Spec, engine: Buffer = ENGINE): Buffer {
  const message = datagramOf({ ...spec, community: '' });
  // SEQUENCE, its length, version of three bytes, an empty community of two.
  const first = message[1] as number;
  const pdu = message.subarray((first < 0x80 ? 2 : 2 + (first & 0x7f)) + 5);
  return Buffer.from(sequence(element(0x04, [...engine]), element(0x04, []), [...pdu]));
}

/** Writes messages of one sender: signed and encrypted as the user's settings have it. */
export class V3Sender {
  readonly engine: Buffer;
  readonly #user: User;
  readonly #keys: Keys | undefined;
  readonly #salts = new Salts();

  constructor(settings: UserSettings = USER, engine: Buffer = ENGINE) {
    this.#user = new User(settings);
    this.engine = engine;
    this.#keys = this.#user.keysAt(engine);
  }

  /** Whatever `scoped` is. `level` may be below what the user has. */
  message(scoped: Buffer, time = 1_000, level: Level = this.#user.level): Buffer {
    const { engine } = this;
    return written(
      {
        to: REPORTABLE_NOT,
        engine: { id: engine, boots: 3 },
        time,
        user: Buffer.from(this.#user.name),
        keys: level === 'noAuthNoPriv' ? undefined : this.#keys,
        priv: level === 'authPriv',
        scoped,
      },
      this.#salts,
    );
  }
}

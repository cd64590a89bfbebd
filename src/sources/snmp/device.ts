import { ENGINE_BYTES_MAX } from './envelope.ts';
import type { Notification } from './message.ts';
import { addressText, ipv6Text } from './value.ts';

/** What may name the device of a notification. */
export const NAMED_BY = ['agent-addr', 'snmpTrapAddress', 'engine', 'source'] as const;
export type NamedBy = (typeof NAMED_BY)[number];

/** Who is asked first, and what people call the engines they know. */
export interface Naming {
  readonly device: readonly NamedBy[];
  readonly engines: readonly { readonly engine_id: string; readonly device: string }[];
}

const TRAP_ADDRESS = '1.3.6.1.6.3.18.1.3.0';
const NOBODY = 'unknown';
const ENGINE_CHARS_MAX = 2 * ENGINE_BYTES_MAX;

/** The list is read once: a notification must not pay for its length. */
const known = new WeakMap<Naming['engines'], ReadonlyMap<string, string>>();

function engineNames(engines: Naming['engines']): ReadonlyMap<string, string> {
  const names =
    known.get(engines) ??
    new Map(engines.map(({ engine_id, device }) => [engine_id.toLowerCase(), device]));
  known.set(engines, names);
  return names;
}

/**
 * The device a notification is about: the first of the order that says one. Where none does it is
 * the engine id, if engines are asked and it has one, else the sender.
 */
export function deviceOf(
  bytes: Uint8Array,
  message: Notification,
  from: string,
  naming: Naming,
): string {
  for (const by of naming.device) {
    const device = namedBy[by](bytes, message, from, naming);
    if (device !== '') return device;
  }
  const engine = naming.device.includes('engine') ? ownEngine(message) : '';
  return engine || from || NOBODY;
}

type Names = (bytes: Uint8Array, message: Notification, from: string, naming: Naming) => string;

const namedBy: Readonly<Record<NamedBy, Names>> = {
  'agent-addr': (_, { agent }) => (agent === '0.0.0.0' ? '' : agent),
  snmpTrapAddress: (bytes, { varbinds }) => {
    const noted = varbinds.find(({ oid }) => oid === TRAP_ADDRESS);
    const address = (noted && addressText(bytes, noted)) ?? '';
    return address === '0.0.0.0' || address === '::' ? '' : address;
  },
  engine: (_, message, __, { engines }) => {
    const engine = ownEngine(message);
    return engine === '' ? '' : (engineNames(engines).get(engine) ?? addressIn(engine));
  },
  source: (_, __, from) => from,
};

/**
 * The engine a v3 notification comes from, in hex. Senders of informs put ours there, whose keys
 * they use (RFC 3414 §1.5.1): that says nothing about them.
 */
const ownEngine = ({ engine, inform, sender }: Notification): string =>
  engine.length > ENGINE_CHARS_MAX || (inform && sender.includes(`"${engine}"`)) ? '' : engine;

/** RFC 3411 §5, SnmpEngineID: after the enterprise, 1 or 2 says that an IP address follows. */
function addressIn(engine: string): string {
  const id = Buffer.from(engine, 'hex');
  if (((id[0] ?? 0) & 0x80) === 0) return '';
  const address = id.subarray(5);
  if (id[4] === 1 && address.length === 4) return isShared(address) ? '' : address.join('.');
  if (id[4] !== 2 || address.length !== 16) return '';
  const text = ipv6Text(address);
  return text === '::' || text === '::1' ? '' : text;
}

/** 0.0.0.0/8 and 127.0.0.0/8 are everybody's. */
const isShared = (address: Uint8Array): boolean => address[0] === 0 || address[0] === 127;

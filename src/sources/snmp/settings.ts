import { type Static, Type } from 'typebox';
import { NAMED_BY } from './device.ts';

const PASSWORD = { minLength: 8, maxLength: 255 } as const; // RFC 3414 §11.2: 8 at least
const ENGINE_ID = '^(?:[0-9a-fA-F]{2}){5,32}$';

/** One SNMPv3 user: of all engines, or of one. What is set for it, it must use. */
const user = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 32 }),
    engine_id: Type.Optional(Type.String({ pattern: ENGINE_ID })),
    auth: Type.Optional(
      Type.Object(
        {
          protocol: Type.Enum(['MD5', 'SHA-1', 'SHA-224', 'SHA-256', 'SHA-384', 'SHA-512']),
          password: Type.String(PASSWORD),
        },
        { additionalProperties: false },
      ),
    ),
    priv: Type.Optional(
      Type.Object(
        {
          protocol: Type.Enum(['DES', 'AES-128', 'AES-192', 'AES-256', 'AES-192-C', 'AES-256-C']),
          password: Type.String(PASSWORD),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false, dependentRequired: { priv: ['auth'] } },
);

/** What people call the device that speaks by an engine. */
const engine = Type.Object(
  {
    engine_id: Type.String({ pattern: ENGINE_ID }),
    device: Type.String({ minLength: 1, maxLength: 128 }),
  },
  { additionalProperties: false },
);

/** What an operator may set. Every field has a default; an unknown one is an error. */
export const settings = Type.Object(
  {
    address: Type.String({
      default: '127.0.0.1',
      minLength: 2,
      maxLength: 64,
      description: 'Address to listen on; 0.0.0.0 for all of IPv4, :: for all of IPv6 as well.',
    }),
    port: Type.Integer({
      default: 1162,
      minimum: 0,
      maximum: 65_535,
      description:
        'UDP port. Ports below 1024, as 162, need the right to bind them. 0: any free one.',
    }),
    receiveBufferBytes: Type.Integer({
      default: 4_194_304,
      minimum: 65_536,
      maximum: 268_435_456,
      description: 'Receive buffer to ask of the kernel, which grants at most net.core.rmem_max.',
    }),
    communities: Type.Array(Type.String({ minLength: 1, maxLength: 255 }), {
      default: [],
      maxItems: 64,
      description: 'Communities to accept; others are refused and counted. Empty: any.',
    }),
    users: Type.Array(user, {
      default: [],
      maxItems: 1_024,
      description:
        'SNMPv3 users: name, engine_id (or any), auth and priv with protocol and password.',
    }),
    engine_id: Type.String({
      default: '',
      pattern: `^$|${ENGINE_ID}`,
      description: 'Our own SNMPv3 engine id in hex. Empty: one is made and kept.',
    }),
    device: Type.Array(Type.Enum([...NAMED_BY]), {
      default: [...NAMED_BY],
      minItems: 1,
      maxItems: NAMED_BY.length,
      uniqueItems: true,
      description:
        'What names the device, the first that says one: agent-addr (v1), snmpTrapAddress ' +
        '(noted by a proxy), engine (v3: its name in `engines`, or the IP address it holds), ' +
        'source (the sender).',
    }),
    engines: Type.Array(engine, {
      default: [],
      maxItems: 16_384,
      description: 'Names for SNMPv3 engines: engine_id in hex, device.',
    }),
    bootWindowSeconds: Type.Integer({
      default: 300,
      minimum: 0,
      maximum: 3_600,
      description:
        'So long after the start of a device its links and routing sessions may come up by ' +
        'themselves: what it raises is told only if it stays. 0: off.',
    }),
    mibs: Type.String({
      default: '',
      maxLength: 4_096,
      description:
        'Folder of MIB modules that names are taken from; see `tocsin mib check`. Empty: none.',
    }),
  },
  { additionalProperties: false },
);

export type Settings = Static<typeof settings>;

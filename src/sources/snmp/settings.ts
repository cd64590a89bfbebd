import { type Static, Type } from 'typebox';

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
  },
  { additionalProperties: false },
);

export type Settings = Static<typeof settings>;

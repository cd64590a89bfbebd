/** Writes SNMP messages, for tests and benches: the other way round of src/sources/snmp/ber.ts. */

export type Value =
  | { readonly integer: number }
  | { readonly text: string }
  | { readonly bytes: readonly number[] }
  | { readonly oid: string }
  | { readonly address: string }
  | { readonly tag: number; readonly content: readonly number[] };

export type Pair = readonly [oid: string, value: Value];

export interface Spec {
  readonly community?: string;
  readonly uptime?: number;
  readonly varbinds?: readonly Pair[];
  /** v2c: snmpTrapOID.0 and request-id; `inform` makes an InformRequest of it. */
  readonly trap?: string;
  readonly requestId?: number;
  readonly inform?: boolean;
  /** v1, when there is an enterprise. */
  readonly enterprise?: string;
  readonly agent?: string;
  readonly generic?: number;
  readonly specific?: number;
}

export function element(tag: number, content: readonly number[]): number[] {
  const { length } = content;
  if (length < 0x80) return [tag, length, ...content];
  if (length < 0x100) return [tag, 0x81, length, ...content];
  return [tag, 0x82, length >> 8, length & 0xff, ...content];
}

export const sequence = (...parts: readonly (readonly number[])[]): number[] =>
  element(0x30, parts.flat());

/** Two's complement in as few bytes as do; `tag` for the unsigned types as well. */
export function integer(value: number, tag = 0x02): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.unshift(((rest % 256) + 256) % 256);
    rest = Math.floor(rest / 256);
  } while (rest !== 0 && rest !== -1);
  const first = bytes[0] ?? 0;
  if (rest === 0 && first > 0x7f) bytes.unshift(0);
  if (rest === -1 && first < 0x80) bytes.unshift(0xff);
  return element(tag, bytes);
}

export function oid(text: string): number[] {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  return element(0x06, [first * 40 + second, ...rest].flatMap(subid));
}

export function subid(value: number): number[] {
  const bytes = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.unshift((rest % 128) + 128);
  }
  return bytes;
}

function valueBytes(value: Value): number[] {
  if ('integer' in value) return integer(value.integer);
  if ('text' in value) return element(0x04, [...Buffer.from(value.text)]);
  if ('bytes' in value) return element(0x04, value.bytes);
  if ('oid' in value) return oid(value.oid);
  if ('address' in value) return element(0x40, value.address.split('.').map(Number));
  return element(value.tag, value.content);
}

export const varbind = ([name, value]: Pair): number[] => sequence(oid(name), valueBytes(value));

export function datagramOf(spec: Spec): Uint8Array {
  const community = element(0x04, [...Buffer.from(spec.community ?? 'public')]);
  const varbinds = (spec.varbinds ?? []).map(varbind);
  const uptime = integer(spec.uptime ?? 4_200, 0x43);
  if (spec.enterprise !== undefined) {
    const pdu = [
      oid(spec.enterprise),
      element(0x40, (spec.agent ?? '192.0.2.7').split('.').map(Number)),
      integer(spec.generic ?? 6),
      integer(spec.specific ?? 0),
      uptime,
      sequence(...varbinds),
    ].flat();
    return Uint8Array.from(sequence(integer(0), community, element(0xa4, pdu)));
  }
  const list = sequence(
    sequence(oid('1.3.6.1.2.1.1.3.0'), uptime),
    varbind(['1.3.6.1.6.3.1.1.4.1.0', { oid: spec.trap ?? '1.3.6.1.6.3.1.1.5.1' }]),
    ...varbinds,
  );
  const pdu = [integer(spec.requestId ?? 77), integer(0), integer(0), list].flat();
  const tag = spec.inform === true ? 0xa6 : 0xa7;
  return Uint8Array.from(sequence(integer(1), community, element(tag, pdu)));
}

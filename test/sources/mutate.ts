export type Rng = (below: number) => number;

/** A generator of numbers below a bound; the same seed gives the same ones. */
export function seeded(seed: number): Rng {
  let state = Math.imul(seed >>> 0, 0x9e3779b1) >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Pieces that parsers stumble over. */
const SPITE = [
  'null',
  '{}',
  '[]',
  '""',
  '-1',
  '1e999',
  '"\\ud800"',
  '\\u0000',
  '"__proto__":',
  '"constructor":"x"',
  '"":"x"',
  '[[[[[[[[',
  '{"a":',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '\ufeff',
  '\u0000',
].map((text) => Buffer.from(text));

const BYTES_MAX = 4_096;

/** One to eight small injuries, each chosen by the seed: of the bytes, or of the JSON they are. */
export function mutated(body: Uint8Array, rng: Rng): Uint8Array {
  const changed = rng(2) === 0 ? mutatedJson(body, rng) : undefined;
  if (changed) return changed;
  let bytes = Buffer.from(body);
  for (let n = 1 + rng(8); n > 0; n--) bytes = injured(bytes, rng);
  return bytes.subarray(0, BYTES_MAX);
}

function injured(bytes: Buffer<ArrayBuffer>, rng: Rng): Buffer<ArrayBuffer> {
  const at = rng(bytes.length + 1);
  const to = Math.min(bytes.length, at + 1 + rng(16));
  const spite = SPITE[rng(SPITE.length)] ?? bytes;
  switch (rng(7)) {
    case 0:
      if (at < bytes.length) bytes[at] = rng(256);
      return bytes;
    case 1:
      if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << rng(8));
      return bytes;
    case 2:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(to)]);
    case 3:
      return Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)]);
    case 4:
      return Buffer.from(bytes.subarray(0, at));
    case 5:
      return Buffer.concat([bytes.subarray(0, at), spite, bytes.subarray(to)]);
    default:
      return Buffer.concat([bytes.subarray(0, at), spite, bytes.subarray(at)]);
  }
}

/** Values put where others were; made anew each time, because they are changed in place. */
const VALUES: readonly ((rng: Rng) => unknown)[] = [
  () => null,
  () => '',
  () => ({}),
  () => [],
  () => -1,
  () => true,
  () => 1.7976931348623157e308,
  (rng) => 'x'.repeat(1 << rng(13)),
  (rng) => String.fromCharCode(rng(0x10000), 0xd800 + rng(0x800)),
  (rng) => new Date(rng(2 ** 31) * 1000 - 2 ** 40).toISOString(),
  () => ['0001-01-01T00:00:00Z', { a: 'b' }],
  (rng) => Object.fromEntries(Array.from({ length: rng(200) }, (_, i) => [`k${i}`, 'v'])),
];
const NAMES = [
  '__proto__',
  'constructor',
  '',
  'labels',
  'é',
  '\ud800',
  '7',
  'a b',
  'status',
  'toString',
];

function mutatedJson(body: Uint8Array, rng: Rng): Uint8Array | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined; // not every input is JSON
  }
  for (let n = 1 + rng(4); n > 0; n--) value = bent(value, rng);
  return Buffer.from(JSON.stringify(value) ?? 'null');
}

/** Goes down from the root and changes one place on the way. */
function bent(value: unknown, rng: Rng): unknown {
  if (typeof value !== 'object' || value === null || rng(6) === 0) {
    return VALUES[rng(VALUES.length)]?.(rng);
  }
  const entries = Object.entries(value);
  const i = rng(entries.length + 1);
  const [name, inner] = entries[i] ?? [NAMES[rng(NAMES.length)] ?? '', ''];
  const kept = rng(8) === 0 ? entries.filter((_, at) => at !== i) : entries;
  const changed = [...kept.filter(([other]) => other !== name), [name, bent(inner, rng)] as const];
  return Array.isArray(value) ? changed.map(([, item]) => item) : Object.fromEntries(changed);
}

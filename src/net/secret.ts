import type { SendWorld } from '../ports/channel.ts';

/** Shorter ones would take half the words out of an answer, and protect nothing. */
const SECRET_CHARS_MIN = 4;
/** A shorter part of an address is a word such as `services` or `alerts`. */
const PART_CHARS_MIN = 10;
const SHOWN = '<secret>';

interface Node {
  readonly secret?: unknown;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly patternProperties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
}

/** Every value that stands where the schema says `secret: true`, however deep. */
export function secretsIn(schema: object, value: unknown): readonly string[] {
  const node = schema as Node;
  if (value === undefined || value === null) return [];
  if (node.secret === true && typeof value === 'string') return variants(value);
  if (node.anyOf) return node.anyOf.flatMap((one) => secretsIn(one, value));
  if (Array.isArray(value))
    return node.items ? value.flatMap((item) => secretsIn(node.items ?? {}, item)) : [];
  if (typeof value !== 'object') return [];
  const others = Object.values(node.patternProperties ?? {})[0];
  return Object.entries(value).flatMap(([name, field]) => {
    const own = node.properties?.[name] ?? others;
    return own ? secretsIn(own, field) : [];
  });
}

/** How a secret may come back: of an address also its path, its long parts and the password. */
export function variants(secret: string): readonly string[] {
  if (!URL.canParse(secret)) return [secret];
  const url = new URL(secret);
  const parts = [...url.pathname.split('/'), ...url.searchParams.values()];
  return [
    secret,
    url.href,
    `${url.pathname}${url.search}`,
    ...[url.pathname, url.search, url.username, url.password],
    ...parts.filter((part) => part.length >= PART_CHARS_MIN),
  ];
}

/** The text without any of the secrets, also where they are written as URL parts. */
export function redacted(text: string, secrets: Iterable<string>): string {
  const long = [...new Set([...secrets].flatMap(written))]
    .filter((secret) => secret.length >= SECRET_CHARS_MIN)
    .sort((a, b) => b.length - a.length); // the whole before its parts
  return long.reduce((left, secret) => left.replaceAll(secret, SHOWN), text);
}

/** The most characters in which one of the secrets may be written. */
export const longestWritten = (secrets: Iterable<string>): number =>
  [...secrets].flatMap(written).reduce((most, { length }) => Math.max(most, length), 0);

/** As it is, in a URL, and in JSON. */
const written = (secret: string): readonly string[] => [
  secret,
  encodeURIComponent(secret.toWellFormed()),
  JSON.stringify(secret).slice(1, -1),
];

/** The value itself, else what its file says now, else ''. */
export async function secretOr(
  value: string | undefined,
  file: string | undefined,
  world: Pick<SendWorld, 'readSecret'>,
): Promise<string> {
  if (value) return value;
  return file ? (await world.readSecret(file)).trim() : '';
}

import { Type } from 'typebox';
import type { SendWorld } from '../ports/channel.ts';
import { durationOf } from './duration.ts';
import { type HttpConfig, HttpConfigSchema, httpConfigFaults } from './http-config.ts';
import { secretOr } from './secret.ts';
import { SendFault } from './send-fault.ts';

/** Settings that channels over HTTP share the shape of. '' means unset, as in Go. */
const SETTING_CHARS_MAX = 65_536;
const maxLength = SETTING_CHARS_MAX;

/** Plain text taken as it is. */
export const plain = (description: string, marks: object = {}) =>
  Type.String({ maxLength, default: '', description, ...marks });

/** A text/template. */
export const templated = (description: string, value = '', marks: object = {}) =>
  Type.String({ maxLength, default: value, description, template: 'text', ...marks });

export const secretText = (description: string, marks: object = {}) =>
  plain(description, { secret: true, ...marks });

export const fileFor = (what: string, marks: object = {}) =>
  plain(`File with the ${what}; read at each send.`, { format: 'path', ...marks });

export const flag = (description: string, value = false) =>
  Type.Boolean({ default: value, description });

export const timeoutField = (what: string) =>
  Type.String({
    maxLength: 64,
    default: '0s',
    format: 'duration',
    description: `Longest time one try at ${what} may take; 0s: as long as a try may take at all.`,
  });

export const httpConfigField = Type.Optional(
  Type.Object(HttpConfigSchema.properties, {
    additionalProperties: false,
    description: 'How HTTP is spoken: TLS, sign-in, proxy, redirects.',
    global: 'http_config',
  }),
);

type Fault = readonly [field: string, why: string];

/** `[field, why]` when both are set, or when neither is and one is needed. */
export function eitherFault(
  settings: object,
  one: string,
  other: string,
  needed: boolean,
): readonly Fault[] {
  const values = settings as Readonly<Record<string, unknown>>;
  const [a, b] = [Boolean(values[one]), Boolean(values[other])];
  if (a && b) return [[other, `not together with ${one}`]];
  return needed && !a && !b ? [[one, `one of ${one} and ${other} is needed`]] : [];
}

export const httpFaults = (settings: { readonly http_config?: HttpConfig }): readonly Fault[] =>
  settings.http_config ? httpConfigFaults(settings.http_config) : [];

export const timeoutFaults = (settings: { readonly timeout: string }): readonly Fault[] =>
  durationOf(settings.timeout) === undefined
    ? [['timeout', 'a duration such as 10s is expected']]
    : [];

/** The value or its file's text; a final fault when both are empty. */
export async function needed(
  what: string,
  value: string | undefined,
  file: string | undefined,
  world: Pick<SendWorld, 'readSecret'>,
): Promise<string> {
  const text = await secretOr(value, file, world);
  if (text === '') throw new SendFault(`${what} is empty`, true);
  return text;
}

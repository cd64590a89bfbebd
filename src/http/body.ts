import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { TSchema } from 'typebox';
import { checkAgainst } from './check.ts';
import { refusal } from './problem.ts';

const inflate = promisify(gunzip);

export const sizeText = (bytes: number): string =>
  bytes % 1_048_576 === 0 ? `${bytes / 1_048_576} MiB` : `${bytes} bytes`;

export const bodyTooLarge = (bytesMax: number) =>
  refusal('BODY_TOO_LARGE', { max: sizeText(bytesMax) });

/** Takes gzip off, at most to `bytesMax`: a small bomb is refused before it is large. */
export async function plainBody(
  body: Buffer,
  encoding: string | undefined,
  bytesMax: number,
): Promise<Buffer> {
  const how = (encoding ?? 'identity').trim().toLowerCase();
  if (how === 'identity' || body.length === 0) return body;
  if (how !== 'gzip')
    throw refusal('CONTENT_UNSUPPORTED', { expected: 'gzip or no encoding', got: how });
  try {
    return await inflate(body, { maxOutputLength: bytesMax });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ERR_BUFFER_TOO_LARGE') throw bodyTooLarge(bytesMax);
    throw refusal('BODY_INVALID', { why: 'it is not gzip, although Content-Encoding says so' });
  }
}

/** `text/html` of `text/html; charset=utf-8`; '' when there is none. */
export const mediaType = (header: string | undefined): string =>
  (header ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json$/;
const FORM_TYPE = 'application/x-www-form-urlencoded';
const text = new TextDecoder('utf-8', { fatal: true });

/** JSON or form fields as a value; `undefined` for an empty body and for other types. */
export function readBody(body: Uint8Array, type: string): unknown {
  if (body.length === 0) return undefined;
  if (type === FORM_TYPE) return formFields(new URLSearchParams(decode(body)));
  if (!JSON_TYPE.test(type)) return undefined;
  try {
    return JSON.parse(decode(body)) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw refusal('BODY_INVALID', { why: `it is not JSON: ${error.message}` });
  }
}

function decode(body: Uint8Array): string {
  try {
    return text.decode(body);
  } catch {
    throw refusal('BODY_INVALID', { why: 'it is not UTF-8' });
  }
}

/** A field that comes twice becomes a list. No prototype: `__proto__` is a name like any other. */
function formFields(fields: URLSearchParams): Record<string, string | string[]> {
  const out: Record<string, string | string[]> = Object.create(null) as typeof out;
  for (const name of new Set(fields.keys())) {
    const values = fields.getAll(name);
    out[name] = values.length > 1 ? values : (values[0] ?? '');
  }
  return out;
}

/** The `csrf` field of a form or a JSON body, if there is one. */
export const csrfField = (json: unknown): string | undefined => {
  if (typeof json !== 'object' || json === null || !('csrf' in json)) return undefined;
  return typeof json.csrf === 'string' ? json.csrf : undefined;
};

/** Checks a body against its schema. Nothing at all counts as an empty object. */
export function checkBody(schema: TSchema, json: unknown, type: string): unknown {
  if (json === undefined && type !== '' && !JSON_TYPE.test(type) && type !== FORM_TYPE)
    throw refusal('CONTENT_UNSUPPORTED', { expected: 'application/json', got: type });
  return checkAgainst(schema, json ?? {});
}

import type { Received } from '../../ports/source.ts';

/** Items of one body; beyond, the body is refused whole. */
export const ITEMS_MAX = 10_000;
export const FORM_LIMITS = { fields_max: 1_000 } as const;

/** A body as data: one or more documents, or why it is none. */
export type Documents =
  | { readonly all: readonly unknown[]; readonly isList: boolean }
  | { readonly none: string }
  | { readonly tooMany: string };

/**
 * JSON, JSON lines, a list of either, or the fields of a form. What looks like JSON is read as
 * JSON whatever its media type says: `curl -d '{…}'` says it is a form. Total.
 */
export function documentsOf({ body, contentType }: Received): Documents {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8').trim();
  if (text === '') return { all: [{}], isList: false };
  const looksLikeJson = /^[[{"]/.test(text);
  if (contentType === 'application/x-www-form-urlencoded' && !looksLikeJson) return form(text);
  if (contentType === 'multipart/form-data') return multipart(body);
  const whole = parsed(text);
  if (whole !== undefined) return asDocuments(whole.value);
  if (looksLikeJson && text.includes('\n')) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    if (lines.length > ITEMS_MAX) return { tooMany: TOO_MANY };
    const values = lines.map(parsed);
    if (values.every((one) => one !== undefined)) {
      return { all: values.map((one) => one.value), isList: true };
    }
  }
  return { none: looksLikeJson ? 'it is no JSON' : 'it is neither JSON nor a form' };
}

const TOO_MANY = `it has more than ${ITEMS_MAX} items: send less at once`;

function asDocuments(value: unknown): Documents {
  if (!Array.isArray(value)) return { all: [value], isList: false };
  return value.length > ITEMS_MAX ? { tooMany: TOO_MANY } : { all: value, isList: true };
}

/** Boxed, so that `null` is told from nothing. */
export function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined; // no JSON, or nested deeper than its reader can go
  }
}

function form(text: string): Documents {
  return fieldsOf(new URLSearchParams(text));
}

/** A field that comes more than once is a list. */
function fieldsOf(pairs: Iterable<readonly [string, string]>): Documents {
  const fields = new Map<string, string | string[]>();
  let count = 0;
  for (const [name, value] of pairs) {
    if (++count > FORM_LIMITS.fields_max) {
      return { tooMany: `the form has more than ${FORM_LIMITS.fields_max} fields` };
    }
    const known = fields.get(name);
    if (known === undefined) fields.set(name, value);
    else if (typeof known === 'string') fields.set(name, [known, value]);
    else known.push(value);
  }
  return { all: [Object.fromEntries(fields)], isList: false };
}

/**
 * Text fields of RFC 7578; a part with a file's name is left out. The first line is the boundary:
 * the media type's parameters do not get here.
 */
function multipart(body: Uint8Array): Documents {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  const boundary = /^--[^\r\n]{1,70}(?=\r?\n)/.exec(text)?.[0];
  if (boundary === undefined) return { none: 'it is no multipart form' };
  const pairs: [string, string][] = [];
  for (const part of text.split(boundary).slice(1)) {
    if (pairs.length > FORM_LIMITS.fields_max) break;
    const end = /\r?\n\r?\n/.exec(part);
    if (!end) continue;
    const head = part.slice(0, end.index);
    const name = /;\s*name="([^"]{0,256})"/i.exec(head)?.[1];
    if (name === undefined || /;\s*filename\*?=/i.test(head)) continue;
    pairs.push([name, part.slice(end.index + end[0].length).replace(/\r?\n$/, '')]);
  }
  return fieldsOf(pairs);
}

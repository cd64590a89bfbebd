import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Problem } from './problem.ts';
import type { Answer } from './route.ts';

/** Where Alertmanager's API answers, below the route prefix. */
export const API_V2 = '/api/v2';

export const JSON_HEADERS = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  vary: 'Origin',
};

/**
 * A JSON answer of API v2. A refusal by a handler is a bare JSON string. As bytes: the server would
 * add a charset to the type of a text, and Alertmanager has none.
 */
export const answered = (status: number, body: unknown): Answer => ({
  status,
  headers: JSON_HEADERS,
  body: Buffer.from(`${JSON.stringify(body)}\n`),
});

/** 200 or 404 without a body, as DELETE and GET of a silence answer. */
export const empty = (status: number): Answer => ({
  status,
  headers: { 'cache-control': 'no-store', vary: 'Origin' },
});

/** Codes of the validation errors that Alertmanager's clients know. */
export const CODES = { uuid: 601, required: 602, tooFew: 612 } as const;

/** What has the wrong shape: an object with a code. */
export const misshapen = (status: number, code: number, message: string): Answer =>
  answered(status, { code, message });

export const isAlertmanagerPath = (url: string, prefix: string): boolean =>
  url.startsWith(`${prefix}${API_V2}/`);

/** A refusal of the desk's own as API v2 tells it; clients cannot read a problem document. */
export function alertmanagerFailure(
  problem: Problem,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): Buffer {
  return Buffer.from(`${JSON.stringify({ code: problem.status, message: wordsOf() })}\n`);

  function wordsOf(): string {
    if (problem.status === 404) return `path ${path} was not found`;
    if (problem.status !== 405) return problem.title;
    const allowed = (headers.allow ?? '').replaceAll(' ', '');
    return `method ${method} is not allowed, but [${allowed}] are`;
  }
}

/** What a page of another site may ask for: what Alertmanager allows, DELETE, and a token. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'DELETE']);
const FIELDS = new Set(['accept', 'authorization', 'content-type', 'origin', 'x-requested-with']);

/**
 * Cross-origin headers as Alertmanager sets them; true when the request was only the question
 * beforehand (Fetch §4.8) and is answered by them. `*` never covers cookies, and whoever comes
 * without a name from a page of another site is refused by the door.
 */
export function setCors(request: IncomingMessage, response: ServerResponse): boolean {
  const { origin, ...headers } = request.headers;
  const method = headers['access-control-request-method'];
  const asks = request.method === 'OPTIONS' && method !== undefined;
  response.setHeader('vary', asks ? PREFLIGHT_VARY : 'Origin');
  if (origin === undefined) return asks;
  if (!asks) {
    response.setHeader('access-control-allow-origin', '*');
    return false;
  }
  const fields = (headers['access-control-request-headers'] ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  if (!METHODS.has(method.toUpperCase()) || !fields.every((name) => FIELDS.has(name))) return true;
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-allow-methods', method.toUpperCase());
  if (fields.length > 0) response.setHeader('access-control-allow-headers', fields.join(', '));
  return true;
}

const PREFLIGHT_VARY = 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers';

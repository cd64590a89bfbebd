import type { Delivered, HttpAnswer, Refusal, Translated } from '../../ports/source.ts';

const NOT_PARSED = 'parsing alerts body from "" failed, because ';
const NOT_JSON = 'unsupported media type ';
const SCHEMA = /^(?:\d+\.)?\w+ in body /;

/** The three kinds of refusal that have an answer of their own are told by their words. */
export const bodyNotParsed = (why: string): string => `${NOT_PARSED}${why}`;
export const schemaBroken = (field: string, what: string): string => `${field} in body ${what}`;
export const mediaNotTaken = (contentType: string): string =>
  `${NOT_JSON}${JSON.stringify(contentType)}, only [application/json] are allowed`;

/** Codes of go-openapi's validation errors. */
const CODE_REQUIRED = 602;

/**
 * The answer in Alertmanager's three shapes: 200 without a body; a bare JSON string with 400 for
 * alerts it will not have; `{code, message}` for bodies it cannot read. The good alerts of a
 * request are stored whatever the answer.
 */
export function answer(translated: Translated, delivered: Delivered | undefined): HttpAnswer {
  if (delivered && !delivered.ok) {
    const retry = { 'retry-after': String(delivered.retryAfterSeconds) };
    return json(delivered.overBudget ? 429 : 503, JSON.stringify(delivered.why), retry);
  }
  const { refused } = translated;
  if (refused.length === 0) return { status: 200, headers: NO_STORE, body: '' };
  const notJson = refused.find(({ why }) => why.startsWith(NOT_JSON));
  if (notJson) return coded(415, 415, notJson);
  const notParsed = refused.find(({ why }) => why.startsWith(NOT_PARSED));
  if (notParsed) return coded(400, 400, notParsed);
  const schema = refused.find(({ why }) => SCHEMA.test(why));
  if (schema) return coded(422, CODE_REQUIRED, schema);
  return json(400, JSON.stringify(refused.map(({ why }) => why).join('; ')));
}

const NO_STORE = { 'cache-control': 'no-store', vary: 'Origin' };

const coded = (status: number, code: number, { why }: Refusal): HttpAnswer =>
  json(status, JSON.stringify({ code, message: why }));

const json = (status: number, body: string, more: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...NO_STORE, ...more },
  body: `${body}\n`,
});

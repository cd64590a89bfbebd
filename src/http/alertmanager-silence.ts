import { type Instant, parseInstant } from '../base/time.ts';
import type { MatcherOp, Term } from '../domain/alarm/matcher-syntax.ts';
import { CODES, misshapen } from './alertmanager-answer.ts';
import { mediaType } from './body.ts';
import type { Answer } from './route.ts';

/** A silence as a client asks for it: its shape is right, whether it may be the desk says. */
export interface PostedSilence {
  /** '' for a new one. */
  readonly id: string;
  readonly matchers: readonly Term[];
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations: Readonly<Record<string, string>>;
}

export const isAnswer = <T extends object | string>(given: T | Answer): given is Answer =>
  typeof given === 'object' && 'status' in given;

/** Thrown inside `readSilence` only. */
class Refused extends Error {
  readonly answer: Answer;
  constructor(answer: Answer) {
    super('refused');
    this.answer = answer;
  }
}

/** Reads a postable silence; the answer, in Alertmanager's shapes, when it is none. */
export function readSilence(
  body: Uint8Array,
  contentType: string | undefined,
): PostedSilence | Answer {
  const type = mediaType(contentType) || 'application/octet-stream';
  if (type !== 'application/json') {
    const only = 'only [application/json] are allowed';
    return misshapen(415, 415, `unsupported media type ${JSON.stringify(type)}, ${only}`);
  }
  if (body.length === 0) return misshapen(422, CODES.required, 'silence in body is required');
  try {
    return fields(parsed(body));
  } catch (error) {
    if (error instanceof Refused) return error.answer;
    throw error;
  }
}

function parsed(body: Uint8Array): Readonly<Record<string, unknown>> {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    if (value === null) return {};
    if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    throw unread(error instanceof SyntaxError ? error.message : 'it is nested too deep');
  }
  throw unread('it is not an object');
}

const unread = (why: string): Refused =>
  new Refused(misshapen(400, 400, `parsing silence body from "" failed, because ${why}`));

const missing = (field: string): Refused =>
  new Refused(misshapen(422, CODES.required, `${field} in body is required`));

/** In two passes, as go-swagger does it: types first, then what is missing, in its order. */
function fields(from: Readonly<Record<string, unknown>>): PostedSilence {
  const annotations = annotationsOf(from.annotations);
  const comment = textOf(from.comment, 'comment');
  const createdBy = textOf(from.createdBy, 'createdBy');
  const endsAt = timeOf(from.endsAt, 'endsAt');
  const id = textOf(from.id, 'id') ?? '';
  const items = matchersOf(from.matchers);
  const startsAt = timeOf(from.startsAt, 'startsAt');
  if (comment === undefined) throw missing('comment');
  if (createdBy === undefined) throw missing('createdBy');
  if (endsAt === undefined) throw missing('endsAt');
  if (items === undefined) throw missing('matchers');
  if (items.length === 0) {
    const words = 'matchers in body should have at least 1 items';
    throw new Refused(misshapen(422, CODES.tooFew, words));
  }
  const matchers = items.map(termOf);
  if (startsAt === undefined) throw missing('startsAt');
  return { id, matchers, startsAt, endsAt, createdBy, comment, annotations };
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

function textOf(value: unknown, field: string): string | undefined {
  if (!isGiven(value)) return undefined;
  if (typeof value !== 'string') throw unread(`${field} is not a string`);
  return value.toWellFormed();
}

function timeOf(value: unknown, field: string): Instant | undefined {
  if (!isGiven(value)) return undefined;
  const at = typeof value === 'string' ? parseInstant(value) : undefined;
  if (at === undefined) throw unread(`${field} is not an RFC 3339 time`);
  return at;
}

function annotationsOf(value: unknown): Readonly<Record<string, string>> {
  if (!isGiven(value)) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw unread('annotations is no object');
  const given = Object.entries(value as object);
  return Object.fromEntries(
    given.map(([name, text]) => [name.toWellFormed(), textOf(text, `annotations.${name}`) ?? '']),
  );
}

interface GivenMatcher {
  readonly name: string | undefined;
  readonly value: string | undefined;
  readonly isRegex: boolean | undefined;
  readonly isEqual: boolean | undefined;
}

function matchersOf(value: unknown): readonly GivenMatcher[] | undefined {
  if (!isGiven(value)) return undefined;
  if (!Array.isArray(value)) throw unread('matchers is not a list');
  return value.map((item: unknown, n) => {
    if (typeof item !== 'object' || Array.isArray(item)) throw unread(`matchers.${n} is no object`);
    const given = (item ?? {}) as Readonly<Record<string, unknown>>;
    return {
      name: textOf(given.name, `matchers.${n}.name`),
      value: textOf(given.value, `matchers.${n}.value`),
      isRegex: booleanOf(given.isRegex, `matchers.${n}.isRegex`),
      isEqual: booleanOf(given.isEqual, `matchers.${n}.isEqual`),
    };
  });
}

function booleanOf(value: unknown, field: string): boolean | undefined {
  if (!isGiven(value)) return undefined;
  if (typeof value !== 'boolean') throw unread(`${field} is neither true nor false`);
  return value;
}

const OPS: Readonly<Record<string, MatcherOp>> = {
  'true false': '=',
  'false false': '!=',
  'true true': '=~',
  'false true': '!~',
};

/** A matcher without `isEqual` is a positive one: that is how clients before 0.22 send it. */
function termOf({ name, value, isRegex, isEqual = true }: GivenMatcher, n: number): Term {
  if (isRegex === undefined) throw missing(`matchers.${n}.isRegex`);
  if (name === undefined) throw missing(`matchers.${n}.name`);
  if (value === undefined) throw missing(`matchers.${n}.value`);
  return { name, op: OPS[`${isEqual} ${isRegex}`] ?? '=', value };
}

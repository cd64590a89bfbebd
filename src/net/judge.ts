import { oneLine } from '../base/text.ts';
import { type Instant, type Millis, millis } from '../base/time.ts';
import type { SendResult } from '../ports/channel.ts';
import type { HttpReply } from './http-request.ts';

/** A far side that asks for more patience than this is asked again all the same. */
export const RETRY_AFTER_MINUTES_MAX = 60;
const RETRY_AFTER_MS_MAX = RETRY_AFTER_MINUTES_MAX * 60_000;
const WORDS_CHARS_MAX = 512;

/** 2xx is sent; 429 and 5xx may be tried again; with all else the far side means no. */
export function judge(reply: HttpReply, now: Instant): SendResult {
  if (reply.status >= 200 && reply.status < 300)
    return { is: 'sent', detail: `HTTP ${reply.status}` };
  return reply.status === 429 || reply.status >= 500 ? laterFor(reply, now) : neverFor(reply);
}

/** With the wait the far side asked for, if it asked. */
export function laterFor(reply: HttpReply, now: Instant, words?: string): SendResult {
  const wait = retryAfter(reply.headers['retry-after'], now);
  return { is: 'later', why: answered(reply, words), ...(wait && { retryAfter: wait }) };
}

export const neverFor = (reply: HttpReply, words?: string): SendResult => ({
  is: 'never',
  why: answered(reply, words),
});

/** `HTTP 400: no such channel`: the status and the far side's own words. */
export function answered(reply: HttpReply, words: string = reply.body): string {
  const told = oneLine(words, WORDS_CHARS_MAX);
  return told === '' ? `HTTP ${reply.status}` : `HTTP ${reply.status}: ${told}`;
}

/** Retry-After in seconds or as a date (RFC 9110 §10.2.3); undefined when it says nothing. */
export function retryAfter(header: string | undefined, now: Instant): Millis | undefined {
  if (header === undefined) return undefined;
  const asked = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return asked > 0 ? millis(Math.min(Math.ceil(asked), RETRY_AFTER_MS_MAX)) : undefined;
}

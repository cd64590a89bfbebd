import { fillIn, type Values } from '../domain/run/parameters.ts';
import { type HttpStep, namesIn } from '../domain/run/runbook.ts';
import { redacted, variants } from '../net/secret.ts';
import { faultWords } from '../net/send-fault.ts';
import { sendHttp } from '../net/send-http.ts';
import type { SendWorld } from '../ports/channel.ts';
import type { Sent } from './sent.ts';

/** A request that takes longer has failed. */
const PATIENCE_MS = 30_000;

/** Read of an answer; less is kept. */
const REPLY_BYTES_MAX = 16_384;

/**
 * Sends the request of a step; never rejects. An address whose host a person entered is guarded:
 * it may not be one of the desk's own net. Redirects are not followed: they are an answer.
 */
export async function sendStep(
  step: HttpStep,
  values: Values,
  secrets: Values,
  world: Omit<SendWorld, 'trust' | 'readSecret'>,
): Promise<Sent> {
  const hidden = new Set(Object.values(secrets).flatMap((secret) => variants(secret)));
  const host = /^https?:\/\/([^/?#]*)/.exec(step.url)?.[1] ?? '';
  const trust = namesIn(host).length > 0 || host.includes('{{') ? 'guarded' : 'file';
  const request = fillIn(step, values, (name) => secrets[name] ?? '');
  try {
    const reply = await sendHttp(
      { ...request, replyBytesMax: REPLY_BYTES_MAX },
      { follow_redirects: false },
      {
        ...world,
        trust,
        signal: AbortSignal.any([world.signal, AbortSignal.timeout(PATIENCE_MS)]),
        readSecret: () => Promise.reject(new Error('a step reads no files')),
      },
      (secret) => void hidden.add(secret),
    );
    const { status, body } = reply;
    const { statuses } = step;
    const isGood = statuses.length > 0 ? statuses.includes(status) : status >= 200 && status < 300;
    const output = redacted(`status ${status}\n${body}`.trim(), hidden);
    return { is: isGood ? 'done' : 'failed', output };
  } catch (error) {
    return { is: 'failed', output: redacted(faultWords(error), hidden) };
  }
}

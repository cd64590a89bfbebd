import type { TSchema } from 'typebox';
import { cut } from '../base/text.ts';
import { after, type Millis } from '../base/time.ts';
import { NOTICE_LIMITS } from '../domain/routing/notice.ts';
import type { SendResult, SendWorld } from '../ports/channel.ts';
import type { HttpConfig } from './http-config.ts';
import type { HttpReply, HttpRequest } from './http-request.ts';
import { redacted, secretsIn, variants } from './secret.ts';
import { faultWords, SendFault } from './send-fault.ts';
import { sendHttp } from './send-http.ts';

/** What a channel has in hand while it talks to the far side. */
export interface Talk {
  readonly world: SendWorld;
  /** Sends one request the way the channel's `http_config` says. */
  tell(request: HttpRequest, config?: HttpConfig): Promise<HttpReply>;
  /** Keeps a text that was made of secrets out of the result, too. */
  hide(secret: string): void;
}

interface TalkSettings {
  readonly http_config?: HttpConfig;
}

/**
 * The frame of every `send` over HTTP: whatever goes wrong inside comes back as a result, within
 * `limit` (0: only the world's own end), and no secret of the settings or of a file that was read
 * is in its words.
 */
export async function talk<S extends TalkSettings>(
  schema: TSchema,
  settings: S,
  world: SendWorld,
  limit: Millis,
  say: (talk: Talk) => Promise<SendResult>,
): Promise<SendResult> {
  const read = new Set<string>();
  const known = secretsIn(schema, settings);
  const time = timeFor(world, limit);
  const own: SendWorld = { ...world, signal: time.signal, readSecret: readingOf(world, read) };
  const result = await outcome(own, () =>
    say({
      world: own,
      tell: async (request, config = settings.http_config ?? {}) => {
        const reply = await sendHttp(request, config, own, (secret) => remember(secret, read));
        // Before anybody cuts the text: half a secret would not be found any more.
        return { ...reply, body: redacted(reply.body, [...known, ...read]) };
      },
      hide: (secret) => remember(secret, read),
    }),
  );
  time.done();
  return clean(result, [...known, ...read]);
}

async function outcome(world: SendWorld, run: () => Promise<SendResult>): Promise<SendResult> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof SendFault && error.final) return { is: 'never', why: error.message };
    if (world.signal.aborted) return { is: 'later', why: 'no answer in time' };
    return { is: 'later', why: faultWords(error) };
  }
}

/** Ends with the world's signal, or after `limit` by the world's clock. */
function timeFor(world: SendWorld, limit: Millis): { signal: AbortSignal; done: () => void } {
  if (limit <= 0) return { signal: world.signal, done: () => {} };
  const over = new AbortController();
  const done = world.clock.at(after(world.clock.now(), limit), () => over.abort());
  return { signal: AbortSignal.any([world.signal, over.signal]), done };
}

/** Remembers what was read, to keep it out of results. Strangers' settings read no files. */
function readingOf(world: SendWorld, read: Set<string>): SendWorld['readSecret'] {
  return async (path) => {
    if (world.trust !== 'file')
      throw new SendFault('files are read for receivers of the configuration file only', true);
    const secret = (await world.readSecret(path)).trim();
    remember(secret, read);
    return secret;
  };
}

function remember(secret: string, read: Set<string>): void {
  for (const variant of variants(secret)) read.add(variant);
}

function clean(result: SendResult, secrets: readonly string[]): SendResult {
  const words = (text: string) => cut(redacted(text, secrets), NOTICE_LIMITS.detail_chars_max);
  return result.is === 'sent'
    ? { ...result, detail: words(result.detail) }
    : { ...result, why: words(result.why) };
}

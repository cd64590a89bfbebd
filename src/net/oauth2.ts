import { createHash } from 'node:crypto';
import { after, type Instant, millis } from '../base/time.ts';
import type { SendWorld } from '../ports/channel.ts';
import type { OAuth2Config } from './http-config.ts';
import type { HttpReply, HttpRequest } from './http-request.ts';
import { answered } from './judge.ts';
import { secretOr } from './secret.ts';
import { SendFault } from './send-fault.ts';

/** Tokens kept at once; the one asked for longest ago leaves first. */
export const TOKENS_MAX = 256;
/** A token is not used in the last moments of its life: it may be late by the time it arrives. */
const MARGIN_MS = 10_000;
const LIFE_SECONDS_DEFAULT = 300;
const LIFE_SECONDS_MAX = 86_400;

interface Token {
  readonly value: Promise<string>;
  readonly until: { at: Instant };
}

const tokens = new Map<string, Token>();

type Tell = (request: HttpRequest) => Promise<HttpReply>;

/** A token of RFC 6749 §4.4, from memory while it lives. `tell` sends the request for a new one. */
export async function accessToken(
  config: OAuth2Config,
  world: SendWorld,
  tell: Tell,
  renew: boolean,
): Promise<string> {
  const secret = await secretOr(config.client_secret, config.client_secret_file, world);
  const key = createHash('sha256')
    .update(JSON.stringify([config, secret, world.trust]))
    .digest('hex');
  const known = tokens.get(key);
  if (known && !renew && known.until.at > world.clock.now()) return known.value;
  const until = { at: after(world.clock.now(), millis(MARGIN_MS)) };
  const value = newToken(config, secret, world, tell, until);
  tokens.delete(key);
  tokens.set(key, { value, until });
  for (const oldest of tokens.keys()) {
    if (tokens.size <= TOKENS_MAX) break;
    tokens.delete(oldest);
  }
  value.catch(() => tokens.delete(key));
  return value;
}

/** Our secret in the header first, then in the body: issuers differ (RFC 6749 §2.3.1). */
async function newToken(
  config: OAuth2Config,
  secret: string,
  world: SendWorld,
  tell: Tell,
  until: { at: Instant },
): Promise<string> {
  const id = config.client_id ?? '';
  const basic = Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`);
  let reply = await tell(
    request(config, {}, { Authorization: `Basic ${basic.toString('base64')}` }),
  );
  if (reply.status === 400 || reply.status === 401)
    reply = await tell(request(config, { client_id: id, client_secret: secret }, {}));
  const { token, lifeSeconds } = tokenIn(reply);
  const life = Math.min(lifeSeconds, LIFE_SECONDS_MAX) * 1000 - MARGIN_MS;
  until.at = after(world.clock.now(), millis(Math.max(life, 0)));
  return token;
}

function request(
  config: OAuth2Config,
  own: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>>,
): HttpRequest {
  const scope = (config.scopes ?? []).join(' ');
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    ...(scope !== '' && { scope }),
    ...config.endpoint_params,
    ...own,
  });
  return {
    method: 'POST',
    url: config.token_url ?? '',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
    body: form.toString(),
  };
}

function tokenIn(reply: HttpReply): { readonly token: string; readonly lifeSeconds: number } {
  if (reply.status < 200 || reply.status > 299)
    throw new SendFault(`no token was handed out: ${answered(reply)}`, false);
  let said: unknown;
  try {
    said = JSON.parse(reply.body);
  } catch {
    said = undefined;
  }
  const { access_token: token, expires_in: life } = (said ?? {}) as Record<string, unknown>;
  if (typeof token !== 'string' || token === '')
    throw new SendFault('no token was handed out: the answer holds no access_token', false);
  const seconds = Number(life);
  return { token, lifeSeconds: seconds > 0 ? seconds : LIFE_SECONDS_DEFAULT };
}

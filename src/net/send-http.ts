import type { IncomingMessage } from 'node:http';
import type { SendWorld } from '../ports/channel.ts';
import { exchangeOnce, type Hop } from './connection.ts';
import { guarded } from './guard.ts';
import type { HttpConfig, OAuth2Config, ProxyConfig, TlsConfig } from './http-config.ts';
import { type HttpReply, type HttpRequest, REPLY_BYTES_MAX } from './http-request.ts';
import { accessToken } from './oauth2.ts';
import { proxyFor, proxyHeaders } from './proxy.ts';
import { secretOr } from './secret.ts';
import { SendFault } from './send-fault.ts';
import { tlsOptions } from './tls.ts';

/** As Go's client: the eleventh address is not asked. */
export const REDIRECTS_MAX = 10;
const REQUEST_BYTES_MAX = 16 * 1024 * 1024;

/** Told every word that signs us in, as it goes out: an answer may send it back. */
type Hide = (secret: string) => void;

type Headers = Readonly<Record<string, string | readonly string[]>>;

/**
 * One HTTP request with everything `http_config` says: TLS, sign-in, proxy, redirects. Resolves
 * with whatever status came; rejects when no whole answer did. Files are read at each call. The
 * time is `world.signal`'s.
 */
export async function sendHttp(
  request: HttpRequest,
  config: HttpConfig,
  world: SendWorld,
  hide: Hide = () => {},
): Promise<HttpReply> {
  if (Buffer.byteLength(request.body) > REQUEST_BYTES_MAX)
    throw new SendFault(`the message is larger than ${REQUEST_BYTES_MAX} bytes`, true);
  const reply = await signedIn(request, config, world, hide, false);
  if (reply.status !== 401 || !config.oauth2) return reply;
  return signedIn(request, config, world, hide, true); // the token was withdrawn before its end
}

async function signedIn(
  request: HttpRequest,
  config: HttpConfig,
  world: SendWorld,
  hide: Hide,
  renew: boolean,
): Promise<HttpReply> {
  const own = await ownHeaders(config, world);
  const tellIssuer = (flow: OAuth2Config) => (form: HttpRequest) =>
    follow(form, flow, world, {}, hide);
  const authorization = await authorizationOf(config, world, renew, tellIssuer);
  const secret = { ...own, ...(authorization !== '' && { Authorization: authorization }) };
  return follow(request, config, world, secret, hide);
}

/** `secret` headers go to the first host only. */
async function follow(
  request: HttpRequest,
  config: Connecting,
  world: SendWorld,
  secret: Headers,
  hide: Hide,
): Promise<HttpReply> {
  let { method, body }: { method: string; body: string } = request;
  const { replyBytesMax = REPLY_BYTES_MAX } = request;
  let url = addressOf(request.url);
  let headers: Headers = { ...request.headers, ...userInfo(url), ...secret };
  for (const [name, value] of Object.entries(headers))
    if (/^authorization$/i.test(name)) hide(String(value).replace(/^\S+ /, ''));
  for (let hops = 0; hops <= REDIRECTS_MAX; hops++) {
    const agent = { 'User-Agent': `Tocsin/${world.version ?? 'unknown'}` };
    const reply = await oneHop(
      { ...{ url, method, body, replyBytesMax }, headers: { ...agent, ...headers } },
      config,
      world,
      hide,
    );
    const next = config.follow_redirects === false ? undefined : redirect(reply, url);
    if (next === undefined) return reply;
    if (!keepsTrust(url, next)) headers = withoutSecrets(headers, secret);
    if (reply.status !== 307 && reply.status !== 308) {
      if (method !== 'GET') headers = without(headers, /^content-/i);
      method = 'GET';
      body = '';
    }
    url = next;
  }
  throw new SendFault(`more than ${REDIRECTS_MAX} redirects`, false);
}

type Connecting = ProxyConfig & {
  readonly tls_config?: TlsConfig;
  readonly follow_redirects?: boolean;
};

function addressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw new SendFault('the address is no URL', true);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new SendFault(
      `the address must begin with http:// or https://, not ${url.protocol}`,
      true,
    );
  return url;
}

/** A name and password in the address itself are sent as Basic, as Go does. */
function userInfo(url: URL): Headers {
  if (url.username === '' && url.password === '') return {};
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { Authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

function redirect({ status, headers }: HttpReply, from: URL): URL | undefined {
  const { location } = headers;
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined;
  if (!URL.canParse(location, from.href))
    throw new SendFault('it redirects to what is no URL', false);
  return addressOf(new URL(location, from).href);
}

/** The same host and port, or the same host's move from http to https. */
function keepsTrust(from: URL, to: URL): boolean {
  if (from.origin === to.origin) return true;
  const upgrade = from.protocol === 'http:' && to.protocol === 'https:';
  return upgrade && from.hostname === to.hostname && from.port === '' && to.port === '';
}

const without = (headers: Headers, names: RegExp): Headers =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.test(name)));

const withoutSecrets = (headers: Headers, secret: Headers): Headers =>
  Object.fromEntries(
    Object.entries(
      without(headers, /^(proxy-)?authorization$|^cookie2?$|^www-authenticate$/i),
    ).filter(([name]) => !(name in secret)),
  );

interface Outgoing {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string;
  readonly replyBytesMax: number;
}

async function oneHop(
  out: Outgoing,
  config: Connecting,
  world: SendWorld,
  hide: Hide,
): Promise<HttpReply> {
  world.signal.throwIfAborted();
  const proxy = proxyFor(out.url, config, world);
  if (proxy) {
    hide(decodeURIComponent(proxy.password));
    hide(String(proxyHeaders(proxy, {})['Proxy-Authorization'] ?? '').replace(/^\S+ /, ''));
  }
  const length = Buffer.byteLength(out.body);
  const hop: Hop = {
    ...out,
    headers: {
      ...out.headers,
      ...((length > 0 || out.method !== 'GET') && { 'Content-Length': `${length}` }),
    },
    address: await judged(out.url, world),
    tls: await tlsOptions(config.tls_config, world),
    proxy,
    proxyConfig: config,
    proxyAddress: proxy && (await judged(proxy, world)),
    signal: world.signal,
  };
  return readReply(await exchangeOnce(hop), out.replyBytesMax);
}

/** Every hop is judged: a redirect is as foreign as the first address. */
async function judged(url: URL, world: SendWorld): Promise<string | undefined> {
  if (world.trust === 'file') return undefined;
  // A name service that hangs cannot be interrupted, only left.
  const over = new Promise<never>((_resolve, reject) => {
    world.signal.addEventListener('abort', () => reject(world.signal.reason), { once: true });
  });
  over.catch(() => {});
  return Promise.race([guarded(url.hostname, { allowed: world.allowedNetworks ?? [] }), over]);
}

async function readReply(reply: IncomingMessage, bytesMax: number): Promise<HttpReply> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of reply as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > bytesMax) break; // leaving the loop closes the connection
  }
  const headers = Object.entries(reply.headers).map(([name, value]) => [name, String(value)]);
  const body = Buffer.concat(chunks).subarray(0, bytesMax).toString('utf8');
  return { status: reply.statusCode ?? 0, headers: Object.fromEntries(headers), body };
}

async function ownHeaders({ http_headers }: HttpConfig, world: SendWorld): Promise<Headers> {
  const all: [string, readonly string[]][] = [];
  for (const [name, { values = [], secrets = [], files = [] }] of Object.entries(
    http_headers ?? {},
  )) {
    const read = await Promise.all(files.map((file) => secretOr('', file, world)));
    all.push([name, [...values, ...secrets, ...read]]);
  }
  return Object.fromEntries(all);
}

async function authorizationOf(
  config: HttpConfig,
  world: SendWorld,
  renew: boolean,
  tellIssuer: (flow: OAuth2Config) => (form: HttpRequest) => Promise<HttpReply>,
): Promise<string> {
  const { basic_auth: basic, authorization: auth, oauth2 } = config;
  if (basic) {
    const user = await secretOr(basic.username, basic.username_file, world);
    const password = await secretOr(basic.password, basic.password_file, world);
    return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  }
  if (auth) {
    const token = await secretOr(auth.credentials, auth.credentials_file, world);
    return token === '' ? '' : `${auth.type || 'Bearer'} ${token}`;
  }
  if (oauth2) return `Bearer ${await accessToken(oauth2, world, tellIssuer(oauth2), renew)}`;
  const bearer = await secretOr(config.bearer_token, config.bearer_token_file, world);
  return bearer === '' ? '' : `Bearer ${bearer}`;
}

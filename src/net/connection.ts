import { createHash } from 'node:crypto';
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ProxyConfig } from './http-config.ts';
import { proxyHeaders } from './proxy.ts';
import { SendFault } from './send-fault.ts';
import type { TlsOptions } from './tls.ts';

/** Connections are kept and used again, by TLS settings; what is beyond waits for a free one. */
export const CONNECTION_LIMITS = {
  agents_max: 64,
  sockets_per_host_max: 16,
  sockets_per_agent_max: 256,
  idle_sockets_per_host_max: 4,
  idle_seconds_max: 30,
} as const;

/** Where one hop goes, and over what. */
export interface Hop {
  readonly url: URL;
  /** Judged by the guard: connect there instead of asking for the name again. */
  readonly address: string | undefined;
  readonly tls: TlsOptions;
  readonly proxy: URL | undefined;
  readonly proxyConfig: ProxyConfig;
  /** The proxy's own judged address. */
  readonly proxyAddress: string | undefined;
  readonly method: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

type Agents = { readonly http: HttpAgent; readonly https: HttpsAgent };
const kept = new Map<string, Agents>();

/** Sockets with other TLS settings, or not judged by the guard, are never shared. */
function agentsFor(hop: Hop): Agents {
  const parts = [JSON.stringify(hop.tls), hop.address === undefined ? 'trusted' : 'guarded'];
  const key = createHash('sha256').update(parts.join('\n')).digest('hex');
  const agents = kept.get(key) ?? newAgents(hop.tls);
  kept.delete(key);
  kept.set(key, agents); // the least used stands first
  for (const [oldest, { http, https }] of kept) {
    if (kept.size <= CONNECTION_LIMITS.agents_max) break;
    kept.delete(oldest);
    for (const agent of [http, https]) agent.maxFreeSockets = 0; // sends under way go on
    for (const sockets of Object.values({ ...http.freeSockets, ...https.freeSockets }))
      for (const socket of sockets ?? []) socket.destroy();
  }
  return agents;
}

function newAgents(tls: TlsOptions): Agents {
  const options = {
    keepAlive: true,
    maxSockets: CONNECTION_LIMITS.sockets_per_host_max,
    maxTotalSockets: CONNECTION_LIMITS.sockets_per_agent_max,
    maxFreeSockets: CONNECTION_LIMITS.idle_sockets_per_host_max,
    timeout: CONNECTION_LIMITS.idle_seconds_max * 1000,
  };
  return { http: new HttpAgent(options), https: new HttpsAgent({ ...options, ...tls }) };
}

const bare = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');
const isSecure = (url: URL): boolean => url.protocol === 'https:';
const portOf = (url: URL): number => Number(url.port) || (isSecure(url) ? 443 : 80);

/** The name a certificate must have: what is written in the URL, not the address behind it. */
const serverName = (url: URL, tls: TlsOptions): { readonly servername?: string } => {
  const name = tls.servername ?? bare(url);
  return isIP(name) ? {} : { servername: name };
};

/** Sends one request over one connection; resolves when the head of the reply is there. */
export async function exchangeOnce(hop: Hop): Promise<IncomingMessage> {
  if (hop.proxy === undefined) return answerOf(hop, straight(hop));
  if (!isSecure(hop.url)) return answerOf(hop, throughPlain(hop, hop.proxy));
  const socket = await tunnel(hop, hop.proxy);
  const options = common(hop); // no agent: one would make a connection of its own
  return answerOf(hop, () =>
    requestHttps({
      ...options,
      createConnection: () =>
        connectTls({ socket, ...hop.tls, host: bare(hop.url), ...serverName(hop.url, hop.tls) }),
    }),
  );
}

type Request = () => ReturnType<typeof requestHttp>;

const common = (hop: Hop) => ({
  method: hop.method,
  path: `${hop.url.pathname}${hop.url.search}`,
  headers: { Host: hop.url.host, ...hop.headers } as Record<string, string | string[]>,
  signal: hop.signal,
});

function straight(hop: Hop): Request {
  const { http, https } = agentsFor(hop);
  const to = { ...common(hop), host: hop.address ?? bare(hop.url), port: portOf(hop.url) };
  return isSecure(hop.url)
    ? () => requestHttps({ ...to, agent: https, ...serverName(hop.url, hop.tls) })
    : () => requestHttp({ ...to, agent: http });
}

/** Plain HTTP through a proxy: the whole address stands in the request line (RFC 9112 §3.2.2). */
function throughPlain(hop: Hop, proxy: URL): Request {
  const target = new URL(hop.url);
  target.username = '';
  target.password = '';
  target.hash = '';
  if (hop.address) target.hostname = isIP(hop.address) === 6 ? `[${hop.address}]` : hop.address;
  const { headers, ...rest } = common(hop);
  const all = {
    ...headers,
    ...proxyHeaders(proxy, { ...hop.proxyConfig, proxy_connect_header: {} }),
  };
  return toProxy(hop, proxy, { ...rest, path: target.href, headers: all });
}

function toProxy(hop: Hop, proxy: URL, options: object): Request {
  const to = {
    host: hop.proxyAddress ?? bare(proxy),
    port: portOf(proxy),
    agent: false,
    ...options,
  };
  return isSecure(proxy)
    ? () => requestHttps({ ...to, ...serverName(proxy, {}) })
    : () => requestHttp(to);
}

/** Asks the proxy for a way through to the host (CONNECT, RFC 9110 §9.3.6). */
function tunnel(hop: Hop, proxy: URL): Promise<Socket> {
  const host = hop.address ?? bare(hop.url);
  const path = `${isIP(host) === 6 ? `[${host}]` : host}:${portOf(hop.url)}`;
  const headers = { Host: path, ...proxyHeaders(proxy, hop.proxyConfig) };
  const request = toProxy(hop, proxy, { method: 'CONNECT', path, headers, signal: hop.signal })();
  return new Promise((resolve, reject) => {
    request.once('connect', (reply, socket) => {
      if (reply.statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(new SendFault(`the proxy refuses: HTTP ${reply.statusCode}`, false));
    });
    request.once('response', (reply) => {
      reply.destroy();
      reject(new SendFault(`the proxy refuses: HTTP ${reply.statusCode}`, false));
    });
    request.once('error', reject);
    request.end();
  });
}

/**
 * A kept connection may have been closed by the far side just then, before it read a byte: such a
 * request is sent once more, on a new one. The delivery id beside it makes a repeat harmless.
 */
async function answerOf(hop: Hop, make: Request): Promise<IncomingMessage> {
  for (;;) {
    const request = make();
    const answer = new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve);
      request.on('error', reject); // stays: an error after the answer must not be uncaught
    });
    request.end(hop.body);
    try {
      return await answer;
    } catch (error) {
      const stale = request.reusedSocket && isReset(error) && !hop.signal.aborted;
      if (!stale) throw error;
    }
  }
}

const isReset = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'ECONNRESET' || error.code === 'EPIPE');

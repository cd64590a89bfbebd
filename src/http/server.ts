import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Server as NetServer } from 'node:net';
import { Readable } from 'node:stream';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Clock } from '../base/clock.ts';
import { DeskError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { after, millis } from '../base/time.ts';
import type { Accounts } from '../desk/accounts.ts';
import type { Desk } from '../desk/desk.ts';
import type { SourceFigures } from '../desk/source-figures.ts';
import type { SourceRulesDesk } from '../desk/source-rules.ts';
import { senderOf } from './address.ts';
import { alertmanagerFailure, isAlertmanagerPath, setCors } from './alertmanager-answer.ts';
import { bodyTooLarge, checkBody, csrfField, mediaType, plainBody, readBody } from './body.ts';
import { type Door, openDoor } from './door.ts';
import { type FanOutFigures, openFanOut } from './fan-out.ts';
import { type Lane, openFastLane } from './fast-lane.ts';
import { setSafeHeaders } from './headers.ts';
import { KEPT_FIELD, type KeptDoor, openKeptDoor } from './kept-door.ts';
import type { KeptForms } from './kept-forms.ts';
import { type MountedSource, type ServedRoute, sourceRoutes, takeBody } from './mount.ts';
import { pathOf, refuseTheRest } from './not-routed.ts';
import { type HttpPages, plainPages } from './pages-contract.ts';
import { failureAnswer } from './problem.ts';
import type { Actor, Answer, Asked, Route } from './route.ts';
import type { HttpSettings } from './settings.ts';
import { openStreams, type Streams } from './streams.ts';

export interface HttpParts {
  readonly desk: Desk;
  readonly accounts: Accounts;
  readonly routes: readonly Route[];
  readonly sources: readonly MountedSource[];
  readonly figures: SourceFigures;
  readonly rules: SourceRulesDesk;
  readonly settings: HttpSettings;
  readonly clock: Clock;
  readonly log: Log;
  readonly pages?: HttpPages;
  /** Forms that came after their session had ended; absent where none is kept. */
  readonly kept?: KeptForms;
  /** Name of the mounted source whose requests come in floods: they get a lane of their own. */
  readonly fastLaneFor?: string;
}

export interface HttpServer {
  readonly host: string;
  readonly port: number;
  /** `http://127.0.0.1:9093` with the route prefix: how this machine reaches it. */
  readonly url: string;
  readonly door: Door;
  /** Connections refused because there were too many, since start. */
  readonly connectionsDropped: () => number;
  readonly streamsOpen: () => number;
  /** Of the processes that hold streams, if there are any. */
  readonly fanOut: () => FanOutFigures | undefined;
  /** Takes no more, ends streams, waits for what is being answered, then closes. */
  close(): Promise<void>;
}

/** Everything that serves one route. */
interface Serving {
  readonly parts: HttpParts;
  readonly door: Door;
  readonly streams: Streams;
  readonly pages: HttpPages;
  readonly actors: WeakMap<FastifyRequest, Actor>;
  readonly keeper: KeptDoor | undefined;
  /** Why the door refuses a form that is read all the same, to keep it. */
  readonly late: WeakMap<FastifyRequest, unknown>;
  readonly isClosing: () => boolean;
}

export async function openServer(parts: HttpParts): Promise<HttpServer> {
  const { settings, clock } = parts;
  const door = openDoor(parts);
  const processes = settings.fanOutProcesses;
  const fanOut = processes > 0 ? openFanOut(processes, clock, parts.log) : undefined;
  const streams = openStreams(door, clock, fanOut);
  let closing = false;
  let dropped = 0;
  const app = makeApp(settings, (handler) => makeServer(settings.limits, handler));
  const pages = parts.pages ?? plainPages;
  const isClosing = () => closing;
  const keeper = parts.kept && openKeptDoor(parts.kept, settings, parts.log);
  const maps = { actors: new WeakMap(), late: new WeakMap() };
  const serving = { parts, door, streams, pages, keeper, ...maps, isClosing };
  addRoutes(app, serving);
  await app.ready();
  const lane = laneOf(parts, door);
  const fast = lane && openFastLane(app.server, lane);
  const outer = fast?.server ?? app.server;
  // Behind the lane node's server never listens itself, and only then would it begin to watch its
  // connections for slow heads, slow bodies and idleness.
  if (fast) app.server.emit('listening');
  outer.maxConnections = settings.limits.connections_max;
  outer.on('drop', () => dropped++);
  const bound = await listening(outer, settings);
  const host = bound.address.includes(':') ? `[${bound.address}]` : bound.address;
  return {
    host: bound.address,
    port: bound.port,
    url: `http://${host}:${bound.port}${settings.routePrefix}`,
    door,
    connectionsDropped: () => dropped,
    streamsOpen: () => streams.count,
    fanOut: () => fanOut?.figures,
    async close() {
      closing = true;
      streams.close();
      await fanOut?.close();
      const deadline = after(clock.now(), millis(settings.limits.close_ms_max));
      const cancel = clock.at(deadline, () => app.server.closeAllConnections());
      const ended = fast ? fast.close() : new Promise((done) => app.server.close(done));
      app.server.closeIdleConnections();
      await ended;
      await app.close();
      cancel();
    },
  };
}

const WHY_NOT: Readonly<Record<string, string>> = {
  EADDRINUSE: 'it is in use',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'this user may not',
};

function listening(server: NetServer, { host, port }: HttpSettings): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      const why = WHY_NOT[error.code ?? ''] ?? error.message;
      const where = `tcp ${host}:${port}`;
      reject(new DeskError('LISTEN_FAILED', { where, why, flag: '--web.listen-address' }, error));
    };
    server.once('error', failed);
    server.listen({ host, port }, () => {
      server.off('error', failed);
      resolve(server.address() as AddressInfo);
    });
  });
}

/** The lane lets in exactly whom the route lets in: it asks the same door. */
function laneOf(parts: HttpParts, door: Door): Lane | undefined {
  const mounted = parts.sources.find((s) => s.name === parts.fastLaneFor);
  const http = mounted?.source.http;
  if (!mounted || http?.method !== 'POST') return undefined;
  const access = { need: 'ingest', source: mounted.name } as const;
  const mayEnter = (authorization: string | undefined, remoteAddress: string): boolean => {
    const headers = authorization === undefined ? {} : { authorization };
    return door.lets(access, { method: 'POST', headers, socket: { remoteAddress } });
  };
  const path = `${parts.settings.routePrefix}${http.path(mounted.settings)}`;
  return {
    path,
    bodyBytesMax: http.bodyBytesMax,
    take: (body, contentType, from, authorization) =>
      mayEnter(authorization, from)
        ? takeBody(mounted, parts, { body, contentType, from, params: {}, once: undefined })
        : undefined,
    broke: (error) => parts.log.error('request.failed', { method: 'POST', path, error }),
  };
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

function makeServer(limits: HttpSettings['limits'], handler: Handler): Server {
  const server = createServer(
    {
      headersTimeout: Math.min(limits.headers_ms_max, limits.request_ms_max),
      requestTimeout: limits.request_ms_max,
      keepAliveTimeout: limits.idle_connection_ms_max,
      connectionsCheckingInterval: Math.min(5_000, Math.ceil(limits.request_ms_max / 4)),
    },
    handler,
  );
  return server;
}

function makeApp(
  settings: HttpSettings,
  serverFactory: (handler: Handler) => Server,
): FastifyInstance {
  let count = 0;
  const run = process.hrtime.bigint().toString(36).slice(-6);
  const app = fastify({
    logger: false,
    serverFactory,
    bodyLimit: settings.limits.body_bytes_max,
    forceCloseConnections: 'idle',
    return503OnClosing: false, // what is already connected is still answered
    genReqId: () => `${run}-${(count++).toString(36)}`,
    routerOptions: {
      ignoreTrailingSlash: true,
      maxParamLength: 1_024,
      querystringParser: () => ({}), // handlers read the query by its schema
    },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', async (request, reply) => {
    setSafeHeaders(reply.raw, settings);
    reply.raw.setHeader('tocsin-reference', request.id);
    if (!isAlertmanagerPath(request.url, settings.routePrefix)) return;
    if (setCors(request.raw, reply.raw)) return reply.code(204).send();
  });
  return app;
}

function addRoutes(app: FastifyInstance, serving: Serving): void {
  const { parts } = serving;
  const prefix = parts.settings.routePrefix;
  const sources = parts.sources.flatMap((source) => sourceRoutes(source, parts));
  const all: readonly ServedRoute[] = [...parts.routes, ...sources];
  for (const route of all) addRoute(app, route, serving);
  if (prefix !== '') app.get('/', (_request, reply) => reply.redirect(`${prefix}/`, 303));
  refuseTheRest(app, prefix, all);
  app.setErrorHandler((error, request, reply) => sendFailure(error, request, reply, serving));
}

function addRoute(app: FastifyInstance, route: ServedRoute, serving: Serving): void {
  const { parts, door, keeper, actors, late } = serving;
  const bodyBytesMax = route.bodyBytesMax ?? parts.settings.limits.body_bytes_max;
  app.route({
    method: route.method,
    url: parts.settings.routePrefix + route.path,
    bodyLimit: bodyBytesMax,
    onRequest: async (request) => {
      try {
        const actor = door.enter(route.access, request.raw);
        actors.set(request, actor);
        keeper?.saw(actor);
      } catch (error) {
        if (!keeper?.reads(route, request, error)) throw error;
        late.set(request, error);
      }
    },
    handler: async (request, reply) => {
      if (late.has(request)) throw late.get(request);
      const asked = await askedOf(route, request, reply, serving, bodyBytesMax);
      const answer = await route.handle(asked);
      if (route.method === 'POST' && answer.status < 400) keeper?.sent(request);
      return send(answer, request, reply, serving, asked.actor);
    },
    errorHandler: (error, request, reply) => {
      const kept = keeper?.refused(route, request, error);
      if (kept) return reply.header('set-cookie', kept.cookie).redirect(kept.to, 303);
      const large = error.code === 'FST_ERR_CTP_BODY_TOO_LARGE';
      if (large) route.tooLarge?.(senderOf(request.raw, parts.settings));
      const told = large ? bodyTooLarge(bodyBytesMax) : error;
      return sendFailure(told, request, reply, serving);
    },
  });
}

const NO_BYTES = Buffer.alloc(0);
const UNSAFE = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

async function askedOf(
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  { parts, door, streams, actors }: Serving,
  bodyBytesMax: number,
): Promise<Asked> {
  const actor = actors.get(request) ?? { is: 'nobody' };
  const { headers } = request;
  const type = mediaType(headers['content-type']);
  const arrived = Buffer.isBuffer(request.body) ? request.body : NO_BYTES;
  const body = await plainBody(arrived, headers['content-encoding'], bodyBytesMax);
  const { need } = route.access;
  const readsBytes = need === 'ingest' || need === 'local'; // in the words of their own protocol
  const value = !readsBytes ? readBody(body, type) : undefined;
  // What needs no session gives a forged form nothing to ride on; its origin was looked at.
  const rides = need !== 'nothing' && UNSAFE.has(route.method);
  if (route.form === true || rides) door.checkForm(actor, request.raw, csrfField(value));
  const json = withoutCsrf(value);
  return {
    actor,
    params: { ...(request.params as Readonly<Record<string, string>>) },
    query: new URLSearchParams(request.url.split('?').slice(1).join('?')),
    headers,
    body,
    json: route.bodySchema ? checkBody(route.bodySchema, json, type) : json,
    reference: request.id,
    remoteAddress: senderOf(request.raw, parts.settings),
    stream: (headers) => streams.begin(reply.raw, actor, headers),
    raw: { request: request.raw, response: reply.raw },
  };
}

/** The form token and a kept form's id are the door's business: no schema has to name them. */
function withoutCsrf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('csrf' in value)) return value;
  const { csrf: _, [KEPT_FIELD]: __, ...rest } = value as Readonly<Record<string, unknown>>;
  return rest;
}

function send(
  answer: Answer,
  request: FastifyRequest,
  reply: FastifyReply,
  { streams, isClosing }: Serving,
  actor: Actor,
): FastifyReply {
  if (answer.taken === true) {
    reply.hijack();
    if (request.method === 'HEAD') reply.raw.end();
    streams.add(reply.raw, actor);
    return reply;
  }
  if (isClosing()) reply.header('connection', 'close');
  reply.code(answer.status);
  for (const [name, value] of Object.entries(answer.headers ?? {})) reply.header(name, value);
  const { body } = answer;
  if (body === undefined || typeof body === 'string') return reply.send(body);
  if (body instanceof Uint8Array)
    return reply.send(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
  return reply.send(Readable.from(body));
}

/** The last catch of the HTTP side. */
function sendFailure(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { parts: { log, settings }, pages, actors }: Serving,
): FastifyReply {
  const reference = request.id;
  const path = pathOf(request);
  const { problem, headers, unforeseen } = failureAnswer(error, reference);
  const { status, code } = problem;
  const facts = { reference, method: request.method, path };
  if (unforeseen) log.error('request.failed', { ...facts, error });
  // Programs may be refused by the thousand; people quote the reference they were shown.
  else if (actors.get(request)?.is === 'user')
    log.info('request.refused', { ...facts, status, code });
  reply.code(problem.status).headers(headers);
  const prefix = settings.routePrefix;
  if (isAlertmanagerPath(path, prefix))
    return reply
      .type('application/json')
      .send(alertmanagerFailure(problem, request.method, path, headers));
  // Programs that look whether the desk is there ask for its home with no Accept at all.
  const isHome = path === `${prefix}/`;
  const wantsPage =
    (request.headers.accept ?? '').includes('text/html') && !path.startsWith(`${prefix}/api/`);
  const isAsked = request.method === 'GET' && (wantsPage || isHome);
  if (problem.code === 'NOT_SIGNED_IN' && isAsked) {
    const next = encodeURIComponent(request.url);
    return reply.redirect(`${prefix}/sign-in?next=${next}`, 303);
  }
  if (!wantsPage) return reply.type('application/problem+json').send(JSON.stringify(problem));
  const view = { status: problem.status, message: problem.title, reference, home: `${prefix}/` };
  return reply.type('text/html; charset=utf-8').send(pages.error(view));
}

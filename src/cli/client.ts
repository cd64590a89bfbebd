import { randomUUID } from 'node:crypto';
import { DeskError, FAILURES, type FailureCode } from '../base/errors.ts';
import type { Given, World } from './command.ts';
import { type FoundDesk, findDesk } from './find-desk.ts';
import { pause } from './pause.ts';

/** Tries of one request, the first included, while the desk says "not now". */
const TRIES_MAX = 3;
const WAIT_SECONDS_MAX = 5;

/** What the desk refused, in its own words. */
export class Refused extends Error {
  readonly code: string;
  readonly exit: number;
  constructor(code: string, exit: number, message: string) {
    super(message);
    this.name = 'Refused';
    this.code = code;
    this.exit = exit;
  }
}

export type Query = readonly (readonly [name: string, value: string])[];

/** A running desk, spoken to. Every method throws DeskError or Refused. */
export interface Client {
  readonly url: string;
  get(path: string, query?: Query): Promise<unknown>;
  /** Each call has a key of its own, so that a retry does nothing twice. */
  send(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
  /** Hands in a file as it is. */
  upload(path: string, query: Query, bytes: Uint8Array<ArrayBuffer>): Promise<unknown>;
  /** The answer as it comes, for streams and files. */
  stream(method: 'POST', path: string, body: unknown): Promise<Response>;
  open(path: string, query?: Query, headers?: Readonly<Record<string, string>>): Promise<Response>;
}

export async function connect(given: Given, world: World): Promise<Client> {
  const desk = await findDesk(given, world);
  const address = (path: string, query: Query = []): string => {
    const text = new URLSearchParams(
      query.map(([name, value]): [string, string] => [name, value]),
    ).toString();
    return `${desk.url}${path}${text === '' ? '' : `?${text}`}`;
  };
  const call = (url: string, init: RequestInit): Promise<Response> => ask(desk, world, url, init);
  return {
    url: desk.url,
    get: async (path, query) => jsonOf(desk, await call(address(path, query), {})),
    send: async (method, path, body) =>
      jsonOf(desk, await call(address(path), requestOf(method, body))),
    upload: async (path, query, body) => {
      const headers = { 'content-type': 'application/octet-stream' };
      return jsonOf(desk, await call(address(path, query), { method: 'POST', headers, body }));
    },
    stream: (method, path, body) => call(address(path), requestOf(method, body)),
    open: (path, query, headers) => call(address(path, query), { headers: headers ?? {} }),
  };
}

function requestOf(method: string, body: unknown): RequestInit {
  const once = { 'idempotency-key': randomUUID() };
  if (body === undefined) return { method, headers: once };
  const headers = { ...once, 'content-type': 'application/json' };
  return { method, headers, body: JSON.stringify(body) };
}

/** Asks until there is an answer that is not "not now", at most TRIES_MAX times. */
async function ask(
  desk: FoundDesk,
  world: World,
  url: string,
  init: RequestInit,
): Promise<Response> {
  const headers = new Headers(init.headers);
  if (desk.token !== '') headers.set('authorization', `Bearer ${desk.token}`);
  if (!headers.has('accept')) headers.set('accept', 'application/json');
  for (let tries = 1; ; tries++) {
    const answer = await reach(desk, world, url, { ...init, headers });
    if (answer.ok) return answer;
    const wait = Number(answer.headers.get('retry-after') ?? Number.NaN);
    const comesAgain = (answer.status === 503 || answer.status === 429) && tries < TRIES_MAX;
    if (!comesAgain || !(wait <= WAIT_SECONDS_MAX)) throw await refusedBy(desk, answer);
    await answer.body?.cancel();
    await pause(world, wait * 1_000);
  }
}

async function reach(
  desk: FoundDesk,
  world: World,
  url: string,
  init: RequestInit,
): Promise<Response> {
  try {
    return await world.fetch(url, { ...init, signal: world.signal, redirect: 'manual' });
  } catch (error) {
    if (world.signal.aborted) throw error;
    throw new DeskError('UNREACHABLE', { what: desk.url, why: reason(error) }, error);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there (tocsin serve starts a desk)',
  ENOTFOUND: 'there is no host of that name',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  ETIMEDOUT: 'no answer came in time',
  UND_ERR_CONNECT_TIMEOUT: 'no answer came in time',
};

/** fetch hides what happened in `cause`. The catalogue's sentence ends with a full stop. */
export function reason(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : '';
  const known = REASONS[String(code)];
  return known ?? (cause instanceof Error && cause.message !== '' ? cause.message : String(code));
}

async function jsonOf(desk: FoundDesk, answer: Response): Promise<unknown> {
  const text = await answer.text().catch((error: unknown) => {
    throw new DeskError('UNREACHABLE', { what: desk.url, why: reason(error) }, error);
  });
  return text === '' ? undefined : parsedFrom(desk, text);
}

/** JSON from the desk. Throws ANSWER_STRANGE. */
export function parsedFrom(desk: { url: string }, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw strange(desk, 'its answer is not JSON', error);
  }
}

export const strange = (desk: { url: string }, why: string, inside?: unknown): DeskError =>
  new DeskError('ANSWER_STRANGE', { what: desk.url, why }, inside);

/** Exit codes by status, for answers whose code this program does not know. */
const EXITS: Readonly<Record<number, number>> = {
  401: 3,
  403: 3,
  404: 4,
  409: 5,
  412: 5,
  429: 6,
  502: 6,
  503: 6,
  504: 6,
};

/** RFC 9457 from our own API, a bare string or `{message}` from the compatible ones. */
async function refusedBy(desk: FoundDesk, answer: Response): Promise<Error> {
  const text = await answer.text().catch(() => '');
  const body = parsed(text);
  const exit = EXITS[answer.status] ?? (answer.status >= 500 ? 1 : 2);
  if (typeof body === 'string') return new Refused('BODY_INVALID', exit, body);
  if (typeof body === 'object' && body !== null) {
    const { code, title, message, errors, faults } = body as Readonly<Record<string, unknown>>;
    if (typeof code === 'string' && typeof title === 'string') {
      const known = Object.hasOwn(FAILURES, code) ? FAILURES[code as FailureCode].exit : exit;
      return new Refused(code, known, `${title}${furtherFields(errors)}${furtherFaults(faults)}`);
    }
    if (typeof message === 'string') return new Refused('BODY_INVALID', exit, message);
  }
  if (answer.status === 401) return new DeskError('NOT_SIGNED_IN');
  return strange(desk, `status ${answer.status}`);
}

/** The title names the first field at fault; the others are added. */
function furtherFields(errors: unknown): string {
  if (!Array.isArray(errors)) return '';
  const others = errors.slice(1) as readonly { field?: unknown; expected?: unknown }[];
  return others.map((e) => ` \`${String(e.field)}\`: ${String(e.expected)}.`).join('');
}

/** The same for faults of a configuration, a line each. */
function furtherFaults(faults: unknown): string {
  if (!Array.isArray(faults)) return '';
  const others = faults.slice(1) as readonly { line?: unknown; column?: unknown; why?: unknown }[];
  return others.map((f) => `\n  line ${f.line}, column ${f.column}: ${f.why}`).join('');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

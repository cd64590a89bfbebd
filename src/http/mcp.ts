import { DeskError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { MCP_LIMITS } from '../mcp/bounded.ts';
import { answerTo, PROTOCOL, unreadable } from '../mcp/protocol.ts';
import type { Ask, Query } from '../mcp/tool.ts';
import { foreignOrigin } from './address.ts';
import { json } from './answer.ts';
import { VIEWER } from './api/parts.ts';
import { checkBody } from './body.ts';
import { roleCovers } from './door.ts';
import { failureAnswer, refusal } from './problem.ts';
import type { Answer, Asked, Route } from './route.ts';
import type { HttpSettings } from './settings.ts';

const PATH = '/mcp';

export interface McpParts {
  /** The routes of /api/v1, whose handlers answer the tools. */
  readonly routes: () => readonly Route[];
  readonly settings: HttpSettings;
  readonly version: string;
  readonly log: Log;
}

/**
 * The Model Context Protocol over streamable HTTP, 2025-06-18: each POST is one message, answered
 * at once as JSON. There is no session and no stream of the server's own, so a GET is refused.
 */
export const mcpRoute = (parts: McpParts): Route => ({
  method: 'POST',
  path: PATH,
  access: VIEWER,
  summary: 'For language-model clients: the tools of the Model Context Protocol.',
  bodyBytesMax: MCP_LIMITS.message_bytes_max,
  handle: (asked) => converse(parts, asked),
});

async function converse(parts: McpParts, asked: Asked): Promise<Answer> {
  // The protocol asks for this look even where a token was shown.
  const origin = foreignOrigin(asked.raw.request, parts.settings);
  if (origin !== undefined) throw refusal('ORIGIN_REFUSED', { origin });
  const spoken = asked.headers['mcp-protocol-version'];
  if (spoken !== undefined && spoken !== PROTOCOL)
    return json(400, unreadable(`This desk speaks ${PROTOCOL} of the protocol.`));
  const says = (error: unknown): string => sentence(parts, asked, error);
  const host = { version: parts.version, ask: askAs(parts.routes(), asked), says };
  const reply = await answerTo(asked.json, host);
  if (reply === undefined) return { status: 202 };
  return json(reply.id === null ? 400 : 200, reply);
}

function sentence({ log }: McpParts, { reference }: Asked, error: unknown): string {
  const { problem, unforeseen } = failureAnswer(error, reference);
  if (unforeseen) log.error('request.failed', { reference, method: 'POST', path: PATH, error });
  return problem.title;
}

/** The API in the caller's name: the same handlers, and the same rule on who may call them. */
function askAs(routes: readonly Route[], asked: Asked): Ask {
  const call = async (method: string, path: string, query: Query, body?: unknown) => {
    const { route, params } = found(routes, method, path);
    const { actor } = asked;
    const { access } = route;
    const may = actor.is !== 'nobody' && 'role' in access && roleCovers(actor.role, access.role);
    if (!may)
      throw new DeskError('NOT_ALLOWED', { need: 'role' in access ? access.role : 'admin' });
    const { bodySchema } = route;
    const answer = await route.handle({
      ...asked,
      params,
      query: new URLSearchParams(query.map(([name, value]): [string, string] => [name, value])),
      headers: {}, // those of the conversation say nothing about this call
      body: new Uint8Array(),
      json: bodySchema ? checkBody(bodySchema, body, 'application/json') : body,
    });
    return typeof answer.body === 'string' ? (JSON.parse(answer.body) as unknown) : undefined;
  };
  return {
    get: (path, query = []) => call('GET', path, query),
    send: (method, path, body) => call(method, path, [], body),
  };
}

/** Fixed parts go before parameters, as in the router. */
function found(routes: readonly Route[], method: string, path: string) {
  const parts = path.split('/');
  const isParameter = (part: string): boolean => part.startsWith(':');
  const fits = routes
    .map((route) => ({ route, pattern: route.path.split('/') }))
    .filter(
      ({ route, pattern }) =>
        route.method === method &&
        pattern.length === parts.length &&
        pattern.every((part, i) => isParameter(part) || part === parts[i]),
    )
    .sort((a, b) => a.pattern.filter(isParameter).length - b.pattern.filter(isParameter).length);
  const [first] = fits;
  if (first === undefined) throw new DeskError('NOT_FOUND', { what: `page ${path}` });
  const params = first.pattern.flatMap((part, i): [string, string][] =>
    isParameter(part) ? [[part.slice(1), decodeURIComponent(parts[i] ?? '')]] : [],
  );
  return { route: first.route, params: Object.fromEntries(params) };
}

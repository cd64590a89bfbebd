import type { TSchema } from 'typebox';
import { html } from '../../base/html.ts';
import { json, page } from '../answer.ts';
import type { HttpPages } from '../pages-contract.ts';
import type { Access, Route } from '../route.ts';
import { API, VIEWER } from './parts.ts';
import { problem } from './shapes.ts';

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 document of the routes below /api/v1, made from the table that serves them. */
export function openApiOf(routes: readonly Route[], server: string, version: string): Json {
  const schemas: Json = {};
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    if (!route.path.startsWith(`${API}/`)) continue;
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, schemas) };
  }
  schemas.Problem = bare(problem, {});
  return {
    openapi: '3.1.0',
    info: { title: 'Tocsin', version, description: 'The alarm desk. Times are RFC 3339 in UTC.' },
    servers: [{ url: server }],
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      schemas,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'A token of this desk (tcs_…).' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'tocsin_session',
          description: 'A browser’s session; unsafe methods need X-CSRF-Token too.',
        },
      },
    },
  };
}

function operation(route: Route, schemas: Json): Json {
  const { method, path, summary, access, bodySchema, answerSchema } = route;
  const content = (schema: TSchema, type: string) => ({
    [type]: { schema: reduced(schema, schemas) },
  });
  const stream = path.endsWith('/events');
  const type = path.endsWith('/plan') ? 'application/x-ndjson' : 'application/json';
  const ok = answerSchema
    ? { description: 'Done.', content: content(answerSchema, type) }
    : { description: 'Done.', ...(stream ? { content: { 'text/event-stream': {} } } : {}) };
  const status = method === 'DELETE' ? '204' : isCreation(route) ? '201' : '200';
  return {
    operationId: operationId(route),
    summary,
    description: `Needs ${needOf(access)}.`,
    parameters: [...pathParameters(path), ...queryParameters(route), ...headerParameters(route)],
    ...(bodySchema
      ? { requestBody: { required: true, content: content(bodySchema, 'application/json') } }
      : {}),
    responses: {
      [status]: ok,
      default: {
        description: 'A problem document (RFC 9457).',
        content: content(problem, 'application/problem+json'),
      },
    },
  };
}

const isCreation = ({ method, path }: Route): boolean =>
  method === 'POST' && (path === `${API}/users` || path === `${API}/tokens`);

/** `post /alarms/{id}/shelve` is `post-alarms-id-shelve`. */
const operationId = ({ method, path }: Route): string =>
  [method.toLowerCase(), ...path.slice(API.length).split('/')]
    .join('-')
    .replace(/:|--+/g, (s) => (s === ':' ? '' : '-'));

const needOf = (access: Access): string => {
  if (access.need === 'role' || access.need === 'local') return `the role ${access.role}`;
  return access.need === 'ingest' ? `a token of scope ingest:${access.source}` : 'nothing';
};

const pathParameters = (path: string): Json[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));

function queryParameters({ querySchema }: Route): Json[] {
  const properties = (querySchema as { properties?: Record<string, Json> } | undefined)?.properties;
  return Object.entries(properties ?? {}).map(([name, schema]) => {
    const { description, ...rest } = schema;
    return { name, in: 'query', ...(description ? { description } : {}), schema: rest };
  });
}

/** What is posted there is done once under a key. */
const ONCE_POSTS = [
  ...['alarms', 'silences', 'receivers', 'rules', 'maintenances'],
  ...['incidents', 'decisions', 'actions', 'cautions', 'schedules'],
].map((what) => `${API}/${what}`);

/** Actions are done once under a key, and only to the state that was seen. */
function headerParameters({ method, path }: Route): Json[] {
  if (!ONCE_POSTS.some((start) => method === 'POST' && path.startsWith(start))) return [];
  const text = { type: 'string' };
  const once = 'A retry under the same key changes nothing and is told the first outcome.';
  const all = [{ name: 'Idempotency-Key', in: 'header', description: once, schema: text }];
  const saw = 'An ETag of this alarm: 412 when it has been raised again since.';
  if (!path.startsWith(`${API}/alarms/:id`)) return all;
  return [...all, { name: 'If-Match', in: 'header', description: saw, schema: text }];
}

/** Schemas with an `$id` move to the components; the rest is copied without what only we use. */
function reduced(schema: unknown, schemas: Json): unknown {
  if (Array.isArray(schema)) return schema.map((one) => reduced(one, schemas));
  if (typeof schema !== 'object' || schema === null) return schema;
  const name = (schema as { $id?: string }).$id;
  if (name === undefined) return bare(schema, schemas);
  schemas[name] ??= bare(schema, schemas);
  return { $ref: `#/components/schemas/${name}` };
}

const bare = (schema: object, schemas: Json): Json =>
  Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => key !== '$id')
      .map(([key, value]) => [key, reduced(value, schemas)]),
  );

export interface OpenApiParts {
  /** Every route there is, these two included. */
  readonly routes: () => readonly Route[];
  readonly homeUrl: () => string;
  readonly version: string;
  readonly pages: HttpPages;
}

export const openApiRoutes = (parts: OpenApiParts): Route[] => [
  {
    method: 'GET',
    path: `${API}/openapi.json`,
    access: VIEWER,
    summary: 'This API as an OpenAPI 3.1 document.',
    handle: () => json(200, openApiOf(parts.routes(), parts.homeUrl(), parts.version)),
  },
  {
    method: 'GET',
    path: '/api',
    access: VIEWER,
    summary: 'This API as a page.',
    handle: () => page(apiPage(parts)),
  },
];

function apiPage({ routes, pages, homeUrl }: OpenApiParts): string {
  const listed = routes().filter((route) => route.path.startsWith(`${API}/`));
  const home = homeUrl();
  const rows = listed.map((route) => {
    const names = queryParameters(route).map((p) => String(p.name));
    const body = (route.bodySchema as { properties?: object } | undefined)?.properties;
    const fields = Object.keys(body ?? {});
    return html`<tr id="${operationId(route)}">
<td><code>${route.method}</code></td>
<td><code>${route.path}</code></td>
<td>${route.summary}${names.length > 0 && html`<br>Query: <code>${names.join(', ')}</code>`}${
      fields.length > 0 && html`<br>Body: <code>${fields.join(', ')}</code>`
    }</td>
<td>${needOf(route.access)}</td>
</tr>
`;
  });
  const intro = html`<p>Send a token as <code>Authorization: Bearer tcs_…</code>.
The same as an OpenAPI 3.1 document: <a href="${home}${API}/openapi.json">openapi.json</a>.
Errors are problem documents (RFC 9457); <a href="${home}/errors">every code</a>.</p>`;
  return pages.plain(
    'API',
    html`${intro}
<table class="table">
<thead><tr><th>Method</th><th>Path</th><th>What it does</th><th>Needs</th></tr></thead>
<tbody>
${rows}</tbody>
</table>`,
  );
}

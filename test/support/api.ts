import assert from 'node:assert/strict';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { parseInstant } from '../../src/base/time.ts';
import { openApiRoutes } from '../../src/http/api/openapi.ts';
import { type Api, openApi } from '../../src/http/api/routes.ts';
import { mcpRoute } from '../../src/http/mcp.ts';
import { plainPages } from '../../src/http/pages-contract.ts';
import type { Route } from '../../src/http/route.ts';
import { configurationOf } from './configuration.ts';
import { readFeed } from './feeds.ts';
import { openTestServer, signedIn, type TestServerOptions, tokenOf } from './http.ts';

const ajv = new Ajv2020({ strict: false, allErrors: true }).addFormat('date-time', {
  type: 'string',
  validate: (text: string) => parseInstant(text) !== undefined,
});

/** By the text of the schema: each server makes its schemas anew, and compiling one is long. */
const checks = new Map<string, ValidateFunction>();

/** The route that serves a path below /api/v1. Fixed parts before parameters. */
function routeOf(routes: readonly Route[], method: string, path: string): Route | undefined {
  const parts = path.split('/');
  const fits = routes.filter(({ method: m, path: pattern }) => {
    const wanted = pattern.split('/');
    const same = (part: string, i: number) => part.startsWith(':') || part === parts[i];
    return m === method && wanted.length === parts.length && wanted.every(same);
  });
  return fits.sort((a, b) => a.path.split(':').length - b.path.split(':').length)[0];
}

/** A desk with its API and one caller of each role. Every good answer is held to its schema. */
export async function openApiServer(options: Pick<TestServerOptions, 'sources' | 'parts'> = {}) {
  const apis: Api[] = [];
  const s = await openTestServer({
    ...options,
    routes: (parts) => {
      const homeUrl = () => 'http://desk.example.org';
      const configuration = configurationOf(parts.desk, parts.clock);
      const api = openApi({ ...parts, homeUrl, configuration, readFeed });
      apis.push(api);
      const all: readonly Route[] = api.routes;
      const described = openApiRoutes({
        routes: () => all,
        homeUrl,
        version: '1',
        pages: plainPages,
      });
      return [...all, ...described, mcpRoute({ ...parts, routes: () => all, version: '1' })];
    },
  });
  const call = async (method: string, path: string, headers: object, body?: unknown) => {
    const response = await fetch(`${s.url}/api/v1${path}`, {
      method,
      headers: {
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const value: unknown = text === '' ? undefined : JSON.parse(text);
    if (response.ok) holdToSchema(s.routes, method, path, value);
    return { status: response.status, headers: response.headers, body: value };
  };
  const caller = async (role: 'admin' | 'operator' | 'viewer') => {
    const { id } = await signedIn(s, role);
    const { id: token, authorization } = await tokenOf(s, id, 'role');
    const own = { authorization };
    return {
      id,
      /** What its actions are written down under. */
      by: `token:${token}`,
      authorization,
      get: (path: string, headers = {}) => call('GET', path, { ...own, ...headers }),
      post: (path: string, body: unknown, headers = {}) =>
        call('POST', path, { ...own, ...headers }, body),
      patch: (path: string, body: unknown) => call('PATCH', path, own, body),
      put: (path: string, body: unknown) => call('PUT', path, own, body),
      delete: (path: string) => call('DELETE', path, own),
    };
  };
  const admin = await caller('admin');
  const operator = await caller('operator');
  const viewer = await caller('viewer');
  return {
    ...s,
    admin,
    operator,
    viewer,
    /** Lets the store catch up with everything applied. */
    async stored() {
      for (let i = 0; i < 100 && s.desk.store.position < s.desk.memory.position; i++) {
        s.clock.pass(1_000);
        await new Promise(setImmediate);
      }
      assert.equal(s.desk.store.position, s.desk.memory.position);
    },
    async close() {
      for (const api of apis) api.close();
      await s.close();
    },
  };
}

function holdToSchema(
  routes: readonly Route[],
  method: string,
  path: string,
  value: unknown,
): void {
  const route = routeOf(routes, method, `/api/v1${path.split('?')[0]}`);
  assert.ok(route, `${method} ${path} is in the route table`);
  if (route.answerSchema === undefined) return;
  const nameless = JSON.stringify(route.answerSchema, (key, v) => (key === '$id' ? undefined : v));
  const fits = checks.get(nameless) ?? ajv.compile(JSON.parse(nameless) as object);
  checks.set(nameless, fits);
  assert.ok(fits(value), `${method} ${path}: ${ajv.errorsText(fits.errors)}`);
}

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Instant } from '../../src/base/time.ts';
import { alertmanagerRoutes } from '../../src/http/alertmanager.ts';
import { openApiRoutes } from '../../src/http/api/openapi.ts';
import { openApi } from '../../src/http/api/routes.ts';
import { csrfOf } from '../../src/http/cookie.ts';
import { healthRoutes } from '../../src/http/health.ts';
import { mcpRoute } from '../../src/http/mcp.ts';
import type { MountedSource } from '../../src/http/mount.ts';
import { openConsole } from '../../src/http/pages.ts';
import { plainPages } from '../../src/http/pages-contract.ts';
import type { Access, Route } from '../../src/http/route.ts';
import { configurationOf } from '../support/configuration.ts';
import { readFeed } from '../support/feeds.ts';
import { openTestServer, signedIn, tokenOf } from '../support/http.ts';

const webhook: MountedSource = {
  name: 'webhook',
  settings: {},
  source: {
    summary: 'Takes anything.',
    translate: () => ({ events: [], refused: [] }),
    http: {
      method: 'POST',
      path: () => '/in/webhook',
      bodyBytesMax: 100,
      answer: () => ({ status: 200, body: '' }),
    },
  },
};

const metrics = { contentType: 'text/plain', text: async () => '' };

const status = {
  version: '',
  revision: '',
  buildDate: '',
  startedAt: 0 as Instant,
  peer: undefined,
  config: () => '',
  receivers: () => ['none'],
};

/** Every route that main.ts mounts, but those of the organisation's sign-in. */
const opened = await openTestServer({
  sources: [webhook],
  routes: (parts) => {
    const homeUrl = () => 'http://127.0.0.1';
    const configuration = configurationOf(parts.desk, parts.clock);
    const api = openApi({ ...parts, homeUrl, configuration, readFeed });
    after(() => api.close());
    const site = openConsole({
      readFeed,
      ...parts,
      homeUrl,
      name: 'x',
      traps: () => '',
      listening: () => [],
      configuration,
    });
    after(() => site.close());
    return [
      ...api.routes,
      ...openApiRoutes({ routes: () => api.routes, homeUrl, version: '0', pages: plainPages }),
      mcpRoute({ ...parts, routes: () => api.routes, version: '0' }),
      ...healthRoutes({ desk: () => parts.desk, metrics, pages: plainPages }),
      ...alertmanagerRoutes({ desk: parts.desk, status }),
      ...site.routes,
    ];
  },
});
after(() => opened.close());

const source: Pick<Route, 'method' | 'path' | 'access'> = {
  method: 'POST',
  path: '/in/webhook',
  access: { need: 'ingest', source: 'webhook' },
};
const routes = [...opened.routes, source];

/** What each caller may do, said once more and without the code under test. */
type May = (access: Access, reads: boolean) => boolean;

const asViewer: May = (a, reads) =>
  a.need === 'nothing' || ('role' in a ? a.role === 'viewer' : reads);
const asOperator: May = (a) => !('role' in a) || a.role !== 'admin';
const asSender: May = (a, reads) => a.need === 'nothing' || (a.need === 'ingest' && !reads);
const forWebhook: May = (a, reads) =>
  asSender(a, reads) && (a.need !== 'ingest' || a.source === 'webhook');

const MAY: Readonly<Record<string, May>> = {
  nobody: (a) => a.need !== 'role', // from this machine
  'somebody far away': (a) => a.need === 'nothing',
  viewer: asViewer,
  operator: asOperator,
  admin: () => true,
  'token of a viewer': asViewer,
  'token of an operator': asOperator,
  'ingest token': forWebhook,
  'ingest token for all': asSender,
  'foreign ingest token': (a) => a.need === 'nothing',
  'token of a wall': (a) => a.need === 'nothing',
};

const headers: Record<string, () => Promise<Record<string, string>>> = {};

before(async () => {
  const admin = await signedIn(opened, 'admin');
  const operator = await signedIn(opened, 'operator');
  const viewer = await signedIn(opened, 'viewer');
  const session = (id: typeof admin.id) => async () => {
    const { secret } = opened.people.openSession(id); // a new one: some routes end it
    return { cookie: `tocsin_session=${secret}`, 'x-csrf-token': csrfOf(secret) };
  };
  const bearer = (token: { authorization: string }) => async () => ({
    authorization: token.authorization,
  });
  headers.nobody = async () => ({});
  headers['somebody far away'] = async () => ({ 'x-forwarded-for': '192.0.2.1' });
  headers.viewer = session(viewer.id);
  headers.operator = session(operator.id);
  headers.admin = session(admin.id);
  headers['token of a viewer'] = bearer(await tokenOf(opened, viewer.id, 'role'));
  headers['token of an operator'] = bearer(await tokenOf(opened, operator.id, 'role'));
  headers['ingest token'] = bearer(await tokenOf(opened, operator.id, 'ingest:webhook'));
  headers['ingest token for all'] = bearer(await tokenOf(opened, operator.id, 'ingest:*'));
  headers['token of a wall'] = bearer(await tokenOf(opened, operator.id, 'wall'));
  headers['foreign ingest token'] = bearer(await tokenOf(opened, operator.id, 'ingest:other'));
});

for (const { method, path, access } of routes) {
  test(`${method} ${path} lets in whom its rule names, and nobody else`, async () => {
    for (const [who, may] of Object.entries(MAY)) {
      const own = (await headers[who]?.()) ?? {};
      const code = await askedFor(method, path, own);
      const refused = code === 'NOT_SIGNED_IN' || code === 'NOT_ALLOWED';
      assert.equal(refused, !may(access, method === 'GET'), `${who}: ${code}`);
      const named = Object.keys(own).some((name) => name === 'cookie' || name === 'authorization');
      if (refused) assert.equal(code, named ? 'NOT_ALLOWED' : 'NOT_SIGNED_IN', who);
    }
  });
}

/** The code of the problem, or '' when there was none. Streams are left at once. */
async function askedFor(method: string, path: string, own: Record<string, string>) {
  const leave = new AbortController();
  const response = await fetch(opened.url + path.replaceAll(/:\w+/g, 'none'), {
    method,
    headers: { ...own, ...(method === 'GET' ? {} : { 'content-type': 'application/json' }) },
    ...(method === 'GET' ? {} : { body: '{}' }),
    redirect: 'manual',
    signal: leave.signal,
  });
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json');
  const problem = isProblem ? ((await response.json()) as { code: string }) : { code: '' };
  leave.abort();
  if (response.headers.get('location')?.startsWith('/sign-in?next=')) return 'NOT_SIGNED_IN';
  // Alertmanager's API has a shape of its own for what the door refuses.
  if (path.startsWith('/api/v2/'))
    return { 401: 'NOT_SIGNED_IN', 403: 'NOT_ALLOWED' }[response.status] ?? '';
  return problem.code;
}

test('the home page sends programs to the sign-in page too, other pages tell them why not', async () => {
  const home = await fetch(`${opened.url}/`, { redirect: 'manual' });
  assert.equal(home.headers.get('location'), '/sign-in?next=%2F');
  const page = await fetch(`${opened.url}/audit`, { redirect: 'manual' });
  assert.match(page.headers.get('content-type') ?? '', /^application.problem.json/);
});

test('what is open to everybody is on this list, and nothing else is', () => {
  const open = routes
    .filter((r) => r.access.need === 'nothing')
    .map((r) => `${r.method} ${r.path}`);
  assert.deepEqual(open.sort(), [
    'GET /-/healthy',
    'GET /-/ready',
    'GET /answer/:page/:person/:proof', // signed: for one page and one person
    'GET /calendar.ics', // by the secret in its address
    'GET /errors',
    'GET /favicon.ico',
    'GET /metrics',
    'GET /sign-in',
    'GET /static/:version/:file',
    'GET /wall', // by the secret in its address
    'GET /wall/part',
    'GET /welcome',
    'POST /answer/:page/:person/:proof',
    'POST /sign-in',
    'POST /sign-out',
    'POST /welcome',
  ]);
});

test('every route that changes something takes more than reading', () => {
  const readers = routes
    .filter((r) => r.method !== 'GET' && r.access.need === 'role' && r.access.role === 'viewer')
    .map((r) => `${r.method} ${r.path}`);
  assert.deepEqual(readers, [
    'POST /api/v1/routes/test', // a question: nothing is kept
    'POST /api/v1/tokens', // own tokens only
    'DELETE /api/v1/tokens/:id',
    'POST /api/v1/label-rules/plan', // a question
    'POST /api/v1/calendars', // a token that only reads a calendar
    'POST /api/v1/contacts', // own addresses only, but for admins
    'DELETE /api/v1/contacts/:id',
    'POST /api/v1/contacts/:id/test',
    'POST /api/v1/contacts/:id/verify',
    'POST /api/v1/views', // one’s own
    'DELETE /api/v1/views/:id',
    'POST /api/v1/views/:id/start',
    'POST /mcp', // each tool asks a route of the API, by the rule of that route
    'POST /views', // one’s own
    'POST /theme',
    'POST /oncall/calendar',
    'POST /kept/discard', // one’s own
    'POST /me/contacts',
    'POST /me/contacts/:id/test',
    'POST /me/contacts/:id/verify',
    'POST /me/contacts/:id/remove',
  ]);
});

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { FAILURES } from '../../src/base/errors.ts';
import { healthRoutes, unreadyWhy } from '../../src/http/health.ts';
import { openMetrics } from '../../src/http/metrics.ts';
import { plainPages } from '../../src/http/pages-contract.ts';
import { openApiServer } from '../support/api.ts';
import { clear, openTestServer, raise } from '../support/http.ts';

const s = await openApiServer();
after(() => s.close());

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: object;
  readonly responses: Record<string, object>;
}
const { body } = await s.viewer.get('/openapi.json');
const document = body as {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, object> };
};

test('every route below /api/v1 is in the OpenAPI document, with what it takes and answers', () => {
  assert.equal(document.openapi, '3.1.0');
  const ids = new Set<string>();
  const api = s.routes.filter((route) => route.path.startsWith('/api/v1/'));
  assert.ok(api.length > 20);
  for (const route of api) {
    if (route.path.endsWith('/openapi.json')) continue;
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    const operation = document.paths[path]?.[route.method.toLowerCase()];
    assert.ok(operation, `${route.method} ${path}`);
    assert.equal(operation.summary, route.summary);
    assert.equal('requestBody' in operation, route.bodySchema !== undefined, path);
    const named = operation.parameters.filter((p) => p.in === 'path').map((p) => p.name);
    assert.deepEqual(
      named,
      [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
    );
    assert.ok(operation.responses.default, path);
    assert.ok(route.answerSchema || route.method === 'DELETE' || path.endsWith('/events'), path);
    ids.add(operation.operationId);
  }
  assert.equal(ids.size, api.length - 1, 'each operation has a name of its own');
});

test('every reference in the document leads somewhere, and nothing private is in it', () => {
  const text = JSON.stringify(document);
  const names = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, n]) => n);
  assert.ok(names.includes('Alarm') && names.includes('Problem'));
  for (const name of names) assert.ok(document.components.schemas[name ?? ''], name);
  assert.doesNotMatch(text, /"\$id"|"~/);
});

test('the API page lists every operation without a script', async () => {
  const headers = { authorization: s.viewer.authorization };
  const page = await (await fetch(`${s.url}/api`, { headers })).text();
  assert.match(page, /<code>\/api\/v1\/alarms\/:id\/explain<\/code>/);
  assert.doesNotMatch(page, /<script|style=/);
});

async function openHealth() {
  const opened: { close(): void }[] = [];
  const server = await openTestServer({
    routes: ({ desk, figures, clock }) => {
      const metrics = openMetrics({ desk, figures, clock, streamsOpen: () => 7 });
      opened.push(metrics);
      return healthRoutes({ desk: () => desk, metrics, pages: plainPages });
    },
  });
  return {
    ...server,
    async close() {
      for (const one of opened) one.close();
      await server.close();
    },
  };
}

test('ready says no while starting and while nothing can be written, and why', async (t) => {
  const h = await openHealth();
  t.after(h.close);
  assert.equal((await fetch(`${h.url}/-/healthy`)).status, 200);
  assert.equal((await fetch(`${h.url}/-/ready`)).status, 200);
  assert.equal(unreadyWhy(undefined), 'The desk is starting.');
  h.journal.failNext('no space left', Number.POSITIVE_INFINITY);
  await h.desk.receive('test', [raise('x')]);
  const down = await fetch(`${h.url}/-/ready`);
  assert.equal(down.status, 503);
  assert.match(await down.text(), /^The journal takes no writes: .*no space left/);
  assert.equal((await fetch(`${h.url}/-/healthy`)).status, 200, 'restarting would not help');
  h.journal.failNext('', 0);
});

test('metrics tell of sources, journal, alarms and process in the text format', async (t) => {
  const h = await openHealth();
  t.after(h.close);
  h.figures.received('snmp', 5, h.clock.now());
  h.figures.refused('snmp', 'bad', new Uint8Array(), h.clock.now(), { count: 2 });
  h.figures.dropped('snmp', 'kernel', 3);
  await h.desk.receive('test', [raise('a'), raise('b', { severity: 'minor' }), raise('c')]);
  await h.desk.receive('test', [clear('c')]);
  const response = await fetch(`${h.url}/metrics`);
  assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  const lines = text.split('\n');
  for (const line of [
    'tocsin_source_events_total{source="snmp"} 5',
    'tocsin_source_refused_total{source="snmp"} 2',
    'tocsin_source_dropped_total{source="snmp",where="kernel"} 3',
    'tocsin_alarms{condition="raised",handling="none",severity="critical"} 1',
    'tocsin_alarms{condition="raised",handling="none",severity="minor"} 1',
    'tocsin_alarms{condition="cleared",handling="none",severity="critical"} 1',
    'tocsin_journal_up 1',
    'tocsin_entries_waiting 0',
    'tocsin_http_streams 7',
  ])
    assert.ok(lines.includes(line), `${line} in\n${text}`);
  for (const name of [
    'tocsin_journal_commit_seconds_bucket{le="0.01"}',
    'tocsin_journal_entries_total',
    'tocsin_renewals_total',
    'tocsin_store_lag_changes',
    'tocsin_eventloop_delay_seconds{quantile="0.99"}',
    'process_resident_memory_bytes',
    'process_cpu_seconds_total',
  ])
    assert.ok(text.includes(`\n${name} `), name);
});

test('each commit is counted once in the histogram, however often it is read', async (t) => {
  const h = await openHealth();
  t.after(h.close);
  const count = async () =>
    Number(/commit_seconds_count (\d+)/.exec(await (await fetch(`${h.url}/metrics`)).text())?.[1]);
  const before = await count();
  await h.desk.receive('test', [raise('a')]);
  h.clock.pass(5_000);
  assert.equal(await count(), before + 1);
  assert.equal(await count(), before + 1);
});

test('every error code has its place on the page that problems point to', async (t) => {
  const h = await openHealth();
  t.after(h.close);
  const page = await (await fetch(`${h.url}/errors`)).text();
  for (const code of Object.keys(FAILURES)) assert.ok(page.includes(`id="${code}"`), code);
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ADMIN_TOKEN_FILE, adminTokenText } from '../../src/cli/admin-token.ts';
import { LIST_OBJECTS_MAX } from '../../src/cli/netbox-api.ts';
import { openApiServer } from '../support/api.ts';
import { raise } from '../support/http.ts';
import { workbook } from '../support/xlsx.ts';
import { ran } from './world.ts';

const s = await openApiServer();
const cwd = mkdtempSync(join(tmpdir(), 'tocsin-inventory-'));
mkdirSync(join(cwd, 'd'));
const token = s.admin.authorization.slice('Bearer '.length);
writeFileSync(join(cwd, 'd', ADMIN_TOKEN_FILE), adminTokenText({ token, url: s.url }));
after(async () => {
  rmSync(cwd, { recursive: true });
  await s.close();
});

const cli = (line: string, ...more: readonly string[]) =>
  ran([...`inventory ${line}`.split(' '), ...more, '--data', 'd'], { cwd });

const write = (name: string, text: string) => writeFileSync(join(cwd, name), text);

test('a file is looked at, imported, changed and brought back from the shell', async () => {
  assert.match((await cli('show')).out, /nothing yet/);
  write('Net work.yml', 'devices:\n  - {id: rt1, site: osl, vendor: A}\n  - {site: bgo}\n');
  const plan = await ran(['inventory', 'plan', 'Net work.yml', '--data', 'd'], { cwd });
  assert.equal(plan.exit, 2, 'a row would be left out');
  assert.match(
    plan.err,
    /^Net work\.yml:3: device:: it has no id and no name; expected .* \(left out\)$/m,
  );
  assert.match(plan.out, /^\+ device:rt1$/m);
  assert.match(plan.out, /^feed net-work, it is new: 1 thing: 1 added, 0 changed, 0 removed$/m);
  write('net.yml', 'devices:\n  - {id: rt1, site: osl, vendor: A, ports: [xe-1]}\n');
  assert.equal((await cli('import net.yml')).exit, 2, 'it asks why');
  const first = await cli('import net.yml', '--why', 'the first');
  assert.equal(first.exit, 0, first.err);
  const id = /^(v\d+) of net is in force: 2 things: 2 added/.exec(first.out)?.[1] ?? '';
  assert.match((await cli('import net.yml', '--why', 'again')).out, /nothing changed/);
  write('net.yml', 'devices:\n  - {id: rt1, site: bgo, vendor: B}\n');
  assert.match(
    (await cli('plan net.yml')).out,
    /^~ device:rt1 {2}partOf: site:osl -> site:bgo; vendor: A -> B$/m,
  );
  assert.equal((await cli('import net.yml', '--why', 'late', '--based-on', 'v1')).exit, 5);
  await cli('import net.yml', '--why', 'moved');
  const versions = await cli('versions net');
  assert.match(versions.out, /^v\d+ \* .*\+0 ~1 -1 +moved$/m);
  assert.match((await cli(`versions net ${id}`)).out, /^\+ port:rt1\/xe-1$/m);
  assert.match((await cli(`restore net ${id}`, '--why', 'no')).out, /1 added, 1 changed/);
  assert.match((await cli('show')).out, /^2 things: 1 device, 1 port$/m);
});

test('a thing is listed, shown with what is raised on it, and found as an alarm names it', async () => {
  await s.desk.receive('t', [raise('rt1/xe-1')]);
  assert.match((await cli('list rt1 --kind port')).out, /^port:rt1\/xe-1 +device:rt1$/m);
  const shown = await cli('show device:rt1');
  assert.match(shown.out, /^ {2}part of +site:osl$/m);
  assert.match(shown.out, /^ {2}critical +[0-9a-f]{16} {2}rt1\/xe-1 is down$/m);
  const found = await cli('find -l instance=rt1:9100');
  assert.equal(found.out, 'device:rt1\n  device         rt1\n  site           osl\n');
  assert.equal((await cli('find nobody')).exit, 4);
  const list = JSON.parse((await cli('list --json')).out);
  assert.equal(list.total, 2);
  assert.match((await cli('empty net', '--why', 'closed')).out, /2 removed/);
});

test('a type is described from the shell and told with its alarms', async () => {
  const types = (line: string, ...more: readonly string[]) =>
    ran([...`types ${line}`.split(' '), ...more, '--data', 'd'], { cwd });
  await s.desk.receive('t', [raise('rt9')]);
  assert.match((await types('list')).out, /^link\.down .*not described yet$/m);
  assert.equal((await types('show link.down')).exit, 4);
  assert.equal((await types('set link.down', '--means', 'no light')).exit, 2, 'it asks why');
  const said = ['--means', 'no light', '--why', 'review', '--respond-within', '15m'];
  const set = await types('set link.down --severity major --will-clear no', ...said);
  assert.equal(set.out, 'described: link.down\n', set.err);
  const shown = await types('show link.down');
  for (const what of [
    /means +no light/,
    /respond within +15m/,
    /clears +never/,
    /decided .*: review/,
  ])
    assert.match(shown.out, what);
  const [alarm] = [...s.desk.memory.all('alarms')].filter((a) => a.resource === 'rt9');
  const whole = await ran(['show', alarm?.id ?? '', '--data', 'd'], { cwd });
  assert.match(whole.out, /Its type\n {2}means +no light/);
  assert.equal((await types('remove link.down', '--why', 'split')).out, 'removed: link.down\n');
});

/** A NetBox of 1,001 sites and a device, that wants its token. */
async function openNetbox() {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    asked.push(`${url.pathname}${url.search}`);
    if (request.headers.authorization !== 'Token s3cret') return response.writeHead(403).end('{}');
    const sites = Array.from({ length: 1_001 }, (_, id) => ({
      id,
      name: `Site ${id}`,
      slug: `s${id}`,
    }));
    const devices = [{ id: 1, name: 'nb1', site: { id: 7, slug: 's7' } }];
    const all = url.pathname.endsWith('/sites/')
      ? sites
      : url.pathname.endsWith('/devices/')
        ? devices
        : [];
    const from = Number(url.searchParams.get('offset'));
    const results = all.slice(from, from + Number(url.searchParams.get('limit')));
    return response.end(JSON.stringify({ count: all.length, next: 'http://192.0.2.1/', results }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked, close: () => server.close() };
}

test('NetBox is read over its API, page by page, with the token of the environment', async () => {
  const netbox = await openNetbox();
  after(netbox.close);
  const line = ['inventory', 'import', netbox.url, '--why', 'tonight', '--data', 'd'];
  const refused = await ran(line, { cwd });
  assert.equal(refused.exit, 6);
  assert.match(refused.err, /put one into NETBOX_TOKEN/);
  const done = await ran(line, { cwd, env: { NETBOX_TOKEN: 's3cret' } });
  assert.match(done.out, /of netbox is in force: 1002 things/, done.err);
  assert.ok(netbox.asked.includes('/api/dcim/sites/?limit=1000&offset=1000'));
  assert.match((await cli('find nb1')).out, /^ {2}site +s7$/m);
});

test('what answers but is no NetBox, and a list that does not end, is told', async () => {
  const answering = (body: string) => async () => new Response(body);
  const run = (body: string) =>
    ran(['inventory', 'plan', 'http://192.0.2.1', '--data', 'd'], {
      cwd,
      replace: { fetch: answering(body) as never },
    });
  assert.match((await run('<html>')).err, /and no list/);
  const page = JSON.stringify({ count: LIST_OBJECTS_MAX + 2_000, results: Array(1_000).fill(0) });
  const endless = await run(page);
  assert.match(endless.err, /does not end/);
});

test('a workbook is imported from the shell, by sheet', async () => {
  const sheets = {
    Notes: [['x']],
    Ports: [
      ['device', 'name', 'ifIndex'],
      ['rt9', 'xe-1', 514],
    ],
  };
  writeFileSync(join(cwd, 'Book.xlsx'), workbook(sheets));
  const plan = await cli('plan Book.xlsx --kind port --sheet Ports');
  assert.match(plan.out, /^\+ port:rt9\/xe-1$/m, plan.err);
  const done = await cli('import Book.xlsx --kind port --sheet Ports', '--why', 'the ports');
  assert.match(done.out, /of book is in force: 1 thing: 1 added/);
  assert.equal((await cli('find rt9/if-514')).out.split('\n')[0], 'port:rt9/xe-1');
  assert.match((await cli('plan Book.xlsx --kind port --sheet No')).err, /are: Notes, Ports/);
});

test('a lookup table says first what open alarms would learn, then they have', async () => {
  await s.desk.receive('snmp', [raise('line 7', { labels: { circuit: 'C-4711' } })]);
  const table = readFileSync(new URL('../../examples/customers.csv', import.meta.url));
  writeFileSync(join(cwd, 'customers.csv'), table);
  const plan = await cli('plan customers.csv --kind lookup');
  assert.match(plan.out, /^\+ lookup:circuit=C-4711$/m, plan.err);
  assert.match(plan.out, /^1 of \d+ open alarms would have other labels$/m);
  assert.match(plan.out, /line 7 .*contract: none -> gold; customer: none -> Example Hospital/);
  await cli('import customers.csv --kind lookup', '--why', 'customers');
  const found = await cli('find -l circuit=C-4712');
  assert.match(found.out, /customer .*Example School/);
  const listed = await cli('list --kind lookup');
  assert.match(listed.out, /lookup:device\^osl-/);
});

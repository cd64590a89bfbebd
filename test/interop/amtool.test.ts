import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Program, startProgram } from '../crash/program.ts';

/** Debian's package `prometheus-alertmanager` brings amtool. */
const missing = spawnSync('amtool', ['--version']).error !== undefined;
const skip = missing && 'amtool missing: apt-get install prometheus-alertmanager';

const CONFIG = `global:
  resolve_timeout: 5m
route:
  receiver: ops
  group_by: [alertname]
  routes:
  - receiver: web
    matchers: [team="web"]
    continue: true
  - receiver: db
    match: { team: db }
inhibit_rules:
- source_matchers: [alertname="SiteDown"]
  target_matchers: [severity="warning"]
  equal: [site]
receivers:
- name: ops
- name: web
  webhook_configs: [{ url: 'http://127.0.0.1:9/hook' }]
- name: db
`;

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function amtool(args: readonly string[], input = ''): Promise<Ran> {
  const child = spawn('amtool', args, { stdio: 'pipe' });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}

interface Silence {
  readonly id: string;
  readonly comment: string;
  readonly createdBy: string;
  readonly status: { readonly state: string };
  readonly matchers: readonly { readonly name: string; readonly value: string }[];
}

describe('amtool', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-amtool-'));
  const config = join(folder, 'alertmanager.yml');
  let desk: Program;
  before(async () => {
    writeFileSync(config, CONFIG);
    desk = await startProgram(join(folder, 'data'), [`--config.file=${config}`]);
  });
  after(async () => {
    await desk.end('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  });

  const tried = (args: readonly string[], input = '') =>
    amtool([`--alertmanager.url=${desk.url}`, ...args], input);
  /** What it printed; a refusal fails the test. */
  const told = async (...args: readonly string[]): Promise<string> => {
    const { code, out, err } = await tried(args);
    assert.equal(code, 0, `amtool ${args.join(' ')}: ${err}${out}`);
    return out.trim();
  };
  const json = async <T>(...args: readonly string[]): Promise<T> =>
    JSON.parse(await told('-o', 'json', ...args)) as T;
  const alerts = async (...args: readonly string[]): Promise<readonly string[]> => {
    const found = await json<{ labels: Record<string, string> }[]>('alert', 'query', ...args);
    return found.map(({ labels }) => labels.alertname ?? '').sort();
  };
  const silence = (...args: readonly string[]) =>
    told('silence', 'add', '--author=nora', '--comment=works', ...args);
  const silences = (...args: readonly string[]) => json<Silence[]>('silence', 'query', ...args);
  const ids = async (...args: readonly string[]): Promise<readonly string[]> =>
    (await silences(...args)).map(({ id }) => id);

  test('what alert add hands in, alert query finds by matchers of every kind', async () => {
    await told('alert', 'add', 'Handmade', 'node=core-1', '--annotation=summary=by hand');
    await told('alert', 'add', 'Other', 'node=core-2');
    assert.deepEqual(await alerts('node=~core-.*'), ['Handmade', 'Other']);
    assert.deepEqual(await alerts('Handmade'), ['Handmade']);
    assert.deepEqual(await alerts('node=~core-.*', 'alertname!=Other'), ['Handmade']);
    assert.deepEqual(await alerts('node!~core-.*', 'node!='), []);
    assert.match(await told('alert', 'query', 'node=core-1'), /Handmade .* by hand +active/);
    assert.match(await told('-o', 'extended', 'alert', 'query', 'Other'), /node="core-2"/);
  });

  test('an end that has come resolves what alert add handed in', async () => {
    await told('alert', 'add', 'Brief', 'node=core-1');
    assert.deepEqual(await alerts('Brief'), ['Brief']);
    const at = new Date().toISOString();
    await told('alert', 'add', 'Brief', 'node=core-1', `--end=${at}`);
    assert.deepEqual(await alerts('Brief'), []);
  });

  test('alert query finds by receiver, and tells the silenced and the inhibited apart', async () => {
    await told('alert', 'add', 'Slow', 'team=web', 'site=s1', 'severity=warning');
    await told('alert', 'add', 'Full', 'team=db', 'site=s2', 'severity=warning');
    assert.deepEqual(await alerts('--receiver=web'), ['Slow']);
    assert.deepEqual(await alerts('--receiver=w.b|db'), ['Full', 'Slow']);
    await told('alert', 'add', 'SiteDown', 'site=s2', 'severity=critical');
    assert.deepEqual(await alerts('--inhibited', 'site=~s.'), ['Full']);
    const id = await silence('site=s1');
    assert.deepEqual(await alerts('--silenced', 'site=~s.'), ['Slow']);
    assert.deepEqual(await alerts('--active', 'site=~s.'), ['SiteDown']);
    await told('silence', 'expire', id);
    assert.deepEqual(await alerts('--silenced', 'site=~s.'), []);
  });

  test('silence add, query, update and expire', async () => {
    const id = await silence('job=backup', 'host=~db-.*', 'site!=fra', '--duration=1h');
    assert.deepEqual(await ids('job=backup'), [id]);
    assert.deepEqual(await ids('--created-by=nora', 'host=~db-.*'), [id]);
    assert.deepEqual(await ids('--created-by=somebody', 'job=backup'), []);
    assert.deepEqual(await ids('--within=2h', 'job=backup'), [id]);
    assert.deepEqual(await ids('--within=10m', 'job=backup'), []);
    assert.equal(await told('silence', 'query', '-q', 'job=backup'), id);
    assert.match(
      await told('silence', 'query', 'job=backup'),
      /job="backup" host=~"db-\.\*" site!="fra" .* nora +works/,
    );
    await told('silence', 'update', id, '--duration=3h', '--comment=longer');
    const [updated] = await silences('job=backup');
    assert.deepEqual([updated?.id, updated?.comment], [id, 'longer']);
    await told('silence', 'expire', id);
    assert.deepEqual(await ids('job=backup'), []);
    assert.deepEqual(await ids('--expired', '--within=1h', 'job=backup'), [id]);
  });

  test('silence add for later is pending, and an update of what is active may make a new one', async () => {
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const id = await silence('job=later', `--start=${later}`, '--duration=2h');
    const [pending] = await silences('job=later');
    assert.deepEqual([pending?.id, pending?.status.state], [id, 'pending']);
    await told('silence', 'update', id, `--start=${later}`, '--duration=4h');
    assert.deepEqual(await ids('job=later'), [id]);
  });

  test('silence import takes what silence query exported; a part that is bad is named', async () => {
    await silence('job=move');
    const exported = await told('-o', 'json', 'silence', 'query', 'job=move');
    const { code, out, err } = await tried(['silence', 'import', '--force'], exported);
    assert.equal(code, 0, err);
    assert.equal(out.trim().split('\n').length, 1);
    assert.equal((await silences('job=move')).length, 2);
    const updated = await tried(['silence', 'import'], exported);
    assert.equal(updated.code, 0, updated.err);
    assert.equal((await silences('job=move')).length, 2);
    assert.notEqual((await tried(['silence', 'import'], 'no json')).code, 0);
    const [good] = JSON.parse(exported) as Silence[];
    const bad = [{ ...good, matchers: [] }, { ...good }];
    const partly = await tried(['silence', 'import', '--force'], JSON.stringify(bad));
    assert.notEqual(partly.code, 0);
    assert.match(
      partly.err + partly.out,
      /matchers in body should have at least 1 items|couldn't import 1 out of 2/,
    );
    assert.equal((await silences('job=move')).length, 3);
  });

  test('what the desk refuses it can show', async () => {
    const refused = async (...args: readonly string[]) => {
      const { code, out, err } = await tried(args);
      assert.notEqual(code, 0, args.join(' '));
      return err + out;
    };
    const bad = await refused('silence', 'add', '--author=n', '--comment=c', 'a=~.*');
    assert.match(bad, /at least one matcher must not match the empty string/);
    const none = '00000000-0000-4000-8000-000000000000';
    assert.match(await refused('silence', 'expire', none), /404/);
    assert.match(await refused('alert', 'query', '--receiver=('), /failed to parse receiver param/);
  });

  test('a desk that wants a name says so with its status, and takes the token of --http.config.file', async () => {
    const closed = await startProgram(join(folder, 'closed'), ['--ingest.without-token=nobody']);
    for (const args of [
      ['alert', 'query'],
      ['silence', 'query'],
      ['alert', 'add', 'x'],
    ]) {
      const { code, err } = await amtool([`--alertmanager.url=${closed.url}`, ...args]);
      assert.notEqual(code, 0);
      assert.match(err, /401/, args.join(' '));
    }
    const http = join(folder, 'http.yml');
    writeFileSync(http, `authorization: { credentials: ${closed.token()} }\n`);
    const named = [`--alertmanager.url=${closed.url}`, `--http.config.file=${http}`];
    const { code, err } = await amtool([...named, 'alert', 'add', 'Named']);
    assert.equal(code, 0, err);
    assert.match((await amtool([...named, 'alert', 'query'])).out, /Named/);
    await closed.end('SIGTERM');
  });

  test('config show and check-config read the configuration as the desk tells it', async () => {
    const shown = await told('config', 'show');
    assert.match(shown, /receivers:/);
    const file = join(folder, 'shown.yml');
    writeFileSync(file, shown);
    const { code, out } = await amtool(['check-config', file]);
    assert.equal(code, 0, out);
    assert.match(out, /3 receivers/);
    assert.match(out, /1 inhibit rules/);
    assert.equal((await amtool(['check-config', config])).code, 0);
  });

  test('config routes show draws the tree; config routes test follows labels through it', async () => {
    const tree = await told('config', 'routes', 'show');
    for (const name of ['receiver: ops', 'receiver: web', 'receiver: db']) {
      assert.ok(tree.includes(name), tree);
    }
    const test = (...args: readonly string[]) => told('config', 'routes', 'test', ...args);
    assert.equal(await test('team=web'), 'web');
    assert.equal(await test('team=db'), 'db');
    assert.equal(await test('team=net'), 'ops');
    await test('--verify.receivers=web', 'team=web');
    const wrong = await tried(['config', 'routes', 'test', '--verify.receivers=db', 'team=web']);
    assert.notEqual(wrong.code, 0);
  });

  test('cluster show names the desk as its only member', async () => {
    const shown = await told('-o', 'extended', 'cluster', 'show');
    assert.match(shown, /ready/);
    assert.match(shown, RegExp(desk.url.replace('http://', '')));
  });

  test('template render works as ever: it asks no desk', async () => {
    const file = join(folder, 'own.tmpl');
    writeFileSync(file, '{{ define "own" }}{{ .Receiver }}/{{ .Status }}{{ end }}');
    const args = [`--template.glob=${file}`, '--template.text={{ template "own" . }}'];
    const { code, out, err } = await amtool(['template', 'render', ...args]);
    assert.equal(code, 0, err);
    assert.match(out, /^\w+\/\w+/);
  });
});

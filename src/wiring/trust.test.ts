import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHANNELS } from '../channels/index.ts';
import { type Config, loadConfig } from '../config/read.ts';
import { folderFaults, guarded, notAllowed } from './trust.ts';

const secrets = new Map<string, string>();
const keep = (value: string): string => {
  const ref = `s${[...new Set([...secrets.values(), value])].indexOf(value)}`;
  secrets.set(ref, value);
  return ref;
};

const read = (way: string, more = ''): Config =>
  loadConfig(
    `route: {receiver: ops}\nreceivers:\n- name: ops\n  ${way}\n${more}`,
    '/etc/desk/alertmanager.yml',
    CHANNELS,
    { keep },
  );

const hook = (url: string, password: string): string =>
  `webhook_configs: [{url: '${url}', http_config: {basic_auth: {username: n, password: ${password}}}}]`;

const FILE = read(hook('http://127.0.0.1/a', 'one'));
const trustOf = (config: Config): readonly unknown[] =>
  guarded(config, FILE.document).document.receivers.flatMap(({ ways }) => ways.map((w) => w.trust));

test('a way that stands in the file word for word is trusted, any other is guarded', () => {
  assert.deepEqual(trustOf(read(hook('http://127.0.0.1/a', 'one'))), [undefined]);
  assert.deepEqual(trustOf(read(hook('http://127.0.0.1/b', 'one'))), ['guarded']);
});

test('what was guarded before does not become trusted by being saved again', () => {
  const edited = guarded(read(hook('http://127.0.0.1/b', 'one')), FILE.document);
  const again = guarded(read(hook('http://127.0.0.1/b', 'one')), edited.document);
  assert.equal(again.document.receivers[0]?.ways[0]?.trust, 'guarded');
});

test('a kept secret does not go to another address, a new one does', () => {
  const [why] = notAllowed(read(hook('http://other.example/', 'one')), FILE.document);
  assert.match(why ?? '', /^ops\/webhook\[0\]: url has changed: write its secrets anew/);
  assert.deepEqual(notAllowed(read(hook('http://other.example/', 'two')), FILE.document), []);
  assert.deepEqual(notAllowed(FILE, FILE.document), []);
});

test('only the file may name files of this machine: secrets and templates', () => {
  const [url] = notAllowed(read('webhook_configs: [{url_file: /etc/shadow}]'), FILE.document);
  assert.match(url ?? '', /^ops\/webhook\[0\]: url_file: only the desk's own file/);
  const [glob] = notAllowed(
    read(hook('http://127.0.0.1/a', 'one'), 'templates: [/etc/*]'),
    FILE.document,
  );
  assert.match(glob ?? '', /^templates: \/etc\/\*: only the desk's own file/);
});

test('only the file may name data sources: a check reads what the desk may read', () => {
  const reads = (path: string): Config =>
    read(hook('http://127.0.0.1/a', 'one'), `data_sources: {t: {csv: ${path}}}\n`);
  assert.deepEqual(notAllowed(reads('/etc/passwd'), FILE.document), [
    "data_sources: t: only the desk's own file may name data sources",
  ]);
  assert.deepEqual(notAllowed(reads('a.csv'), reads('a.csv').document), []);
  assert.equal(notAllowed(reads('b.csv'), reads('a.csv').document).length, 1);
});

test('only the file may say where runbooks are: they reach what the desk may reach', () => {
  const reads = (folder: string): Config =>
    read(hook('http://127.0.0.1/a', 'one'), `runbooks: {folder: ${folder}}\n`);
  assert.deepEqual(notAllowed(reads('/tmp'), FILE.document), [
    "runbooks: only the desk's own file may say where runbooks are and what they may run",
  ]);
  assert.deepEqual(notAllowed(reads('a'), reads('a').document), []);
  assert.deepEqual(notAllowed(FILE, reads('a').document), []);
});

test('only the file may say where templates of documents are', () => {
  const reads = (folder: string): Config =>
    read(hook('http://127.0.0.1/a', 'one'), `documents: {folder: ${folder}}\n`);
  assert.deepEqual(notAllowed(reads('/etc'), FILE.document), [
    "documents: only the desk's own file may say where documents are",
  ]);
  assert.deepEqual(notAllowed(reads('a'), reads('a').document), []);
});

test('a revision that is restored may take runbooks away, and bring none but those in force', () => {
  const runbooks = { folder: '/a', commands: { restart: { path: '/bin/restart' } } };
  const [now, none] = [{ sections: { runbooks } }, { sections: {} }];
  const other = { sections: { runbooks: { ...runbooks, commands: {} } } };
  const faults = (old: typeof none, held: typeof none) => folderFaults(old, held as never).length;
  assert.deepEqual([faults(now, now), faults(none, now)], [0, 0]);
  assert.deepEqual([faults(other, now), faults(now, none), faults(now, other)], [1, 1, 1]);
});

test('files that the file itself names stay named', () => {
  const named = read(
    'webhook_configs: [{url_file: /etc/desk/url}]',
    'templates: [/etc/desk/*.tmpl]',
  );
  assert.deepEqual(notAllowed(named, named.document), []);
});

test('a renamed receiver takes its kept secrets to no other address than before', () => {
  const { known } = { known: FILE.document };
  const renamed = (url: string): readonly string[] => {
    const text = `route: {receiver: desk}\nreceivers:\n- name: desk\n  ${hook(url, '<secret>')}\n`;
    const config = loadConfig(text, '/etc/desk/alertmanager.yml', CHANNELS, { keep, known });
    return notAllowed(config, known);
  };
  assert.deepEqual(renamed('http://127.0.0.1/a'), []);
  assert.match(renamed('http://127.0.0.1/b').join(), /desk\/webhook\[0\]: url has changed/);
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DeskError } from '../../src/base/errors.ts';
import type { FeedFormat } from '../../src/domain/inventory/feed.ts';
import type { Thing } from '../../src/domain/inventory/thing.ts';
import { readText } from '../../src/inventory/read-text.ts';
import { feedReader } from '../../src/inventory/thread.ts';

function read(format: FeedFormat, text: string | Uint8Array, kind = '') {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const found = readText({ format, bytes, kind }, []);
  if (!found.ok) return { ...found, things: [] as Thing[] };
  const things = found.parts.flatMap((part) => JSON.parse(part.json) as Thing[]);
  return { ...found, things };
}

const example = (name: string) =>
  readFileSync(new URL(`../../examples/${name}`, import.meta.url), 'utf8');

test('the example inventories are read without a word of complaint', () => {
  const yaml = read('yaml', example('inventory.yml'));
  assert.ok(yaml.ok);
  assert.deepEqual(yaml.report.faults, []);
  const port = yaml.things.find((thing) => thing.key === 'port:rt1.osl/xe-0/0/3');
  assert.deepEqual(port?.names, ['if-514']);
  const csv = read('csv', example('devices.csv'), 'device');
  assert.ok(csv.ok);
  assert.deepEqual(csv.report.faults, []);
  assert.deepEqual(csv.things[0], {
    key: 'device:sw1.osl',
    names: ['192.0.2.11', '192.0.2.12'],
    attributes: { role: 'access', vendor: 'Arista' },
    labels: { tier: '3' },
    partOf: 'site:osl',
    owner: 'owner:noc',
  });
});

test('lists, mappings by id and bare ids say the same, in YAML and in JSON', () => {
  const want = ['device:a', 'device:b'];
  for (const text of ['devices: [{id: a}, {id: b}]', 'devices: {a: {}, b: }', 'Device: [a, b]']) {
    assert.deepEqual(
      read('yaml', text).things.map((thing) => thing.key),
      want,
      text,
    );
  }
  const json = { devices: [{ id: 'a' }, { id: 'b', up: true, rank: 7, none: null }] };
  const { things } = read('json', JSON.stringify(json));
  assert.deepEqual(things[1], { key: 'device:b', attributes: { up: 'true', rank: '7' } });
});

test('a list without kinds takes each thing at its word', () => {
  const rows = [{ kind: 'device', id: 'a' }, { id: 'b' }];
  const found = read('json', JSON.stringify(rows));
  assert.deepEqual(found.things, [{ key: 'device:a' }]);
  assert.ok(found.ok && found.report.faults[0]?.line === 2);
});

test('a site lists its devices, a device its ports', () => {
  const { things } = read(
    'yaml',
    'sites:\n  osl:\n    devices:\n      - id: a\n        interfaces: [e1]\n',
  );
  assert.deepEqual(things, [
    { key: 'device:a', partOf: 'site:osl' },
    { key: 'port:a/e1', partOf: 'device:a' },
    { key: 'site:osl' },
  ]);
});

test('a fault is told with the line of the thing', () => {
  const found = read('yaml', 'devices:\n  - id: a\n  - id: b\n    dependsOn: ghost\n');
  assert.ok(found.ok);
  assert.deepEqual([found.report.faults[0]?.line, found.report.faults[0]?.thing], [3, 'device:b']);
});

test('a mixed table takes the kind from its column', () => {
  const { things } = read('csv', 'kind;id;site\ndevice;a;osl\nsite;osl;\n');
  assert.deepEqual(
    things.map((thing) => thing.key),
    ['device:a', 'site:osl'],
  );
});

for (const [format, text, line, why] of [
  ['yaml', 'devices: [\n', 2, /not YAML/],
  ['yaml', 'gadgets: [a]', 1, /"gadgets" is no kind of thing/],
  ['yaml', 'just words', 1, /expected a list of things/],
  ['yaml', 'devices: [a]\ndevices: [b]', 2, /second time/],
  ['json', '{"devices": [}', 1, /not JSON/],
  ['csv', '', 1, /names the columns/],
  ['csv', 'id\n"a', 2, /does not end/],
  ['yaml', Uint8Array.of(0xff, 0xfe), 1, /not UTF-8/],
] as const) {
  test(`${format} that cannot be read says where and why: ${String(why)}`, () => {
    const found = read(format, text);
    assert.ok(!found.ok);
    assert.equal(found.line, line);
    assert.match(found.why, why);
  });
}

test('names of the prototype are facts like others or nothing, never a prototype', () => {
  const found = read(
    'json',
    '{"devices": [{"id": "a", "__proto__": {"x": "1"}, "constructor": "y"}]}',
  );
  assert.deepEqual(found.things[0]?.attributes, { constructor: 'y' });
  const table = read('csv', 'id,__proto__,labels.__proto__\na,b,c\n', 'device');
  assert.deepEqual(table.things, [{ key: 'device:a' }]);
});

test('a thread reads one feed at a time and says the same', async () => {
  const reader = feedReader();
  const text = { format: 'yaml' as const, bytes: Buffer.from('devices: [a]'), kind: '' };
  const first = reader(text, []);
  await assert.rejects(
    reader(text, []),
    (error) => error instanceof DeskError && error.code === 'BUSY',
  );
  assert.deepEqual(await first, readText(text, []));
  assert.ok((await reader(text, [])).ok);
});

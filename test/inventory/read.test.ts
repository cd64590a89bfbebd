import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { DeskError } from '../../src/base/errors.ts';
import type { FeedFormat } from '../../src/domain/inventory/feed.ts';
import type { Thing } from '../../src/domain/inventory/thing.ts';
import { readText } from '../../src/inventory/read-text.ts';
import { feedReader } from '../../src/inventory/thread.ts';
import { workbook } from '../support/xlsx.ts';

const day = new Date('2026-03-01');

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

test('a workbook is read as a table is, and its rows are told by their numbers', async () => {
  const rows = [[], ['id', 'site', 'installed', 'label.tier'], ['rt1', 'osl', day, 3], [null, 'x']];
  const bytes = workbook({ Notes: [['see the other sheet']], Devices: rows });
  const text = { format: 'xlsx' as const, bytes, kind: 'device', sheet: 'Devices' };
  const found = readText(text, []);
  assert.ok(found.ok);
  assert.deepEqual(JSON.parse(found.parts.map((part) => part.json).join()), [
    {
      ...{ key: 'device:rt1', partOf: 'site:osl' },
      ...{ attributes: { installed: '2026-03-01' }, labels: { tier: '3' } },
    },
  ]);
  assert.deepEqual(
    found.report.faults.map(({ line, done }) => [line, done]),
    [[4, 'left out']],
  );
  assert.deepEqual(readText({ ...text, sheet: 'none' }, []), {
    ...{ ok: false, line: 1 },
    why: 'it has no sheet called none; there are: Notes, Devices',
  });
  assert.deepEqual(await feedReader()(text, []), found, 'in a thread the same');
});

const NETBOX = {
  regions: [{ id: 1, name: 'Nordic', slug: 'nordic', parent: null }],
  sites: {
    results: [
      {
        id: 2,
        name: 'Oslo',
        slug: 'osl',
        region: { id: 1, slug: 'nordic' },
        status: { value: 'active' },
      },
    ],
  },
  tenants: [{ id: 3, name: 'NOC', slug: 'noc' }],
  'device-types': [{ id: 4, model: 'MX480', manufacturer: { id: 9, name: 'Juniper' } }],
  devices: [
    {
      ...{
        id: 5,
        name: 'rt1',
        site: { id: 2, slug: 'osl' },
        role: { slug: 'core' },
        tenant: { id: 3 },
      },
      ...{
        device_type: { id: 4 },
        primary_ip4: { address: '192.0.2.1/32' },
        status: { value: 'active' },
      },
    },
    { id: 6, name: null, site: { id: 2 }, role: { slug: 'core' } },
  ],
  interfaces: [
    { id: 7, name: 'xe-1', device: { id: 5, name: 'rt1' }, description: 'up' },
    { id: 8, name: 'e1', device: { id: 6 } },
    { id: 9, name: 'xe-2', device: { id: 5 } },
  ],
  'ip-addresses': [
    {
      id: 1,
      address: '192.0.2.9/31',
      assigned_object_type: 'dcim.interface',
      assigned_object_id: 7,
    },
  ],
  circuits: [{ id: 1, cid: 'C-1', provider: { name: 'Fibre' }, status: { value: 'active' } }],
  'circuit-terminations': [{ id: 1, circuit: { id: 1 } }],
  cables: [
    {
      id: 1,
      label: '',
      a_terminations: [{ object_type: 'dcim.interface', object_id: 7 }],
      b_terminations: [{ object_type: 'dcim.interface', object_id: 8 }],
    },
    {
      id: 2,
      label: '',
      a_terminations: [{ object_type: 'circuits.circuittermination', object_id: 1 }],
      b_terminations: [{ object_type: 'dcim.interface', object_id: 9 }],
    },
  ],
};

const WANT_OF_NETBOX = [
  { key: 'circuit:C-1', attributes: { status: 'active', vendor: 'Fibre' } },
  { key: 'device:device-6', attributes: { role: 'core' }, partOf: 'site:osl' },
  {
    ...{
      key: 'device:rt1',
      names: ['192.0.2.1', '192.0.2.9'],
      partOf: 'site:osl',
      owner: 'owner:noc',
    },
    attributes: { model: 'MX480', role: 'core', status: 'active', vendor: 'Juniper' },
  },
  { key: 'link:cable-1', ends: ['port:rt1/xe-1', 'port:device-6/e1'] },
  { key: 'owner:noc', title: 'NOC' },
  { key: 'port:device-6/e1', partOf: 'device:device-6' },
  { key: 'port:rt1/xe-1', attributes: { description: 'up' }, partOf: 'device:rt1' },
  { key: 'port:rt1/xe-2', partOf: 'device:rt1', dependsOn: ['circuit:C-1'] },
  { key: 'region:nordic', title: 'Nordic' },
  { key: 'site:osl', title: 'Oslo', partOf: 'region:nordic' },
];

test('what the API of NetBox lists becomes sites, devices, ports, links and circuits', () => {
  const found = read('netbox', JSON.stringify(NETBOX));
  assert.ok(found.ok);
  assert.deepEqual(found.report.faults, []);
  assert.deepEqual(found.things, WANT_OF_NETBOX);
});

test('a dump of NetBox says the same, by keys', () => {
  const dump = [
    ['dcim.region', 1, { name: 'Nordic', slug: 'nordic', parent: null }],
    ['dcim.site', 2, { name: 'Oslo', slug: 'osl', region: 1, status: 'active' }],
    ['tenancy.tenant', 3, { name: 'NOC', slug: 'noc' }],
    ['dcim.manufacturer', 9, { name: 'Juniper' }],
    ['dcim.devicetype', 4, { model: 'MX480', manufacturer: 9 }],
    ['dcim.devicerole', 1, { name: 'Core', slug: 'core' }],
    [
      'dcim.device',
      5,
      {
        name: 'rt1',
        site: 2,
        role: 1,
        tenant: 3,
        device_type: 4,
        status: 'active',
        primary_ip4: 2,
      },
    ],
    ['dcim.device', 6, { name: null, site: 2, role: 1 }],
    ['dcim.interface', 7, { name: 'xe-1', device: 5, description: 'up' }],
    ['dcim.interface', 8, { name: 'e1', device: 6 }],
    ['dcim.interface', 9, { name: 'xe-2', device: 5 }],
    [
      'ipam.ipaddress',
      1,
      {
        address: '192.0.2.9/31',
        assigned_object_type: ['dcim', 'interface'],
        assigned_object_id: 7,
      },
    ],
    [
      'ipam.ipaddress',
      2,
      { address: '192.0.2.1/32', assigned_object_type: null, assigned_object_id: null },
    ],
    ['circuits.provider', 1, { name: 'Fibre' }],
    ['circuits.circuit', 1, { cid: 'C-1', provider: 1, status: 'active' }],
    ['circuits.circuittermination', 1, { circuit: 1 }],
    ['dcim.cable', 1, { label: '' }],
    ['dcim.cable', 2, { label: '' }],
    [
      'dcim.cabletermination',
      1,
      { cable: 1, termination_type: ['dcim', 'interface'], termination_id: 7 },
    ],
    [
      'dcim.cabletermination',
      2,
      { cable: 1, termination_type: ['dcim', 'interface'], termination_id: 8 },
    ],
    [
      'dcim.cabletermination',
      3,
      { cable: 2, termination_type: ['circuits', 'circuittermination'], termination_id: 1 },
    ],
    [
      'dcim.cabletermination',
      4,
      { cable: 2, termination_type: ['dcim', 'interface'], termination_id: 9 },
    ],
  ].map(([model, pk, fields]) => ({ model, pk, fields }));
  assert.deepEqual(read('netbox', JSON.stringify(dump)).things, WANT_OF_NETBOX);
});

test('what is no NetBox says so', () => {
  for (const text of ['[]', '{}', '7', '{"devices": 7}', '{', '[null, {"model": 7}]'])
    assert.equal(read('netbox', text).ok, false, text);
});

const DATA = process.env.TOCSIN_DATA;

test('the demo data of NetBox is read: every device, port, circuit and site', {
  skip: DATA === undefined && 'TOCSIN_DATA names no folder of test data',
}, () => {
  const packed = readFileSync(`${DATA}/topology/netbox-demo-v3.6.json.gz`);
  const found = read('netbox', gunzipSync(packed));
  assert.ok(found.ok);
  const count = (kind: string) => found.things.filter((t) => t.key.startsWith(`${kind}:`)).length;
  assert.deepEqual(found.report.faults, []);
  const counts = ['device', 'port', 'circuit', 'site', 'region', 'owner'].map(count);
  assert.deepEqual(counts, [72 + 180, 1_586, 29, 24, 67, 11]);
  assert.ok(count('link') > 0);
});

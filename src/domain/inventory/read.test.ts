import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFeed } from './read.ts';
import { type FieldValue, ROW_FAULTS_MAX, type Row } from './row.ts';
import {
  difference,
  INVENTORY_LIMITS,
  PART_THINGS_MAX,
  partsOf,
  type Thing,
  type ThingKey,
} from './thing.ts';

const rows = (...all: (readonly [string, Readonly<Record<string, FieldValue>>])[]): Row[] =>
  all.map(([kind, fields], i) => ({ line: i + 2, kind, fields }));

const read = (...all: Parameters<typeof rows>) => readFeed(rows(...all), new Set());

test('a device, its site and its ports become things that know where they belong', () => {
  const { things, faults } = read(
    [
      'device',
      {
        Name: 'rt1.osl',
        'Sys Name': 'rt1.osl.example.net',
        addresses: '192.0.2.1, 2001:db8::1',
        site: 'osl',
        Vendor: 'Juniper',
        owner: 'noc',
        'label.tier': '1',
      },
    ],
    [
      'interface',
      { device: 'rt1.osl', name: 'xe-0/0/3', ifIndex: '514', description: 'to Bergen' },
    ],
    ['sites', { id: 'osl', name: 'Oslo', region: 'nordic' }],
  );
  assert.deepEqual(faults, []);
  assert.deepEqual(things, [
    {
      key: 'device:rt1.osl',
      names: ['192.0.2.1', '2001:db8::1', 'rt1.osl.example.net'],
      attributes: { Vendor: 'Juniper' },
      labels: { tier: '1' },
      partOf: 'site:osl',
      owner: 'owner:noc',
    },
    {
      key: 'port:rt1.osl/xe-0/0/3',
      names: ['if-514'],
      attributes: { description: 'to Bergen', ifIndex: '514' },
      partOf: 'device:rt1.osl',
    },
    { key: 'site:osl', title: 'Oslo', partOf: 'region:nordic' },
  ]);
});

test('a link names its ends, and a port that only it names comes with it', () => {
  const { things, faults } = read(
    ['device', { id: 'a' }],
    ['device', { id: 'b', names: 'bravo' }],
    ['link', { id: 'l1', a: 'a/xe-1', z: 'bravo', circuit: 'C-1' }],
    ['circuit', { cid: 'C-1', contact: '+47 1' }],
  );
  assert.deepEqual(faults, []);
  assert.deepEqual(things.slice(2), [
    { key: 'link:l1', ends: ['port:a/xe-1', 'device:b'], dependsOn: ['circuit:C-1'] },
    { key: 'circuit:C-1', attributes: { contact: '+47 1' } },
    { key: 'port:a/xe-1', partOf: 'device:a' },
  ]);
});

test('a link without an id is called by its ends', () => {
  const { things } = read(
    ['device', { id: 'a' }],
    ['device', { id: 'b' }],
    ['link', { ends: 'a, b' }],
  );
  assert.equal(things[2]?.key, 'link:a -- b');
});

for (const [what, row, wrong, done] of [
  ['an unknown kind', ['gadget', { id: 'x' }], '"gadget" is no kind of thing', 'left out'],
  ['no kind', ['', { id: 'x' }], 'nothing says what it is', 'left out'],
  ['no id', ['device', { site: 'osl' }], 'it has no id and no name', 'left out'],
  ['a port without its device', ['port', { name: 'xe-1' }], 'it has no id and no name', 'left out'],
  [
    'an id with a control character',
    ['device', { id: 'a\u0007b' }],
    'its id holds a control character',
    'left out',
  ],
  [
    'a dependency nobody knows',
    ['device', { id: 'x', dependsOn: 'ghost' }],
    'nothing here is called ghost',
    'taken without it',
  ],
  [
    'a dependency that is to come',
    ['device', { id: 'x', dependsOn: 'circuit:C9' }],
    'nothing here is called circuit:C9',
    'taken as it is',
  ],
  [
    'a port of an unknown device',
    ['port', { device: 'ghost', name: 'xe-1' }],
    'nothing here is called ghost',
    'taken as it is',
  ],
  [
    'a link with one end',
    ['link', { id: 'l', a: 'device:first' }],
    'it has 1 ends',
    'taken without it',
  ],
  [
    'a thing that depends on itself',
    ['device', { id: 'x', dependsOn: 'x' }],
    'it names itself',
    'taken without it',
  ],
  [
    'a fact that is too long',
    ['device', { id: 'x', notes: 'n'.repeat(INVENTORY_LIMITS.value_chars_max + 1) }],
    'its facts: notes has 2049 characters',
    'taken without it',
  ],
] as const) {
  test(`report: ${what} is told with its line and what was done`, () => {
    const { faults, leftOut } = read(['device', { id: 'first' }], row);
    assert.deepEqual(
      faults.map((fault) => [fault.line, fault.wrong, fault.done]),
      [[3, wrong, done]],
    );
    assert.ok(faults[0]?.expected);
    assert.equal(leftOut, done === 'left out' ? 1 : 0);
  });
}

test('the second of two rows about one thing is left out, and the line of the first is told', () => {
  const { things, faults, leftOut } = read(
    ['device', { id: 'a', x: '1' }],
    ['device', { id: 'a', x: '2' }],
  );
  assert.deepEqual(things, [{ key: 'device:a', attributes: { x: '1' } }]);
  assert.equal(faults[0]?.wrong, 'the same thing stands in line 2');
  assert.equal(leftOut, 1);
});

test('sites, owners and services need no row; what another feed holds is known', () => {
  const others = new Set(['device:rt1', 'circuit:C-1']);
  const { faults, things } = readFeed(
    rows([
      'service',
      { id: 'dns', dependsOn: 'rt1, rt1/xe-1', circuit: 'C-1', owner: 'noc', site: 'osl' },
    ]),
    others,
  );
  assert.deepEqual(faults, []);
  assert.deepEqual(things[0]?.dependsOn, ['circuit:C-1', 'device:rt1', 'port:rt1/xe-1']);
});

test('names, references and facts at their limits are kept, one more is cut and told', () => {
  const names = (n: number) => Array.from({ length: n }, (_, i) => `n${i}`);
  const { names_max: max } = INVENTORY_LIMITS;
  assert.deepEqual(read(['device', { id: 'x', names: names(max) }]).faults, []);
  const over = read(['device', { id: 'x', names: names(max + 1) }]);
  assert.equal(over.things[0]?.names?.length, max);
  assert.equal(over.faults.length, 1);
  const facts = (n: number) => Object.fromEntries(names(n).map((name) => [`fact ${name}`, 'x']));
  assert.deepEqual(
    read(['device', { id: 'x', ...facts(INVENTORY_LIMITS.attributes_max) }]).faults,
    [],
  );
  assert.equal(
    read(['device', { id: 'x', ...facts(INVENTORY_LIMITS.attributes_max + 1) }]).faults.length,
    1,
  );
  const services = (n: number) => names(n).map((name) => `service:${name}`);
  const { references_max } = INVENTORY_LIMITS;
  assert.deepEqual(read(['device', { id: 'x', carries: services(references_max) }]).faults, []);
  const many = read(['device', { id: 'x', carries: services(references_max + 1) }]);
  assert.equal(many.things[0]?.carries?.length, references_max);
  assert.equal(many.faults.length, 1);
  assert.equal(read(['device', { id: 'i'.repeat(INVENTORY_LIMITS.id_chars_max) }]).leftOut, 0);
  assert.equal(read(['device', { id: 'i'.repeat(INVENTORY_LIMITS.id_chars_max + 1) }]).leftOut, 1);
});

test('a report tells so many faults and counts the rest', () => {
  const bad = Array.from({ length: ROW_FAULTS_MAX + 1 }, () => ['gadget', {}] as const);
  const { faults, faultsTotal } = read(...bad);
  assert.equal(faults.length, ROW_FAULTS_MAX);
  assert.equal(faultsTotal, ROW_FAULTS_MAX + 1);
});

const many = (count: number): Thing[] =>
  Array.from({ length: count }, (_, i) => ({ key: `device:r${i}` as ThingKey }));

test('one thing that changes makes one new part, whatever order the things come in', () => {
  const things = many(5_000);
  const before = partsOf(things);
  assert.deepEqual(partsOf([...things].reverse()), before);
  assert.ok(before.every((part) => part.things.length <= PART_THINGS_MAX));
  const ids = new Set(before.map((part) => part.id));
  const changed = things.map((t) => (t.key === 'device:r77' ? { ...t, title: 'new' } : t));
  assert.equal(partsOf(changed).filter((part) => !ids.has(part.id)).length, 1);
  const more = [...things, { key: 'device:r77a' as ThingKey }];
  assert.equal(partsOf(more).filter((part) => !ids.has(part.id)).length, 1);
});

test('a comparison says what came, changed and went', () => {
  const [a, b, c] = many(3) as [Thing, Thing, Thing];
  const found = difference([a, b], [{ ...a, title: 'x' }, c]);
  assert.deepEqual(found, { added: [c], changed: [[a, { ...a, title: 'x' }]], removed: [b] });
});

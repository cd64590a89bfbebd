import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Labels } from '../alarm/event.ts';
import {
  contextOf,
  dependencies,
  dependents,
  linksAt,
  otherEnd,
  placesOf,
  SERVICES_NAMED_MAX,
} from './context.ts';
import { byResource, find as findBy } from './find.ts';
import { Graph } from './graph.ts';
import { readFeed } from './read.ts';
import type { FieldValue } from './row.ts';
import type { ThingKey } from './thing.ts';

type Given = readonly [string, Readonly<Record<string, FieldValue>>];

const find = (graph: Graph, resource: string, labels: Labels) =>
  findBy(graph, byResource(graph, resource), labels);

const NETWORK: readonly Given[] = [
  ['region', { id: 'nordic' }],
  ['site', { id: 'osl', name: 'Oslo', region: 'nordic', owner: 'field', labels: { tier: '2' } }],
  [
    'device',
    {
      id: 'rt1.osl',
      site: 'osl',
      names: 'rt1.osl.example.net, 192.0.2.1, 2001:db8::1',
      role: 'core',
      labels: { tier: '1' },
    },
  ],
  ['device', { id: 'rt1.bgo', site: 'bgo', names: '192.0.2.2' }],
  ['port', { device: 'rt1.osl', name: 'xe-0/0/3', ifIndex: '514' }],
  ['port', { device: 'rt1.bgo', name: 'Ethernet1' }],
  ['link', { id: 'osl-bgo', a: 'rt1.osl/xe-0/0/3', b: 'rt1.bgo/Ethernet1', circuit: 'C-77' }],
  ['circuit', { id: 'C-77', owner: 'fibre', criticality: 'high' }],
  ['service', { id: 'dns', dependsOn: 'rt1.osl', criticality: 'critical', owner: 'dns-team' }],
  ['service', { id: 'mail', dependsOn: 'osl-bgo', criticality: 'low' }],
  ['service', { id: 'portal', dependsOn: 'service:mail' }],
  ['service', { id: 'rt1', names: 'www' }],
  ['dataset', { id: 'precip-radar', names: 'feed/precip-radar', owner: 'met' }],
  ['domain', { id: 'lab.example' }],
];

function graphOf(given: readonly Given[], feed = 'a', graph = new Graph()): Graph {
  const rows = given.map(([kind, fields], i) => ({ line: i + 1, kind, fields }));
  for (const thing of readFeed(rows, new Set()).things) graph.put(feed, thing);
  return graph;
}

const graph = graphOf(NETWORK);

for (const [resource, labels, want] of [
  ['rt1.osl', {}, 'device:rt1.osl'],
  ['RT1.OSL', {}, 'device:rt1.osl'],
  ['rt1.osl/xe-0/0/3', {}, 'port:rt1.osl/xe-0/0/3'],
  ['rt1.osl/xe-0/0/3.100', {}, 'port:rt1.osl/xe-0/0/3'],
  ['192.0.2.1/if-514', {}, 'port:rt1.osl/xe-0/0/3'],
  ['192.0.2.1/bgp-192.0.2.2', {}, 'device:rt1.osl'],
  ['192.0.2.1:9100', {}, 'device:rt1.osl'],
  ['[2001:db8::1]:9100', {}, 'device:rt1.osl'],
  ['2001:db8::1', {}, 'device:rt1.osl'],
  ['rt1.osl.example.net:9100', {}, 'device:rt1.osl'],
  ['https://rt1.osl.example.net:8443/login', {}, 'device:rt1.osl'],
  ['rt1.bgo.lab.example', {}, 'device:rt1.bgo'],
  ['rt1.bgo.elsewhere.example', {}, undefined],
  ['feed/precip-radar', {}, 'dataset:precip-radar'],
  ['service/dns', {}, 'service:dns'],
  ['C-77', {}, 'circuit:C-77'],
  ['lab.example', {}, undefined],
  ['unknown', { instance: 'rt1.bgo:9100', device: 'Ethernet1' }, 'port:rt1.bgo/Ethernet1'],
  ['rt1.osl', { ifName: 'xe-0/0/3' }, 'port:rt1.osl/xe-0/0/3'],
  ['job', { service: 'www' }, 'service:rt1'],
  ['job', { circuit: 'C-77' }, 'circuit:C-77'],
  ['nothing', {}, undefined],
  ['', { constructor: 'x' }, undefined],
  // Two devices share the short name; no service of that name may stand in for them.
  ['rt1', {}, undefined],
] as const) {
  test(`${resource || '""'} ${JSON.stringify(labels)} is ${want ?? 'nothing known'}`, () => {
    assert.equal(find(graph, resource, labels), want);
  });
}

test('an alarm on a port learns where it is, what runs over it and whose it is', () => {
  assert.deepEqual(contextOf(graph, 'port:rt1.osl/xe-0/0/3' as ThingKey), {
    circuit: 'C-77',
    criticality: 'high',
    device: 'rt1.osl',
    far_end: 'rt1.bgo/Ethernet1',
    link: 'osl-bgo',
    owner: 'fibre',
    port: 'xe-0/0/3',
    region: 'nordic',
    role: 'core',
    service: 'dns,mail,portal',
    site: 'osl',
    tier: '1',
  });
});

test('what a device does not say it has from its site and its services', () => {
  const { owner, criticality, tier, service } = contextOf(graph, 'device:rt1.osl' as ThingKey);
  assert.deepEqual([owner, criticality, tier, service], ['field', 'critical', '1', 'dns']);
});

test('a label names so many services and no more', () => {
  const services = (n: number): Given[] =>
    Array.from({ length: n }, (_, i) => ['service', { id: `s${i}`, dependsOn: 'device:x' }]);
  const named = (n: number) =>
    contextOf(
      graphOf([['device', { id: 'x' }], ...services(n)]),
      'device:x' as ThingKey,
    ).service?.split(',').length;
  assert.equal(named(SERVICES_NAMED_MAX), SERVICES_NAMED_MAX);
  assert.equal(named(SERVICES_NAMED_MAX + 1), SERVICES_NAMED_MAX);
});

test('the far end, and what hangs on what, is known from both sides', () => {
  const port = 'port:rt1.osl/xe-0/0/3' as ThingKey;
  assert.deepEqual(linksAt(graph, port), ['link:osl-bgo']);
  assert.equal(otherEnd(graph, 'link:osl-bgo' as ThingKey, port), 'port:rt1.bgo/Ethernet1');
  assert.deepEqual(dependents(graph, 'circuit:C-77' as ThingKey), ['link:osl-bgo']);
  assert.deepEqual(dependencies(graph, 'service:portal' as ThingKey), ['service:mail']);
  const carried = graphOf([
    ['service', { id: 's' }],
    ['circuit', { id: 'c', carries: 's' }],
  ]);
  assert.deepEqual(dependencies(carried, 'service:s' as ThingKey), ['circuit:c']);
  assert.deepEqual(dependents(carried, 'circuit:c' as ThingKey), ['service:s']);
});

test('work at either end of a link, on its circuit or above quiets a port; work on a neighbour does not quiet a device', () => {
  const places = (key: string) => placesOf(graph, key as ThingKey).toSorted();
  assert.deepEqual(places('port:rt1.osl/xe-0/0/3'), [
    'circuit:C-77',
    'device:rt1.bgo',
    'device:rt1.osl',
    'link:osl-bgo',
    'port:rt1.bgo/Ethernet1',
    'port:rt1.osl/xe-0/0/3',
    'region:nordic',
    'site:bgo',
    'site:osl',
  ]);
  assert.deepEqual(places('link:osl-bgo'), places('port:rt1.osl/xe-0/0/3'));
  assert.deepEqual(places('device:rt1.osl'), ['device:rt1.osl', 'region:nordic', 'site:osl']);
});

test('feeds lie side by side: the first by name wins word by word, and each takes only its own away', () => {
  const both = graphOf([['device', { id: 'x', vendor: 'A', names: 'one' }]], 'a');
  graphOf([['device', { id: 'x', vendor: 'B', serial: '7', names: 'two' }]], 'b', both);
  const x = 'device:x' as ThingKey;
  assert.deepEqual(both.node(x)?.thing?.attributes, { vendor: 'A', serial: '7' });
  assert.equal(find(both, 'two', {}), x);
  both.remove('a', x);
  assert.deepEqual(both.node(x)?.thing?.attributes, { serial: '7', vendor: 'B' });
  assert.equal(find(both, 'one', {}), undefined);
  both.remove('b', x);
  assert.equal(both.count, 0);
  assert.equal(both.node(x), undefined);
});

test('putting and taking away in any order leaves the same answers', () => {
  const whole = graphOf(NETWORK);
  const changed = graphOf([['device', { id: 'rt1.osl', site: 'trd' }]], 'a', graphOf(NETWORK));
  const again = graphOf(NETWORK.toReversed(), 'a', changed);
  for (const node of whole.nodes()) {
    assert.deepEqual(again.node(node.key)?.thing, node.thing);
    assert.deepEqual(contextOf(again, node.key), contextOf(whole, node.key), node.key);
  }
  assert.deepEqual([...again.nodes()].length, [...whole.nodes()].length);
});

test('a ring of regions ends', () => {
  const ring = graphOf([
    ['region', { id: 'a', parent: 'b' }],
    ['region', { id: 'b', parent: 'a' }],
  ]);
  assert.equal(contextOf(ring, 'region:a' as ThingKey).region, 'a');
});

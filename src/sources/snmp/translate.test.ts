import assert from 'node:assert/strict';
import { test } from 'node:test';
import { datagramOf, type Pair, type Spec } from '../../../test/snmp/datagram.ts';
import { SETTINGS } from '../../../test/snmp/settings.ts';
import type { Instant } from '../../base/time.ts';
import { type AlarmEvent, EVENT_LIMITS } from '../../domain/alarm/event.ts';
import type { Translated } from '../../ports/source.ts';
import { RANGE_MAX } from './facts.ts';
import { VARBINDS_MAX } from './message.ts';
import type { Settings } from './settings.ts';
import { COLUMNS } from './tables.ts';
import { translate } from './translate.ts';

const read = (spec: Spec, more: Partial<Settings> = {}): Translated =>
  translate(
    { body: datagramOf(spec), at: 0 as Instant, from: '192.0.2.1', contentType: '' },
    { ...SETTINGS, ...more },
  );
const only = (spec: Spec): AlarmEvent => {
  const { events, refused } = read(spec);
  assert.deepEqual(refused, []);
  const [event] = events;
  assert.ok(event && events.length === 1);
  return event;
};
/** One line for a table: kind, severity, resource, type, text. */
const line = ({ kind, severity, resource, type, text }: AlarmEvent): string =>
  [kind, severity ?? '-', resource, type, text].join(' | ');

const IF = '1.3.6.1.2.1.2.2.1';
const index = (n: number): Pair => [`${IF}.1.${n}`, { integer: n }];
const admin = (n: number, value: number): Pair => [`${IF}.7.${n}`, { integer: value }];
const LINK_DOWN = '1.3.6.1.6.3.1.1.5.3';
const LINK_UP = '1.3.6.1.6.3.1.1.5.4';

test('a link is known by its ifIndex, whatever else the trap says about it', () => {
  const named: Pair[] = [[`${IF}.2.7`, { text: 'xe-0/0/3' }], index(7), admin(7, 1)];
  const ways = [
    only({ trap: LINK_DOWN, varbinds: named }),
    only({ trap: LINK_DOWN, varbinds: [index(7)] }),
    only({ trap: LINK_UP, varbinds: [index(7)] }),
    only({ trap: LINK_UP, varbinds: [['1.3.6.1.2.1.31.1.1.1.1.7', { text: 'xe-0/0/3' }]] }),
    only({ trap: LINK_UP, varbinds: [[`${IF}.1.0`, { integer: 7 }]] }),
    only({ trap: LINK_UP, varbinds: [[`${IF}.1`, { integer: 7 }]] }),
  ];
  assert.equal(new Set(ways.map((event) => event.id)).size, 1);
  assert.equal(ways[0]?.text, 'Link down: xe-0/0/3 (ifAdminStatus up)');
  assert.equal(ways[0]?.labels.ifDescr, 'xe-0/0/3');
  assert.equal(ways[3]?.text, 'Link up: xe-0/0/3');
});

test('a link taken down on purpose is a warning, and says so', () => {
  assert.equal(
    line(only({ trap: LINK_DOWN, varbinds: [index(7), admin(7, 2)] })),
    'raise | warning | 192.0.2.1/if-7 | link | Link down as planned: ifIndex 7 (ifAdminStatus down)',
  );
  assert.equal(only({ trap: LINK_DOWN, varbinds: [index(7)] }).severity, 'major');
});

test('the device is agent-addr, or what a proxy noted, or the sender', () => {
  const noted: Pair = ['1.3.6.1.6.3.18.1.3.0', { address: '203.0.113.9' }];
  const v1 = { enterprise: '1.3.6.1.4.1.9', generic: 0 };
  const table: readonly (readonly [Spec, string])[] = [
    [{ ...v1, agent: '192.0.2.77' }, '192.0.2.77'],
    [{ ...v1, agent: '192.0.2.77', varbinds: [noted] }, '192.0.2.77'],
    [{ ...v1, agent: '0.0.0.0', varbinds: [noted] }, '203.0.113.9'],
    [{ ...v1, agent: '0.0.0.0' }, '192.0.2.1'],
    [{ varbinds: [noted] }, '203.0.113.9'],
    [{ varbinds: [['1.3.6.1.6.3.18.1.3.0', { address: '0.0.0.0' }]] }, '192.0.2.1'],
    [{ varbinds: [['1.3.6.1.6.3.18.1.3.0', { text: 'abc' }]] }, '192.0.2.1'],
    [{}, '192.0.2.1'],
  ];
  for (const [spec, device] of table) assert.equal(only(spec).labels.device, device);
  const nowhere = translate(
    { body: datagramOf({}), at: 0 as Instant, from: '', contentType: '' },
    SETTINGS,
  );
  assert.equal(nowhere.events[0]?.resource, 'unknown');
});

const NEIGHBOR = '198.51.100.6.0';
const ospf = (state: number): Spec => ({
  trap: '1.3.6.1.2.1.14.16.2.2',
  varbinds: [[`1.3.6.1.2.1.14.10.1.6.${NEIGHBOR}`, { integer: state }]],
});

test('one OID for both ways: the state decides', () => {
  const kinds = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((state) => {
    const { kind, severity = '' } = only(ospf(state));
    return `${kind} ${severity}`.trim();
  });
  assert.deepEqual(kinds, [
    ...['raise major', 'raise major', 'raise major', 'clear', 'raise minor', 'raise minor'],
    ...['raise minor', 'clear', 'raise warning'],
  ]);
  assert.equal(only(ospf(1)).id, only(ospf(8)).id);
  assert.equal(only(ospf(8)).text, 'OSPF neighbour full: 198.51.100.6.0');
});

test('a state that is missing is raised as indeterminate, not guessed', () => {
  assert.equal(
    line(only({ trap: '1.3.6.1.2.1.14.16.2.2', varbinds: [] })),
    'raise | indeterminate | 192.0.2.1 | ospf.neighbor | OSPF neighbour in unknown state',
  );
});

test('a UPS on battery is ended by the removal of upsAlarmOnBattery, and by no other', () => {
  const removed = (descr: string): Spec => ({
    trap: '1.3.6.1.2.1.33.2.4',
    varbinds: [['1.3.6.1.2.1.33.1.6.2.1.2.3', { oid: descr }]],
  });
  const raised = only({ enterprise: '1.3.6.1.2.1.33.2', agent: '192.0.2.1', specific: 1 });
  assert.equal(only(removed('1.3.6.1.2.1.33.1.6.3.2')).id, raised.id);
  assert.notEqual(only(removed('1.3.6.1.2.1.33.1.6.3.3')).id, raised.id);
  const own = only(removed('1.3.6.1.4.1.99.1'));
  assert.deepEqual([own.type, own.qualifier], ['ups.alarm', '1.3.6.1.4.1.99.1']);
});

test('a sensor raises and clears by value, threshold, and the relation if it is sent', () => {
  const sensor = (value: number, threshold: number, relation?: number): Spec => ({
    trap: '1.3.6.1.4.1.9.9.91.2.0.1',
    varbinds: [
      ['1.3.6.1.4.1.9.9.91.1.2.1.1.4.6.1', { integer: threshold }],
      ['1.3.6.1.4.1.9.9.91.1.1.1.1.4.6', { integer: value }],
      ['1.3.6.1.4.1.9.9.91.1.2.1.1.2.6.1', { integer: 20 }],
      ...(relation === undefined
        ? []
        : [['1.3.6.1.4.1.9.9.91.1.2.1.1.3.6.1', { integer: relation }] as const]),
    ],
  });
  const table: readonly (readonly [number, number, number | undefined, string])[] = [
    [46, 45, undefined, 'raise'],
    [45, 45, undefined, 'raise'],
    [44, 45, undefined, 'clear'],
    [-35, -30, undefined, 'raise'],
    [-29, -30, undefined, 'clear'],
    [44, 45, 1, 'raise'],
    [45, 45, 1, 'clear'],
    [45, 45, 2, 'raise'],
    [45, 45, 3, 'clear'],
    [45, 45, 4, 'raise'],
    [45, 45, 5, 'raise'],
    [44, 45, 6, 'raise'],
    [45, 45, 99, 'raise'],
  ];
  for (const [value, threshold, relation, kind] of table) {
    const event = only(sensor(value, threshold, relation));
    assert.equal(event.kind, kind, `${value} against ${threshold}, relation ${relation}`);
    assert.equal(event.severity, kind === 'raise' ? 'major' : undefined);
  }
});

test('a BFD trap is one event for each session of its range, up to 64', () => {
  const bfd = (from: number, to: number): Translated =>
    read({
      trap: '1.3.6.1.2.1.222.0.2',
      varbinds: [from, to].map((n) => [`1.3.6.1.2.1.222.1.2.1.13.${n}`, { integer: 1 }]),
    });
  assert.equal(bfd(5, 5).events[0]?.resource, '192.0.2.1/bfd-5');
  assert.equal(bfd(1, RANGE_MAX).events.length, RANGE_MAX);
  const wide = bfd(1, RANGE_MAX + 1).events;
  assert.deepEqual(
    wide.map((event) => event.resource),
    ['192.0.2.1/bfd-1..65'],
  );
  assert.deepEqual(
    bfd(9, 2).events.map((event) => event.resource),
    ['192.0.2.1/bfd-9..2'],
  );
});

test('peers with IPv6 addresses are named by them', () => {
  const octets = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
  const cisco = only({
    trap: '1.3.6.1.4.1.9.9.187.0.6',
    varbinds: [[`1.3.6.1.4.1.9.9.187.1.2.5.1.3.2.16.${octets.join('.')}`, { integer: 1 }]],
  });
  assert.equal(cisco.resource, '192.0.2.1/bgp-2001:db8::1');
  const juniper = (instance: number): AlarmEvent =>
    only({
      trap: '1.3.6.1.4.1.2636.5.1.1.1.0.2',
      varbinds: [[`1.3.6.1.4.1.2636.5.1.1.2.1.1.1.11.${instance}.2`, { bytes: octets }]],
    });
  assert.equal(juniper(0).resource, '192.0.2.1/bgp-2001:db8::1');
  assert.notEqual(juniper(0).id, juniper(1).id, 'two routing instances, one peer address');
});

test('names in indexes are read as names', () => {
  const vrf = only({
    trap: '1.3.6.1.2.1.10.166.11.0.2',
    varbinds: [['1.3.6.1.2.1.10.166.11.1.2.2.1.6.3.82.69.68', { integer: 2 }]],
  });
  assert.equal(vrf.resource, '192.0.2.1/vrf-RED');
});

test('an unknown trap is an occurrence with what it carried', () => {
  const event = only({
    trap: '1.3.6.1.4.1.99999.1',
    varbinds: [['1.3.6.1.4.1.99999.9.0', { text: 'door open' }]],
  });
  assert.equal(
    line(event),
    'occurrence | warning | 192.0.2.1 | snmp.trap.1.3.6.1.4.1.99999.1 | ' +
      'Trap 1.3.6.1.4.1.99999.1 (1.3.6.1.4.1.99999.9.0 = door open)',
  );
  assert.equal(event.labels['1.3.6.1.4.1.99999.9.0'], 'door open');
});

test('no community is ever in an event', () => {
  const { events } = read({
    community: 'hunter2',
    trap: '1.3.6.1.4.1.99999.1',
    varbinds: [['1.3.6.1.6.3.18.1.4.0', { text: 's3cret' }]],
  });
  assert.doesNotMatch(JSON.stringify(events), /hunter2|s3cret/);
  assert.match(events[0]?.raw ?? '', /redacted/);
});

test('with a list of communities others are refused, and not told', () => {
  const communities = ['noc', 'lab'];
  assert.equal(read({ community: 'lab' }, { communities }).events.length, 1);
  for (const community of ['hunter2', '', 'la', 'labs']) {
    const { events, refused } = read({ community }, { communities });
    assert.deepEqual(events, []);
    assert.equal(refused[0]?.field, 'community');
    assert.doesNotMatch(JSON.stringify(refused), /hunter2/);
  }
});

test('evidence that is too long leaves varbinds out and says how many', () => {
  const long: Pair = ['1.3.6.1.4.1.99999.1', { text: 'x'.repeat(5_000) }];
  const event = only({ trap: '1.3.6.1.4.1.99999.2', varbinds: Array<Pair>(12).fill(long) });
  assert.ok((event.raw?.length ?? 0) <= EVENT_LIMITS.raw_chars_max);
  const raw = JSON.parse(event.raw ?? '') as { varbinds: unknown[]; leftOut: number };
  assert.ok(raw.leftOut > 0);
  assert.equal(raw.varbinds.length + raw.leftOut, 12);
});

test('a trap full of long known values keeps the limits of an event', () => {
  const columns = [...COLUMNS.keys()];
  const varbinds = Array.from({ length: VARBINDS_MAX - 1 }, (_, i): Pair => {
    const oid = columns[i] ?? `1.3.6.1.4.1.99999.${i}`;
    return [`${oid}.1`, { bytes: Array<number>(225).fill(0xe9) }];
  });
  const event = only({ trap: '1.3.6.1.4.1.99999.2', varbinds });
  const bytes = Object.entries(event.labels)
    .flat()
    .reduce((n, s) => n + Buffer.byteLength(s), 0);
  assert.ok(bytes <= EVENT_LIMITS.labels_bytes_max);
  assert.ok(Object.keys(event.labels).length <= EVENT_LIMITS.labels_max);
  assert.ok(event.text.length <= EVENT_LIMITS.text_chars_max);
});

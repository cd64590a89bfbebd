import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { AlarmEvent } from '../../src/domain/alarm/event.ts';
import { decode } from '../../src/sources/snmp/message.ts';
import { compile } from '../../src/sources/snmp/mib-compile.ts';
import { readFolder } from '../../src/sources/snmp/mib-folder.ts';
import { Names } from '../../src/sources/snmp/mib-names.ts';
import { eventsOf } from '../../src/sources/snmp/translate.ts';
import { manualClock } from '../support/clock.ts';
import { datagramOf, type Pair, type Spec } from './datagram.ts';
import { FakeDesk, Sender } from './desk.ts';

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-mib-traps-'));
  folders.push(folder);
  return folder;
}
function mibFolder(): string {
  const folder = newFolder();
  copyFileSync(fileURLToPath(new URL('./acme-mib.txt', import.meta.url)), join(folder, 'acme'));
  return folder;
}

const ACME = '1.3.6.1.4.1.4711';
const CARD = `${ACME}.1.1`;
const FAILED: readonly Pair[] = [
  [`${CARD}.2.3`, { text: 'east' }],
  [`${CARD}.3.3`, { integer: 3 }],
  [`${CARD}.4.3`, { bytes: [0x80, 0x40] }],
  [`${CARD}.5.3`, { bytes: [7, 234, 1, 2, 3, 4, 5, 6] }],
  [`${CARD}.6.3`, { integer: 715 }],
  [`${ACME}.2.1.1.3`, { bytes: [0, 0x1b, 0x21, 1, 2, 3] }],
];

const names = ((): Names => {
  const folder = mibFolder();
  const opened = Names.open(compile(folder, readFolder(folder)).image);
  assert.ok(opened);
  return opened;
})();

function eventOf(spec: Spec): AlarmEvent {
  const bytes = datagramOf(spec);
  const message = decode(bytes);
  assert.ok(message.ok);
  const [event, ...others] = eventsOf(bytes, message, {
    from: '192.0.2.1',
    device: '192.0.2.1',
    names,
  });
  assert.ok(event);
  assert.deepEqual(others, []);
  return event;
}

test('a trap no table knows is told in the words of its module', () => {
  const event = eventOf({ trap: `${ACME}.0.1`, varbinds: FAILED });
  assert.equal(event.type, 'snmp.trap.acmeCardFailed');
  assert.equal(event.resource, '192.0.2.1/acmeCard-3');
  assert.equal(
    event.text,
    'Trap acmeCardFailed: acmeCard-3 (acmeCardName = east, acmeCardState = failed(3), ' +
      'acmeCardFlags = tooHot,worn)',
  );
  assert.deepEqual(event.labels, {
    acmeCardFlags: 'tooHot,worn',
    acmeCardHeat: '71.5',
    acmeCardMac: '00:1b:21:01:02:03',
    acmeCardName: 'east',
    acmeCardSince: '2026-1-2,3:4:5.6',
    acmeCardState: 'failed',
    device: '192.0.2.1',
    mib: 'ACME-MIB',
    oid: `${ACME}.0.1`,
    trap: 'acmeCardFailed',
    version: 'v2c',
  });
  const raw = JSON.parse(event.raw ?? '') as Record<string, unknown>;
  assert.equal(raw.means, 'A card has failed.');
  assert.deepEqual(raw.said, {
    'acmeCardName.3': 'east',
    'acmeCardState.3': 'failed(3)',
    'acmeCardFlags.3': 'tooHot,worn',
    'acmeCardSince.3': '2026-1-2,3:4:5.6',
    'acmeCardHeat.3': '71.5 degrees Celsius',
    'acmeCardMac.3': '00:1b:21:01:02:03',
  });
});

test('v1 and v2c of one trap are one alarm', () => {
  const v1 = eventOf({
    enterprise: ACME,
    agent: '192.0.2.1',
    generic: 6,
    specific: 1,
    varbinds: FAILED,
  });
  const v2 = eventOf({ trap: `${ACME}.1`, varbinds: FAILED });
  const whole = eventOf({ trap: `${ACME}.0.1`, varbinds: FAILED });
  assert.equal(v1.id, whole.id);
  assert.equal(v2.id, whole.id);
});

test('an index of several parts names the resource as a person would', () => {
  const row = '3.114.101.100.1.4.192.0.2.9.1.2.3.4.198.51.100.1';
  const event = eventOf({
    trap: `${ACME}.0.2`,
    varbinds: [[`${ACME}.3.1.6.${row}`, { integer: 2 }]],
  });
  assert.equal(event.resource, '192.0.2.1/acmePeer-red/192.0.2.9/01:02:03:04/198.51.100.1');
  assert.equal(event.labels.acmePeerUp, 'false');
});

test('two rows of one column are two labels; an OID is told by its name', () => {
  const event = eventOf({
    trap: `${ACME}.0.77`,
    varbinds: [
      [`${CARD}.3.3`, { integer: 2 }],
      [`${CARD}.3.4`, { integer: 9 }],
      [`${ACME}.77.1`, { oid: '1.3.6.1.2.1.2.2.1.2.7' }],
      ['1.3.6.1.2.1.1.2.0', { oid: `${CARD}.2.3` }],
    ],
  });
  assert.equal(event.type, `snmp.trap.${ACME}.0.77`); // the module does not know this one
  assert.equal(event.resource, '192.0.2.1');
  assert.equal(event.labels.acmeCardState, 'running');
  assert.equal(event.labels['acmeCardState.4'], '9');
  assert.equal(event.labels[`${ACME}.77.1`], '1.3.6.1.2.1.2.2.1.2.7');
  assert.equal(event.labels.sysObjectID, 'acmeCardName.3');
});

test('what a table knows stays as it is; the module adds to the evidence', () => {
  const spec: Spec = {
    trap: '1.3.6.1.6.3.1.1.5.3',
    varbinds: [
      ['1.3.6.1.2.1.2.2.1.1.7', { integer: 7 }],
      [`${CARD}.3.3`, { integer: 3 }],
      ['1.3.6.1.6.3.18.1.4.0', { text: 'secret' }],
    ],
  };
  const event = eventOf(spec);
  assert.equal(event.type, 'link');
  assert.equal(event.resource, '192.0.2.1/if-7');
  assert.match(event.raw ?? '', /"acmeCardState\.3":"failed\(3\)"/);
  assert.doesNotMatch(event.raw ?? '', /secret/);
});

test('whatever a varbind holds under whatever name, evidence stays JSON', () => {
  for (const value of [
    { integer: -2147483648 },
    { bytes: [] },
    { bytes: Array<number>(3_000).fill(255) },
    { oid: '0.0' },
    { tag: 0x05, content: [] },
    { tag: 0x46, content: [255, 255, 255, 255, 255, 255, 255, 255] },
    { tag: 0x40, content: [1] },
    { tag: 0x81, content: [] },
  ]) {
    const columns = [2, 3, 4, 5, 6].map((column): Pair => [`${CARD}.${column}.3`, value]);
    const event = eventOf({ trap: `${ACME}.0.1`, varbinds: columns });
    assert.ok(JSON.parse(event.raw ?? ''), JSON.stringify(value));
  }
});

const FAILED_TRAP = datagramOf({ trap: `${ACME}.0.1`, varbinds: FAILED });
const TURNS_MAX = 1_000_000;
const TRIES_MAX = 100;

/** A log that one can wait on. */
function watched() {
  const seen: string[] = [];
  const note = (event: string): void => {
    seen.push(event);
  };
  return {
    log: { debug: note, info: note, warn: note, error: note },
    until: (event: string): Promise<void> => until(() => seen.includes(event), event),
  };
}

async function until(isTrue: () => boolean, what: string): Promise<void> {
  for (let turn = 0; !isTrue(); turn++) {
    assert.ok(turn < TURNS_MAX, what);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Names reach the listening thread by another way than datagrams do: either may be first. */
async function sentUntil(desk: FakeDesk, sender: Sender, type: string): Promise<void> {
  const count = (): number => desk.events.reduce((sum, event) => sum + (event.count ?? 1), 0);
  for (let tried = 0; desk.events.at(-1)?.type !== type; tried++) {
    assert.ok(tried < TRIES_MAX, `${desk.events.at(-1)?.type} instead of ${type}`);
    const before = count();
    await sender.send(FAILED_TRAP);
    await desk.until(() => count() > before);
  }
}

const NAMED = 'snmp.trap.acmeCardFailed';

test('the listener takes names from the folder, and the next start has them at once', async () => {
  const mibs = mibFolder();
  const cacheFolder = newFolder();
  {
    const { log, until } = watched();
    await using desk = await FakeDesk.open({ mibs }, new Map(), { cacheFolder, log });
    using sender = new Sender(desk.port);
    await until('snmp.mibs-read');
    await sentUntil(desk, sender, NAMED);
  }
  // The folder is gone: what was kept is used, and the log says that it cannot be read.
  const { log, until } = watched();
  const gone = { mibs: join(mibs, 'gone') };
  await using desk = await FakeDesk.open(gone, new Map(), { cacheFolder, log });
  using sender = new Sender(desk.port);
  await sender.send(FAILED_TRAP);
  await desk.until(() => desk.events.length === 1);
  assert.equal(desk.events[0]?.type, NAMED);
  await until('snmp.mibs-unreadable');
});

test('a module put into the folder is known a minute later, without a start', async () => {
  const mibs = newFolder();
  const { log, until: logged } = watched();
  const clock = manualClock();
  await using desk = await FakeDesk.open({ mibs }, new Map(), { log, clock });
  using sender = new Sender(desk.port);
  await logged('snmp.mibs-read');
  await sentUntil(desk, sender, `snmp.trap.${ACME}.0.1`);
  copyFileSync(fileURLToPath(new URL('./acme-mib.txt', import.meta.url)), join(mibs, 'acme'));
  await until(() => clock.next !== undefined, 'the next look');
  clock.pass(60_000);
  await until(() => clock.next !== undefined, 'the look after it');
  await sentUntil(desk, sender, NAMED); // the memory of datagrams seen before is put aside
});

test('a kept image that is broken is made anew', async () => {
  const mibs = mibFolder();
  const cacheFolder = newFolder();
  const file = join(cacheFolder, 'snmp.mibs');
  const openUntilRead = async (): Promise<number> => {
    const { log, until } = watched();
    await using _ = await FakeDesk.open({ mibs }, new Map(), { cacheFolder, log });
    await until('snmp.mibs-read');
    return statSync(file).size;
  };
  const size = await openUntilRead();
  truncateSync(file, 1_000);
  assert.equal(await openUntilRead(), size);
});

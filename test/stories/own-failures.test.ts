import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { minutes, seconds } from '../../src/base/time.ts';
import { Hearing, LEARN_ALL } from '../../src/desk/health/hearing.ts';
import { SilenceWatch } from '../../src/desk/health/silence.ts';
import { type SelfReadings, SelfWatch } from '../../src/desk/self-watch.ts';
import type { Settings } from '../../src/sources/snmp/settings.ts';
import { snmp } from '../../src/sources/snmp/snmp.ts';
import { type Program, startProgram } from '../crash/program.ts';
import { datagramOf } from '../snmp/datagram.ts';
import { defaultsOf } from '../sources/fixtures.ts';
import { alert } from '../support/desk.ts';
import { SOON } from '../support/happenings.ts';
import { openNotified } from '../support/notified.ts';
import { planRoute, planWith } from '../support/plan.ts';
import { terms } from '../support/routing.ts';

/**
 * Line 9 of what a trap-based desk must do right: nobody hears a trap that was never sent, and no
 * desk tells of alarms while it is ill itself; so both are alarms, told to those who mind the desk.
 */
const repeatInterval = minutes(600);
const PLAN = planWith(
  {
    ...SOON,
    repeatInterval,
    routes: [
      planRoute({
        ...{ id: '{}/0', key: '{}/0', receiver: 'minders', matchers: terms('@source="desk"') },
        ...SOON,
        repeatInterval,
        groupBy: ['alertname', 'instance'],
      }),
    ],
  },
  {
    receivers: ['ops', 'minders'].map((name) => ({
      name,
      ways: [{ kind: 'webhook', index: 0, sendResolved: true }],
    })),
  },
);

async function open() {
  const d = await openNotified(PLAN);
  const silent = new Map([['snmp', minutes(10)]]);
  const hearing = new Hearing({ ...LEARN_ALL, sources: silent }, d.clock.now());
  hearing.expect('snmp');
  const silence = new SilenceWatch(hearing, d.desk.memory);
  const well: SelfReadings = { sources: [], diskFreeBytes: 2 ** 40, driftMs: 0 };
  const sight = { now: well };
  const watch = new SelfWatch(d.desk, d.clock, () => ({
    ...sight.now,
    others: silence.findings(d.clock.now(), true),
  }));
  const settings = defaultsOf(snmp.settings) as Settings;
  return {
    ...d,
    well,
    sight,
    /** Lets time go by; the desk looks at itself twice a minute. */
    async wait(ms: number): Promise<void> {
      for (let gone = 0; gone < ms; gone += seconds(30)) {
        await d.pass(seconds(30), seconds(10));
        await watch.look();
        await d.pump();
      }
    },
    async trap(): Promise<void> {
      const at = d.clock.now();
      const body = datagramOf({ trap: '1.3.6.1.6.3.1.1.5.1' });
      const { events } = snmp.translate({ body, at, from: '192.0.2.1', contentType: '' }, settings);
      assert.ok((await d.desk.receive('snmp', events)).ok);
      hearing.heard('snmp', events, at);
    },
    /** What the minders were told of one thing: `firing`, `resolved`. */
    told: (type: string, resource: string): readonly string[] =>
      d.notices
        .filter(({ to }) => to.receiver === 'minders')
        .flatMap(({ alerts }) => alerts)
        .filter(({ labels }) => labels['alertname'] === type && labels['instance'] === resource)
        .map(({ status }) => status),
  };
}

test('9: a source that says nothing for too long is told, and told again when it speaks', async () => {
  const d = await open();
  await d.trap();
  await d.wait(minutes(9));
  assert.deepEqual(d.told('source.silent', 'snmp'), []);
  await d.wait(minutes(3));
  assert.deepEqual(d.told('source.silent', 'snmp'), ['firing']);
  await d.trap();
  await d.wait(minutes(6));
  assert.deepEqual(d.told('source.silent', 'snmp'), ['firing', 'resolved']);
});

test('9: a channel through which nothing gets is told on another one', async () => {
  const d = await open();
  const sent = d.far.answer;
  d.far.answer = (notice) =>
    notice.to.receiver === 'ops'
      ? { result: 'later', detail: '503', retryAfter: minutes(1) }
      : sent(notice);
  await d.desk.receive('alertmanager', [alert('web-1')]);
  await d.wait(minutes(8));
  const way = 'desk/notify/ops/webhook[0]';
  assert.deepEqual(d.told('desk.undelivered', way), ['firing']);
  d.far.answer = sent;
  await d.wait(minutes(12));
  assert.deepEqual(d.told('desk.undelivered', way), ['firing', 'resolved']);
});

test('9: history that cannot be written, a disk nearly full and a loss are told, and their end', async () => {
  const d = await open();
  d.store.faults.beforeWrite = () => {
    throw new Error('no space left on device');
  };
  d.sight.now = { ...d.well, diskFreeBytes: 2 ** 20, sources: [{ name: 'snmp', droppedTotal: 7 }] };
  await d.trap();
  await d.wait(minutes(3));
  const found = [
    ['desk.store', 'desk/store'],
    ['desk.disk', 'desk/disk'],
    ['desk.drops', 'desk/source/snmp'],
  ] as const;
  for (const [type, resource] of found) assert.deepEqual(d.told(type, resource), ['firing'], type);
  d.store.faults.beforeWrite = () => {};
  d.sight.now = { ...d.well, sources: [{ name: 'snmp', droppedTotal: 7 }] };
  for (let n = 0; n < 4; n++) {
    await d.trap();
    await d.wait(minutes(5));
  }
  for (const [type, resource] of found) {
    assert.deepEqual(d.told(type, resource), ['firing', 'resolved'], type);
  }
});

test('9: a listener whose port is taken is an alarm of a desk that takes in everything else', async (t) => {
  const taken = createSocket('udp4').bind(0, '127.0.0.1');
  t.after(() => taken.close());
  await once(taken, 'listening');
  const root = mkdtempSync(join(tmpdir(), 'tocsin-own-'));
  const where = `127.0.0.1:${taken.address().port}`;
  const desk: Program = await startProgram(join(root, 'data'), [`--snmp.listen-address=${where}`]);
  t.after(async () => {
    await desk.end('SIGKILL');
    rmSync(root, { recursive: true });
  });
  const headers = { authorization: `Bearer ${desk.token()}`, 'content-type': 'application/json' };
  const posted = await fetch(`${desk.url}/api/v2/alerts`, {
    method: 'POST',
    headers,
    body: JSON.stringify([{ labels: { alertname: 'Down', instance: 'web-1' } }]),
  });
  assert.equal(posted.status, 200);
  const patience = AbortSignal.timeout(30_000);
  for (;;) {
    const answer = await fetch(`${desk.url}/api/v1/alarms`, { headers, signal: patience });
    const { items } = (await answer.json()) as { items: { type: string; text: string }[] };
    const own = items.find(({ type }) => type === 'desk.source');
    if (own === undefined) {
      await new Promise((again) => setTimeout(again, 100));
      continue;
    }
    assert.match(own.text, new RegExp(`^snmp takes nothing in: .*${where}.* Mend it`));
    assert.ok(items.some(({ type }) => type === 'Down'));
    return;
  }
});

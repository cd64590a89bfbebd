import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { Value } from 'typebox/value';
import { TRAP_LIMITS } from '../../src/channels/snmptrap/alarm-mib.ts';
import {
  answerIn,
  element,
  integer,
  octets,
  oid,
  sequence,
  ticks,
} from '../../src/channels/snmptrap/ber.ts';
import { snmptrap } from '../../src/channels/snmptrap/snmptrap.ts';
import { oidText, signed, unsigned } from '../../src/sources/snmp/ber.ts';
import { FakeDesk } from '../snmp/desk.ts';
import { alert, NOTICES, notice, plainRendering } from './notices.ts';
import { testWorld } from './world.ts';

type Settings = Parameters<typeof snmptrap.send>[1];
const settingsOf = (given: object): Settings =>
  Value.Default(snmptrap.settings, {
    address: '127.0.0.1:1',
    ...structuredClone(given),
  }) as Settings;

const down = alert({ alertname: 'Down', instance: 'db1' }, { summary: 'db1 is down' });
const up = { ...down, status: 'resolved', endsAt: down.startsAt } as const;
const pdus = (of: typeof down, given: object = {}) => {
  const one = notice([of]);
  return snmptrap
    .render(one, settingsOf(given), plainRendering(one))
    .traps.map(({ pdu }) => Buffer.from(pdu, 'base64'));
};
const send = (given: object, world = testWorld(), of = notice([down])) => {
  const set = settingsOf(given);
  return snmptrap.send(snmptrap.render(of, set, plainRendering(of)), set, world);
};

test('numbers and names are written to their limits, as our reader reads them', () => {
  const content = (bytes: Uint8Array) => bytes.subarray(2);
  for (const n of [0, 127, 128, 255, 256, 65_535, 8_388_608, 2 ** 31 - 1]) {
    const written = content(integer(n));
    assert.equal(signed(written, 0, written.length), n);
  }
  for (const n of [0, 128, 2 ** 31, 2 ** 32 - 1]) {
    const written = content(ticks(n));
    assert.equal(unsigned(written, 0, written.length), n);
  }
  for (const text of ['0.0', '1.3.6.1', '2.39.128.16383.16384.4294967295']) {
    const written = content(oid(text.split('.').map(Number)));
    assert.equal(oidText(written, 0, written.length), text);
  }
  assert.deepEqual([...octets('hé')], [4, 3, 0x68, 0xc3, 0xa9]);
  const heads = [127, 128, 255, 256, 65_535].map((n) =>
    Buffer.from(element(4, new Uint8Array(n)).subarray(0, 4)).toString('hex'),
  );
  assert.deepEqual(heads, ['047f0000', '04818000', '0481ff00', '04820100', '0482ffff']);
});

/** Read by hand once, and by net-snmp in test/interop/snmptrap-out.test.ts. */
const TRAP = `
  a782014502043275404902010002010030820135301006082b060102010103004304257c4fb83016060a2b06
  010603010104010006082b06010201760002304006242b0601020176010202010d06746f6373696e0b07816a
  0101000000002b000082e987d45506182b0601020176010102010306746f6373696e83c3b4a32f0630350624
  2b0601020176010202010a06746f6373696e0b07816a0101000000002b000082e987d455060d2b0601040181
  fd590103646231303306242b0601020176010202010b06746f6373696e0b07816a0101000000002b000082e9
  87d455040b64623120697320646f776e301d06182b0601020179010101010106746f6373696e83c3b4a32f03
  020103303c06182b0601020179010101010406746f6373696e83c3b4a32f030420616c6572746e616d653d22
  446f776e222c20696e7374616e63653d2264623122
`.replaceAll(/\s/g, '');

test('an alarm is one trap, byte by byte', () => {
  assert.equal(pdus(down)[0]?.toString('hex'), TRAP);
});

test('severity is the state of the model and the perceived severity of X.733', () => {
  const of = (severity: typeof down.severity, from = down) => {
    const hex = pdus({ ...from, severity })[0]?.toString('hex') ?? '';
    const [, state, perceived] =
      /746f6373696e[0-9a-f]{10}(0[1-6])30.*?0201(0[1-6])30/.exec(hex) ?? [];
    return [state, perceived];
  };
  const all = (['critical', 'major', 'minor', 'warning', 'indeterminate'] as const).map((s) =>
    of(s),
  );
  assert.deepEqual(all, [
    ['06', '03'],
    ['05', '04'],
    ['04', '05'],
    ['03', '06'],
    ['02', '02'],
  ]);
  assert.deepEqual(of('critical', up), ['01', '01']);
});

test('our own receiver hears a raise and its clear as one alarm, another resource as another', async () => {
  await using desk = await FakeDesk.open();
  const address = `127.0.0.1:${desk.port}`;
  const db2 = alert({ alertname: 'Down', instance: 'db2' });
  await send({ address }, testWorld(), notice([down, db2]));
  await desk.until(() => desk.events.length === 2);
  await send({ address }, testWorld(), notice([up]));
  await desk.until(() => desk.events.length === 3);
  const [raised, other, cleared] = desk.events;
  assert.deepEqual([raised?.kind, other?.kind, cleared?.kind], ['raise', 'raise', 'clear']);
  assert.equal(raised?.id, cleared?.id);
  assert.notEqual(raised?.id, other?.id);
});

test('an inform is sent when the receiver has answered it', async () => {
  await using desk = await FakeDesk.open();
  const result = await send({ address: `127.0.0.1:${desk.port}`, kind: 'inform' });
  assert.deepEqual(result, { is: 'sent', detail: '1 inform confirmed' });
  assert.equal(desk.events.length, 1);
});

/** A receiver that answers the nth datagram as `answer` says; undefined: not at all. */
async function receiver(answer: (datagram: Buffer, nth: number) => Uint8Array | undefined) {
  const socket = createSocket('udp4');
  const got: Buffer[] = [];
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  socket.on('message', (datagram, { port }) => {
    got.push(datagram);
    const said = answer(datagram, got.length);
    if (said) socket.send(said, port, '127.0.0.1');
  });
  return { address: `127.0.0.1:${socket.address().port}`, got, close: () => socket.close() };
}

const response = (id: number, status = 0) =>
  sequence(
    integer(1),
    octets('public'),
    element(0xa2, integer(id), integer(status), integer(0), sequence()),
  );
const idOf = (of = notice([down])) =>
  snmptrap.render(of, settingsOf({ kind: 'inform' }), plainRendering(of)).traps[0]?.requestId ?? 0;

test('an inform nobody answers is sent again, the same bytes, and answers to others are not taken', async () => {
  const world = testWorld();
  const far = await receiver((_datagram, nth) => {
    if (nth === 3) return response(idOf());
    setImmediate(() => world.clock.pass(2_000));
    return nth === 2 ? response(idOf() + 1) : Uint8Array.of(0x30, 0x84, 1);
  });
  const result = await send({ address: far.address, kind: 'inform' }, world);
  far.close();
  assert.equal(result.is, 'sent');
  assert.equal(far.got.length, 3);
  assert.deepEqual(far.got[0], far.got[2]);
});

test('an inform is given up after its retries, and one that is refused is refused for good', async () => {
  const world = testWorld();
  const mute = await receiver(() => {
    setImmediate(() => world.clock.pass(2_000));
    return undefined;
  });
  const given = { kind: 'inform', inform_retries: 2 };
  assert.deepEqual(await send({ ...given, address: mute.address }, world), {
    is: 'later',
    why: 'no answer to an inform sent 3 times',
  });
  assert.equal(mute.got.length, 3);
  mute.close();
  const far = await receiver(() => response(idOf(), 16));
  assert.deepEqual(await send({ ...given, address: far.address }), {
    is: 'never',
    why: 'the receiver refuses the inform: error-status 16',
  });
  far.close();
});

test('a closed port and the end of the time are later for an inform', async () => {
  const far = await receiver(() => undefined);
  const { address } = far;
  const world = testWorld();
  const waiting = send({ address, kind: 'inform' }, world);
  setImmediate(world.abort);
  assert.deepEqual(await waiting, { is: 'later', why: 'no answer in time' });
  far.close();
  const closed = await send({ address, kind: 'inform' });
  assert.deepEqual(closed, { is: 'later', why: 'nobody listens there (ECONNREFUSED)' });
});

test('the community is read from its file at each send, and is in no result', async () => {
  const far = await receiver(() => undefined);
  const world = testWorld({ files: { '/run/community': 'hidden-word\n' } });
  const given = { address: far.address, community_file: '/run/community' };
  const result = await send(given, world);
  assert.deepEqual(result, { is: 'sent', detail: '1 trap; nobody confirms it' });
  while (far.got.length < 1) await new Promise((next) => setImmediate(next));
  far.close();
  assert.ok(far.got[0]?.includes('hidden-word'));
});

test('texts are cut at their maximum, long names of resources told by their hash', () => {
  const { description_bytes_max: most, resource_bytes_max: long } = TRAP_LIMITS;
  const has = (words: string, given: object) => pdus({ ...down, ...given })[0]?.includes(words);
  assert.ok(has('x'.repeat(most), { text: 'x'.repeat(most) }));
  assert.ok(has(`${'x'.repeat(most - 3)}…`, { text: 'x'.repeat(most + 1) }));
  const named = (n: number) => has('y'.repeat(n), { labels: { instance: 'y'.repeat(n) } });
  const inText = (n: number) =>
    pdus({ ...down, labels: { instance: 'y'.repeat(n) } })[0]
      ?.toString('latin1')
      .split('y'.repeat(n)).length;
  assert.ok(named(long));
  assert.deepEqual([inText(long), inText(long + 1)], [3, 2]); // as resource and label; as label
  const labels = { instance: 'db1', more: 'z'.repeat(TRAP_LIMITS.labels_bytes_max) };
  assert.ok((pdus({ ...down, labels, text: 'x'.repeat(999) })[0]?.length ?? 9_999) < 1_400);
  const list = TRAP_LIMITS.list_name_bytes_max;
  assert.ok(pdus(down, { list_name: 'l'.repeat(list) })[0]?.includes(`${'l'.repeat(list)}`));
  assert.ok(!pdus(down, { list_name: 'l'.repeat(list + 1) })[0]?.includes('l'.repeat(list)));
});

test('alarms beyond the maximum are told by their number', () => {
  const most = TRAP_LIMITS.alarms_max;
  const of = (n: number) => {
    const many = notice(Array.from({ length: n }, () => down));
    return snmptrap.render(many, settingsOf({}), plainRendering(many)).traps;
  };
  assert.equal(of(most).length, most);
  const more = of(most + 2);
  assert.equal(more.length, most + 1);
  assert.ok(Buffer.from(more.at(-1)?.pdu ?? '', 'base64').includes('and 2 more alarms'));
});

test('every notice becomes traps, the same each time', () => {
  for (const of of Object.values(NOTICES)) {
    const render = () => snmptrap.render(of, settingsOf({}), plainRendering(of));
    assert.deepEqual(render(), render());
    assert.deepEqual(JSON.parse(JSON.stringify(render())), render());
  }
});

test('whatever answers, reading it ends', () => {
  const whole = response(7);
  assert.deepEqual(answerIn(whole), { requestId: 7, errorStatus: 0 });
  for (let cut = 0; cut < whole.length; cut++)
    assert.equal(answerIn(whole.subarray(0, cut)), undefined);
  for (let at = 0; at < whole.length; at++)
    for (let byte = 0; byte < 256; byte++) answerIn(whole.with(at, byte));
});

test('settings that cannot work are told by field', () => {
  const fields = (given: object) => snmptrap.faults?.(settingsOf(given)).map(([field]) => field);
  assert.deepEqual(fields({}), []);
  assert.deepEqual(fields({ address: 'h', resource_oid: 'x', inform_timeout: 'soon' }), [
    'address',
    'resource_oid',
    'inform_timeout',
  ]);
  assert.deepEqual(fields({ community: 'a', community_file: 'b' }), ['community_file']);
});

test('an address of the console may not lead to this machine', async () => {
  assert.equal((await send({}, testWorld({ trust: 'guarded' }))).is, 'never');
});

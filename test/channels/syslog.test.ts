import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { Value } from 'typebox/value';
import { SYSLOG_LIMITS, syslog } from '../../src/channels/syslog.ts';
import { cutBytes } from '../../src/net/cut-bytes.ts';
import { certificate } from '../support/certificate.ts';
import { alert, NOTICES, notice, plainRendering } from './notices.ts';
import { testWorld } from './world.ts';

type Settings = Parameters<typeof syslog.send>[1];
const settingsOf = (given: object): Settings =>
  Value.Default(syslog.settings, { address: '127.0.0.1:1', ...structuredClone(given) }) as Settings;
const lines = (of: (typeof NOTICES)[string], given: object = {}) =>
  syslog.render(of, settingsOf(given), plainRendering(of)).lines;

const down = alert({ alertname: 'Down', instance: 'db1' }, { summary: 'db1 is down' });
const up = alert({ alertname: 'Down', instance: 'db2' }, { summary: 'db2 is down' }, true);
const two = notice([down, up]);
const TWO = [
  '<25>1 2026-01-01T00:00:30.000Z desk.example.org tocsin - ALARM [alarm resource="db1" ' +
    'probableCause="Down" perceivedSeverity="critical" eventType="other"] db1 is down',
  '<29>1 2026-01-01T00:00:30.000Z desk.example.org tocsin - ALARM [alarm resource="db2" ' +
    'probableCause="Down" perceivedSeverity="cleared" eventType="other" ' +
    'trendIndication="lessSevere"] db2 is down',
];

test('each alarm is one message, byte by byte; a clear is a severity of its own', () => {
  assert.deepEqual(lines(two), TWO);
});

test('severities have the numbers of RFC 5674, under the facility', () => {
  const of = (severity: typeof down.severity) =>
    lines(notice([{ ...down, severity }]), { facility: 'local4' })[0]?.slice(0, 5);
  const all = (['critical', 'major', 'minor', 'warning', 'indeterminate'] as const).map(of);
  assert.deepEqual(all, ['<161>', '<162>', '<163>', '<164>', '<165>']);
});

test('a repeat says that nothing changed; names of host and program are what was set', () => {
  const [line = ''] = lines(
    { ...notice([down]), reason: 'repeat' },
    {
      hostname: 'noc 1',
      app_name: '',
      event_type: 'equipmentAlarm',
    },
  );
  assert.match(line, /Z noc1 - - ALARM .*eventType="equipmentAlarm" trendIndication="noChange"\]/);
});

test('labels go along when asked for, escaped, in an element of the enterprise’s own', () => {
  const odd = alert({ alertname: 'a"b\\c]d\n', 'where =]"': 'x' });
  const [line = ''] = lines(notice([odd]), { labels_sd_id: 'labels@32473' });
  assert.ok(line.includes('probableCause="a\\"b\\\\c\\]d "'));
  assert.ok(
    line.includes(
      `[labels@32473 fingerprint="${odd.fingerprint}" alertname="a\\"b\\\\c\\]d " where____="x"]`,
    ),
  );
});

test('text beyond ASCII is marked as UTF-8, and no text begins a line of its own', () => {
  const of = (text: string) => lines(notice([{ ...down, text }]))[0] ?? '';
  assert.ok(of('Störung').endsWith('] \u{feff}Störung'));
  assert.ok(of('a\r\n<25>1 b').endsWith('] a <25>1 b'));
});

test('a message is cut at its maximum, within a character never, and the alarm’s data is whole', () => {
  for (const [transport, max] of [
    ['udp', SYSLOG_LIMITS.udp_bytes_max],
    ['tcp', SYSLOG_LIMITS.stream_bytes_max],
  ] as const) {
    const of = (text: string) => lines(notice([{ ...down, text }]), { transport })[0] ?? '';
    const room = max - Buffer.byteLength(of('')); // head and its space
    assert.equal(Buffer.byteLength(of('x'.repeat(room))), max);
    assert.ok(of('x'.repeat(room)).endsWith('x'));
    assert.equal(Buffer.byteLength(of('x'.repeat(room + 1))), max);
    assert.ok(of('x'.repeat(room + 1)).endsWith('x…'));
    assert.ok(Buffer.byteLength(of('🔥'.repeat(room))) <= max);
    assert.match(of('🔥'.repeat(room)), /\] \u{feff}(🔥)+…$/u);
  }
  const many = Object.fromEntries(
    Array.from({ length: 30 }, (_, i) => [`label${i}`, 'x'.repeat(250)]),
  );
  const wide = alert({ alertname: 'Down', instance: 'db1', ...many }, { summary: 'db1 is down' });
  const [line = ''] = lines(notice([wide]), { labels_sd_id: 'labels@32473' });
  assert.equal(line, TWO[0]);
});

test('a value is cut at its maximum', () => {
  const most = SYSLOG_LIMITS.param_bytes_max;
  const of = (n: number) =>
    /resource="([^"]*)"/.exec(lines(notice([alert({ instance: 'x'.repeat(n) })]))[0] ?? '')?.[1];
  assert.equal(of(most), 'x'.repeat(most));
  assert.equal(of(most + 1), `${'x'.repeat(most - 3)}…`);
  assert.equal(cutBytes('äöü', 5), 'ä…');
});

test('alarms beyond the maximum are told by their number', () => {
  const most = SYSLOG_LIMITS.alarms_max;
  const of = (n: number) => lines(notice(Array.from({ length: n }, () => down)));
  assert.equal(of(most).length, most);
  assert.match(of(most + 2).at(-1) ?? '', /^<29>1 .* MORE - and 2 more alarms$/);
});

test('every notice becomes messages of one line', () => {
  for (const of of Object.values(NOTICES))
    for (const line of lines(of, { labels_sd_id: 'l@1' }))
      assert.match(line, /^<\d+>1 [^\p{Cc}]+$/u);
});

test('settings that cannot work are told by field', () => {
  const fields = (given: object) => syslog.faults?.(settingsOf(given)).map(([field]) => field);
  assert.deepEqual(fields({}), []);
  assert.deepEqual(fields({ address: 'host' }), ['address']);
  assert.deepEqual(fields({ labels_sd_id: 'labels' }), ['labels_sd_id']);
  assert.deepEqual(fields({ labels_sd_id: 'labels@32473' }), []);
});

const send = (given: object, world = testWorld(), of = two) => {
  const set = settingsOf(given);
  return syslog.send(syslog.render(of, set, plainRendering(of)), set, world);
};

test('over UDP each message is a datagram', async () => {
  const far = createSocket('udp4');
  far.bind(0, '127.0.0.1');
  await once(far, 'listening');
  const got: string[] = [];
  const all = new Promise<void>((done) =>
    far.on('message', (datagram) => got.push(datagram.toString()) === 2 && done()),
  );
  const result = await send({ address: `127.0.0.1:${far.address().port}` });
  await all;
  far.close();
  assert.deepEqual(result, { is: 'sent', detail: '2 messages over UDP; nobody confirms it' });
  assert.deepEqual(got, TWO);
});

/** A stream receiver on a free port; what it read, once the sender has closed its side. */
async function receiver(secure: boolean, serve: (socket: Socket) => void = () => {}) {
  const chunks: Buffer[] = [];
  const take = (socket: Socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => chunks.push(chunk));
    serve(socket);
  };
  const server = secure ? createTlsServer(certificate, take) : createServer(take);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const text = () => Buffer.concat(chunks).toString();
  return { address: `127.0.0.1:${port}`, text, close: () => server.close() };
}

const COUNTED = TWO.map((line) => `${Buffer.byteLength(line)} ${line}`).join('');

for (const transport of ['tcp', 'tls'] as const)
  test(`over ${transport} messages follow each other, each behind its length`, async () => {
    const far = await receiver(transport === 'tls');
    const tls_config = { ca: certificate.cert };
    const result = await send({ address: far.address, transport, tls_config });
    far.close();
    assert.deepEqual(result, { is: 'sent', detail: `2 messages over ${transport.toUpperCase()}` });
    assert.equal(far.text(), COUNTED);
  });

test('a certificate nobody vouches for gets nothing', async () => {
  const far = await receiver(true);
  const result = await send({ address: far.address, transport: 'tls' });
  const other = await send({
    address: far.address,
    transport: 'tls',
    tls_config: { ca: certificate.cert, server_name: 'elsewhere.example' },
  });
  far.close();
  assert.deepEqual([result.is, other.is, far.text()], ['later', 'later', '']);
});

test('nobody there and a connection broken off are later', async () => {
  const far = await receiver(false);
  far.close();
  assert.deepEqual(await send({ address: far.address, transport: 'tcp' }), {
    is: 'later',
    why: 'nobody listens there (ECONNREFUSED)',
  });
});

test('a TLS receiver that says nothing ends with the signal', async () => {
  const world = testWorld();
  const far = await receiver(false, () => queueMicrotask(world.abort));
  const result = await send({ address: far.address, transport: 'tls' }, world);
  far.close();
  assert.deepEqual(result, { is: 'later', why: 'no answer in time' });
});

test('a receiver that keeps its side open is not waited for longer than two seconds', async () => {
  const open: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.push(socket);
    socket.resume();
    socket.on('end', () => setImmediate(() => world.clock.pass(2_000)));
  });
  const world = testWorld();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const result = await send({ address: `127.0.0.1:${port}`, transport: 'tcp' }, world);
  for (const socket of open) socket.destroy();
  server.close();
  assert.equal(result.is, 'sent');
});

test('an address of the console may not lead to this machine', async () => {
  const result = await send({}, testWorld({ trust: 'guarded' }));
  assert.equal(result.is, 'never');
});

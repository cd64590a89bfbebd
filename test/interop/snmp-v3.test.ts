import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { Settings } from '../../src/sources/snmp/settings.ts';
import { DONE, FakeDesk, Sender } from '../snmp/desk.ts';

/** The real senders: Debian's package `snmp` (net-snmp). */
const missing = ['snmptrap', 'snmpinform'].filter(
  (program) => spawnSync(program, ['-V']).error !== undefined,
);
const skip = missing.length > 0 && `${missing.join(' and ')} missing: apt-get install snmp`;

const IF_INDEX = '1.3.6.1.2.1.2.2.1.1.7';
const LINK_DOWN = '1.3.6.1.6.3.1.1.5.3';
const ENGINE = '80001f88805a5a5a5a5a5a5a5a';
const PASSWORD = 'correct horse battery';

type User = Settings['users'][number];
type AuthProtocol = NonNullable<User['auth']>['protocol'];
type PrivProtocol = NonNullable<User['priv']>['protocol'];
/** Our names of the protocols; net-snmp's, where they differ. */
const AUTHS: readonly AuthProtocol[] = ['MD5', 'SHA-1', 'SHA-224', 'SHA-256', 'SHA-384', 'SHA-512'];
const PRIVS: readonly PrivProtocol[] = [
  'DES',
  'AES-128',
  'AES-192',
  'AES-256',
  'AES-192-C',
  'AES-256-C',
];
const THEIRS: Readonly<Record<string, string>> = {
  'SHA-1': 'SHA',
  'AES-128': 'AES',
  'AES-192-C': 'AES192C',
  'AES-256-C': 'AES256C',
};
const theirs = (protocol: string): string => THEIRS[protocol] ?? protocol;

const userOf = (auth?: AuthProtocol, priv?: PrivProtocol): User => ({
  name: ['u', auth, priv].filter((part) => part !== undefined).join('-'),
  ...(auth && { auth: { protocol: auth, password: `${PASSWORD} a` } }),
  ...(priv && { priv: { protocol: priv, password: `${PASSWORD} p` } }),
});

function as({ name, auth, priv }: User): string[] {
  const level = priv ? 'authPriv' : auth ? 'authNoPriv' : 'noAuthNoPriv';
  const args = ['-v', '3', '-u', name, '-l', level];
  if (auth) args.push('-a', theirs(auth.protocol), '-A', auth.password);
  if (priv) args.push('-x', theirs(priv.protocol), '-X', priv.password);
  return args;
}

const home = mkdtempSync(join(tmpdir(), 'tocsin-snmp-'));
after(() => rmSync(home, { recursive: true }));
const env = { ...process.env, MIBS: '', SNMP_PERSISTENT_DIR: home };

const start = (program: string, ...args: readonly string[]): ChildProcess =>
  spawn(program, args, { stdio: 'ignore', env });
const exitOf = async (sender: ChildProcess): Promise<number | null> =>
  sender.exitCode ?? ((await once(sender, 'exit')) as [number | null])[0];

const LINK = ['4200', LINK_DOWN, IF_INDEX, 'i', '7'] as const;
const patient = ['-t', '2', '-r', '3'] as const;
const hasty = ['-t', '0.2', '-r', '1'] as const;

const trap = (user: User, port: number, ...how: readonly string[]) =>
  exitOf(start('snmptrap', ...as(user), '-e', ENGINE, ...how, `127.0.0.1:${port}`, ...LINK));
const inform = (user: User, port: number, ...how: readonly string[]) =>
  exitOf(start('snmpinform', ...as(user), ...how, `127.0.0.1:${port}`, ...LINK));

/** Stands between sender and desk, and keeps what the sender said. */
async function relay(to: number): Promise<{ port: number; heard: Buffer[]; close(): void }> {
  const heard: Buffer[] = [];
  const front = createSocket('udp4');
  const back: Socket = createSocket('udp4');
  let sender = 0;
  front.on('message', (message, { port }) => {
    sender = port;
    heard.push(message);
    back.send(message, to, '127.0.0.1');
  });
  back.on('message', (message) => front.send(message, sender, '127.0.0.1'));
  front.bind(0, '127.0.0.1');
  await once(front, 'listening');
  const close = (): void => {
    front.close();
    back.close();
  };
  return { port: front.address().port, heard, close };
}

describe('net-snmp, SNMPv3', { skip }, () => {
  const all = [
    userOf(),
    ...AUTHS.flatMap((auth) => [userOf(auth), ...PRIVS.map((priv) => userOf(auth, priv))]),
  ];

  test('traps and informs of every pair of protocols arrive and are answered', async () => {
    await using desk = await FakeDesk.open({ users: all });
    for (const [i, user] of all.entries()) {
      assert.equal(await trap(user, desk.port), 0, user.name);
      await desk.until(() => desk.events.length === 2 * i + 1);
      assert.equal(await inform(user, desk.port, ...patient), 0, user.name);
      assert.equal(desk.events.length, 2 * i + 2, user.name);
    }
    assert.ok(desk.events.every(({ labels }) => labels.version === 'v3'));
    assert.deepEqual(desk.refusals, []);
    assert.deepEqual(Object.keys(desk.counts), ['usmStatsUnknownEngineIDs']);
  });

  test('a wrong password is refused and counted, by user and address, without the password', async () => {
    const good = userOf('SHA-256', 'AES-128');
    const wrong = { ...good, auth: { protocol: 'SHA-256' as const, password: 'hunter2 hunter2' } };
    const blind = { ...good, priv: { protocol: 'AES-128' as const, password: 'hunter2 hunter2' } };
    await using desk = await FakeDesk.open({ users: [good] });
    assert.equal(await inform(wrong, desk.port, ...hasty), 1);
    assert.equal(await trap(wrong, desk.port), 0);
    assert.equal(await trap(blind, desk.port), 0);
    await desk.until(() => desk.counts.usmStatsDecryptionErrors === 1);
    assert.ok((desk.counts.usmStatsWrongDigests ?? 0) >= 2);
    for (const { why } of desk.refusals) {
      assert.match(why, /^SNMPv3 user "u-SHA-256-AES-128" from 127\.0\.0\.1: .*password/);
      assert.doesNotMatch(why, /hunter2|correct/);
    }
    assert.equal(desk.events.length, 0);
  });

  test('a stranger, too little and too much protection are refused, each under its counter', async () => {
    const good = userOf('SHA-256');
    await using desk = await FakeDesk.open({ users: [good] });
    await trap({ ...good, name: 'stranger' }, desk.port);
    await trap({ name: good.name }, desk.port);
    await trap({ ...userOf('SHA-256', 'AES-128'), name: good.name }, desk.port);
    await desk.until(() => desk.refusals.length === 3);
    const { usmStatsUnknownUserNames, usmStatsUnsupportedSecLevels } = desk.counts;
    assert.deepEqual([usmStatsUnknownUserNames, usmStatsUnsupportedSecLevels], [1, 1]);
    assert.ok(
      desk.refusals.some(({ why }) => why.endsWith('authNoPriv expected, noAuthNoPriv found')),
    );
    assert.equal(desk.events.length, 0);
  });

  test('a captured trap sent again is refused, inside the window and after it', async () => {
    const user = userOf('SHA-512', 'AES-256');
    await using desk = await FakeDesk.open({ users: [user] });
    using again = new Sender(desk.port);
    const tap = await relay(desk.port);
    await trap(user, tap.port, '-Z', '7,1000');
    await desk.until(() => desk.events.length === 1);
    await again.send(...tap.heard);
    await desk.until(() => desk.refusals.length === 1);
    assert.match(desk.refusals[0]?.why ?? '', /a copy of a trap/);
    await trap(user, desk.port, '-Z', '7,1151');
    await desk.until(() => desk.events.length === 2);
    await again.send(...tap.heard);
    await desk.until(() => desk.counts.usmStatsNotInTimeWindows === 1);
    tap.close();
    assert.equal(desk.events.length, 2);
  });

  test('a clock set back is refused; a device that started again is heard', async () => {
    const user = userOf('SHA-1', 'DES');
    await using desk = await FakeDesk.open({ users: [user] });
    await trap(user, desk.port, '-Z', '7,1000');
    await trap(user, desk.port, '-Z', '7,840');
    await trap(user, desk.port, '-Z', '6,2000');
    await desk.until(() => desk.counts.usmStatsNotInTimeWindows === 2);
    await trap(user, desk.port, '-Z', '7,900');
    await trap(user, desk.port, '-Z', '8,1');
    await desk.until(() => desk.events.length === 3);
    await trap(user, desk.port, '-Z', '7,1000');
    await desk.until(() => desk.counts.usmStatsNotInTimeWindows === 3);
    assert.equal(desk.events.length, 3);
  });

  test('an inform is answered once it is stored, however often it was sent, and counts once', async () => {
    const user = userOf('SHA-256', 'AES-128');
    await using desk = await FakeDesk.open({ users: [user] });
    desk.atOnce = undefined;
    const tap = await relay(desk.port);
    const sender = start(
      'snmpinform',
      ...as(user),
      ...['-t', '0.3', '-r', '50', `127.0.0.1:${tap.port}`],
      ...LINK,
    );
    while (tap.heard.length < 5) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(sender.exitCode, null);
    for (const handed of desk.handed) handed.answer(DONE);
    assert.equal(await exitOf(sender), 0);
    tap.close();
    assert.equal(desk.handed.length, 1);
  });

  test('a restart raises engineBoots, and what was captured before it is refused', async () => {
    const user = userOf('SHA-256', 'AES-128');
    const kept = new Map<string, string>();
    const captured: Buffer[] = [];
    for (const boots of [1, 2, 3]) {
      await using desk = await FakeDesk.open({ users: [user] }, kept);
      assert.match(kept.get('engine') ?? '', new RegExp(`^8000000005[0-9a-f]{24} ${boots}\n$`));
      using again = new Sender(desk.port);
      await again.send(...captured.splice(0));
      const tap = await relay(desk.port);
      assert.equal(await inform(user, tap.port, ...patient), 0);
      assert.equal(desk.events.length, 1);
      if (boots > 1) {
        await desk.until(() => (desk.counts.usmStatsNotInTimeWindows ?? 0) === 1);
        assert.match(desk.refusals[0]?.why ?? '', /engineBoots \d and engineTime \d+ expected/);
      }
      captured.push(...tap.heard);
      tap.close();
    }
  });

  test('an inform with a time outside the window is told ours, and comes again', async () => {
    const user = userOf('SHA-384', 'AES-192');
    await using desk = await FakeDesk.open({ users: [user], engine_id: ENGINE });
    const stale = ['-e', ENGINE, '-Z', '1,200'];
    assert.equal(await inform(user, desk.port, ...stale, ...patient), 0);
    assert.equal(desk.events.length, 1);
    await desk.until(() => desk.counts.usmStatsNotInTimeWindows === 1);
  });
});

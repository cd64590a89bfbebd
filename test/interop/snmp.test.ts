import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { DONE, FakeDesk } from '../snmp/desk.ts';

/** The real senders: Debian's package `snmp` (net-snmp). */
const missing = ['snmptrap', 'snmpinform'].filter(
  (program) => spawnSync(program, ['-V']).error !== undefined,
);
const skip = missing.length > 0 && `${missing.join(' and ')} missing: apt-get install snmp`;

const IF_INDEX = '1.3.6.1.2.1.2.2.1.1.7';
const LINK_DOWN = '1.3.6.1.6.3.1.1.5.3';
const LINK_UP = '1.3.6.1.6.3.1.1.5.4';

/** Starts a sender; net-snmp complains about MIBs it has not, which is not our affair. */
const start = (program: string, ...args: readonly string[]): ChildProcess =>
  spawn(program, args, { stdio: 'ignore', env: { ...process.env, MIBS: '' } });

const exitOf = async (sender: ChildProcess): Promise<number | null> =>
  sender.exitCode ?? ((await once(sender, 'exit')) as [number | null])[0];

describe('net-snmp', { skip }, () => {
  const to = (desk: FakeDesk): string => `127.0.0.1:${desk.port}`;

  test('a v1 linkDown and a v2c linkUp are one alarm, raised and cleared', async () => {
    await using desk = await FakeDesk.open();
    const v1 = ['-v', '1', '-c', 'public', to(desk), '1.3.6.1.4.1.9.1.516', '127.0.0.1'];
    await exitOf(start('snmptrap', ...v1, '2', '0', '4200', IF_INDEX, 'i', '7'));
    await desk.until(() => desk.events.length === 1);
    const v2c = ['-v', '2c', '-c', 'public', to(desk), '4300', LINK_UP];
    await exitOf(start('snmptrap', ...v2c, IF_INDEX, 'i', '7'));
    await desk.until(() => desk.events.length === 2);
    const [down, up] = desk.events;
    assert.deepEqual([down?.kind, up?.kind], ['raise', 'clear']);
    assert.equal(down?.id, up?.id);
    assert.deepEqual([down?.labels.version, up?.labels.version], ['v1', 'v2c']);
  });

  test('every type that snmptrap can write arrives whole', async () => {
    await using desk = await FakeDesk.open();
    const typed = [
      ['i', '-2147483648', '-2147483648'],
      ['u', '4294967295', '4294967295'],
      ['c', '4294967295', '4294967295'],
      ['C', '18446744073709551615', '18446744073709551615'],
      ['t', '4294967295', '4294967295'],
      ['a', '198.51.100.7', '198.51.100.7'],
      ['o', '1.3.6.1.4.1.4294967295', '1.3.6.1.4.1.4294967295'],
      ['s', 'Trondheim ø', 'Trondheim ø'],
      ['x', '00ff01', '0x00ff01'],
    ] as const;
    const values = typed.flatMap(([type, value], i) => [`1.3.6.1.4.1.99999.9.${i}`, type, value]);
    const args = ['-v', '2c', '-c', 'public', to(desk), '1', '1.3.6.1.4.1.99999.1', ...values];
    await exitOf(start('snmptrap', ...args));
    await desk.until(() => desk.events.length === 1);
    const raw = JSON.parse(desk.events[0]?.raw ?? '{}') as { varbinds: string[][] };
    assert.deepEqual(
      raw.varbinds.map(([, , value]) => value),
      typed.map(([, , read]) => read),
    );
  });

  test('snmpinform waits as long as the desk is storing, and ends well once it has', async () => {
    await using desk = await FakeDesk.open();
    desk.atOnce = undefined;
    const patient = ['-v', '2c', '-c', 'public', '-t', '1', '-r', '20', to(desk)];
    const sender = start('snmpinform', ...patient, '4200', LINK_DOWN, IF_INDEX, 'i', '7');
    await desk.until(() => desk.handed.length === 1);
    // A trap sent after the inform reaches the desk while the sender still waits.
    const trap = ['-v', '2c', '-c', 'public', to(desk), '4200', LINK_UP, IF_INDEX, 'i', '8'];
    assert.equal(await exitOf(start('snmptrap', ...trap)), 0);
    await desk.until(() => desk.handed.length === 2);
    assert.equal(sender.exitCode, null);
    for (const handed of desk.handed) handed.answer(DONE);
    assert.equal(await exitOf(sender), 0);
    assert.equal(desk.handed.length, 2);
  });

  test('snmpinform fails when the desk never stores it', async () => {
    await using desk = await FakeDesk.open();
    desk.atOnce = undefined;
    const hasty = ['-v', '2c', '-c', 'public', '-t', '0.2', '-r', '1', to(desk)];
    const sender = start('snmpinform', ...hasty, '4200', LINK_DOWN, IF_INDEX, 'i', '7');
    assert.equal(await exitOf(sender), 1);
    assert.equal(desk.handed.length, 1);
  });
});

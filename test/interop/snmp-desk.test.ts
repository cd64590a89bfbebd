import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Program, startProgram } from '../crash/program.ts';

/** net-snmp's `snmptrap` (Debian's package `snmp`) and a whole desk, seen by its API as people do. */
const missing = spawnSync('snmptrap', ['-V']).error !== undefined;
const skip = missing && 'snmptrap missing: apt-get install snmp';

const WITHIN_MS = 120_000;
const IF = '1.3.6.1.2.1.2.2.1';
const [DOWN, UP] = ['1.3.6.1.6.3.1.1.5.3', '1.3.6.1.6.3.1.1.5.4'];
/** Hundredths: a day, so that no agent counts as just started. */
const A_DAY = 8_640_000;

interface Seen {
  readonly id: string;
  readonly resource: string;
  readonly type: string;
  readonly severity: string;
  readonly text: string;
  readonly condition: { readonly is: string };
  readonly labels: Readonly<Record<string, string>>;
  readonly suppressions: readonly { readonly kind: string; readonly reason: string }[];
  readonly marks: readonly { readonly word: string }[];
  readonly occurrences: number;
  readonly willClear: boolean;
}

describe('snmptrap and a whole desk', { skip }, () => {
  const root = mkdtempSync(join(tmpdir(), 'tocsin-traps-'));
  let desk: Program;
  let to = '';
  before(async () => {
    desk = await startProgram(join(root, 'data'), ['--snmp.listen-address=127.0.0.1:0']);
    to = /udp (127\.0\.0\.1:\d+)/.exec(desk.log())?.[1] ?? '';
    assert.notEqual(to, '');
  });
  after(async () => {
    await desk.end('SIGTERM');
    rmSync(root, { recursive: true });
  });

  const run = (...args: readonly string[]): void => {
    const { status, stderr } = spawnSync('snmptrap', args, { env: { ...process.env, MIBS: '' } });
    assert.equal(status, 0, String(stderr));
  };
  const v1 = (agent: string, generic: number, uptime: number, ...more: readonly string[]): void =>
    run(
      ...['-v', '1', '-c', 'public', to, '1.3.6.1.4.1.9.1.516', agent],
      String(generic),
      '0',
      String(uptime),
      ...more,
    );
  const v2c = (trap: string, uptime: number, ...more: readonly string[]): void =>
    run('-v', '2c', '-c', 'public', to, String(uptime), trap, ...more);
  const port = (index: number): string[] => [`${IF}.1.${index}`, 'i', String(index)];

  async function alarms(state = 'any'): Promise<readonly Seen[]> {
    const headers = { authorization: `Bearer ${desk.token()}` };
    const answer = await fetch(`${desk.url}/api/v1/alarms?state=${state}`, { headers });
    return ((await answer.json()) as { items: Seen[] }).items;
  }
  /** The alarm of a resource, once it is as wanted. */
  async function until(resource: string, is: (a: Seen) => boolean): Promise<Seen> {
    const giveUpAt = performance.now() + WITHIN_MS;
    let found: Seen | undefined;
    do
      found = (await alarms()).find(
        (a) => a.resource === resource && !a.resource.startsWith('desk/'),
      );
    while ((found === undefined || !is(found)) && performance.now() < giveUpAt);
    assert.ok(found !== undefined && is(found), `${resource}: ${JSON.stringify(found)}`);
    return found;
  }
  const raised = ({ condition }: Seen): boolean => condition.is === 'raised';
  const cleared = ({ condition }: Seen): boolean => condition.is === 'cleared';

  test('links of two agents are two alarms; each ends by its own linkUp, v1 or v2c', async () => {
    v1('198.51.100.4', 2, A_DAY, ...port(7), `${IF}.2.7`, 's', 'GigabitEthernet0/7');
    v2c(DOWN, A_DAY, ...port(7));
    const first = await until('198.51.100.4/if-7', raised);
    assert.equal(first.text, 'Link down: GigabitEthernet0/7');
    assert.equal(first.severity, 'major');
    await until('127.0.0.1/if-7', raised);
    v1('198.51.100.4', 3, A_DAY + 100, ...port(7));
    const over = await until('198.51.100.4/if-7', cleared);
    assert.equal(over.id, first.id);
    await until('127.0.0.1/if-7', raised);
    v2c(UP, A_DAY + 100, ...port(7));
    await until('127.0.0.1/if-7', cleared);
  });

  test('a name that came once is told of a later trap without it', async () => {
    v1('198.51.100.4', 2, A_DAY + 300, ...port(7));
    const again = await until('198.51.100.4/if-7', raised);
    assert.equal(again.text, 'Link down: GigabitEthernet0/7');
    assert.equal(again.labels.ifDescr, 'GigabitEthernet0/7');
  });

  test("a vendor's trap is an alarm with its part and its words, and ends by its pair", async () => {
    const fan = ['1.3.6.1.4.1.2636.3.1.8.1.6.4.1.0.0', 's', 'Fan Tray 0'];
    v2c('1.3.6.1.4.1.2636.4.1.2', A_DAY + 400, ...fan);
    const failed = await until('127.0.0.1/chassis-4.1.0.0', raised);
    assert.deepEqual([failed.type, failed.severity], ['chassis.fan', 'major']);
    assert.match(failed.text, /Fan failed.*Fan Tray 0/);
    v2c('1.3.6.1.4.1.2636.4.2.2', A_DAY + 500, ...fan);
    await until('127.0.0.1/chassis-4.1.0.0', cleared);
  });

  test('the same trap as v1 and, passed on by a proxy, as v2c counts once', async () => {
    v1('198.51.100.9', 2, A_DAY, ...port(3));
    v2c(DOWN, A_DAY, ...port(3), '1.3.6.1.6.3.18.1.3.0', 'a', '198.51.100.9');
    v1('198.51.100.9', 2, A_DAY, ...port(4));
    await until('198.51.100.9/if-4', raised);
    assert.equal((await until('198.51.100.9/if-3', raised)).occurrences, 1);
  });

  test('coldStart is told, and a link that falls just after it is held with its reason', async () => {
    v1('198.51.100.5', 0, 0);
    const start = await until('198.51.100.5', raised);
    assert.deepEqual([start.type, start.willClear], ['device.restart', false]);
    v1('198.51.100.5', 2, 500, ...port(1));
    const link = await until('198.51.100.5/if-1', raised);
    assert.deepEqual(
      link.marks.map(({ word }) => word),
      ['held'],
    );
    assert.match(link.suppressions[0]?.reason ?? '', /device has just started/);
    v1('198.51.100.5', 3, 900, ...port(1));
    await until('198.51.100.5/if-1', cleared);
  });

  test('a link that comes and goes is held as flapping, and its row counts', async () => {
    for (let n = 0; n < 4; n++) {
      v1('198.51.100.6', 2, A_DAY + 2 * n, ...port(1));
      v1('198.51.100.6', 3, A_DAY + 2 * n + 1, ...port(1));
    }
    const link = await until('198.51.100.6/if-1', ({ marks }) =>
      marks.some(({ word }) => word === 'flapping ×8'),
    );
    assert.deepEqual(
      link.suppressions.map(({ kind }) => kind),
      ['flapping'],
    );
  });
});

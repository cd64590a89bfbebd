import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { Value } from 'typebox/value';
import { snmptrap } from '../../src/channels/snmptrap/snmptrap.ts';
import { alert, notice, plainRendering } from '../channels/notices.ts';
import { testWorld } from '../channels/world.ts';

/** The real receiver: Debian's package `snmptrapd` (net-snmp). */
const missing = spawnSync('snmptrapd', ['-v']).error !== undefined;
const skip = missing && 'snmptrapd missing: apt-get install snmptrapd';

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

/** A receiver that prints what it hears, names as numbers. */
async function trapd() {
  const port = await freePort();
  const daemon = spawn(
    'snmptrapd',
    ['-f', '-Lo', '-On', '-C', '--disableAuthorization=yes', `udp:127.0.0.1:${port}`],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, MIBS: '' } },
  );
  let said = '';
  daemon.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const until = async (words: string) => {
    while (!said.includes(words)) await once(daemon.stdout, 'data');
  };
  await until('NET-SNMP version');
  const close = async () => {
    daemon.kill();
    await once(daemon, 'exit');
  };
  return { address: `127.0.0.1:${port}`, until, said: () => said, close };
}

const down = alert({ alertname: 'Down', instance: 'db1' }, { summary: 'db1 is down' });
const up = { ...down, status: 'resolved', endsAt: down.startsAt } as const;

describe('snmptrapd', { skip }, () => {
  for (const kind of ['trap', 'inform'])
    test(`it reads an ${kind} of ours, raise and clear`, { timeout: 180_000 }, async () => {
      const far = await trapd();
      try {
        const set = Value.Default(snmptrap.settings, { address: far.address, kind }) as Parameters<
          typeof snmptrap.send
        >[1];
        const of = notice([down, up]);
        const result = await snmptrap.send(
          snmptrap.render(of, set, plainRendering(of)),
          set,
          testWorld(),
        );
        const told = kind === 'inform' ? '2 informs confirmed' : '2 traps; nobody confirms it';
        assert.deepEqual(result, { is: 'sent', detail: told });
        await far.until('.1.3.6.1.2.1.118.0.3');
        await far.until('.1.3.6.1.2.1.121.1.1.1.1.1.6.116.111.99.115.105.110.');
        const said = far.said();
        assert.match(
          said,
          /\.1\.3\.6\.1\.6\.3\.1\.1\.4\.1\.0 = OID: \.1\.3\.6\.1\.2\.1\.118\.0\.2/,
        );
        assert.match(
          said,
          /\.118\.1\.2\.2\.1\.11\.6\.116\.111\.99\.115\.105\.110\.11\.7\.234\.1\.1\.\S+ = STRING: "db1 is down"/,
        );
        assert.match(
          said,
          /\.118\.1\.2\.2\.1\.10\.\S+ = OID: \.1\.3\.6\.1\.4\.1\.32473\.1\.3\.100\.98\.49/,
        );
        assert.match(said, /\.121\.1\.1\.1\.1\.1\.\S+\.3 = INTEGER: 3/);
      } finally {
        await far.close();
      }
    });
});

// 2,000 deliveries due at once to one way: from their birth to the last result, in memory. Against
// a channel that answers at once it is what the outbox itself costs; against a plain HTTP server on
// loopback, with kept connections, it is what a storm takes at so many sends at once. Loop delay is
// the longest that others were held up.
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { systemClock } from '../src/base/clock.ts';
import { silentLog } from '../src/base/log.ts';
import { Outbox } from '../src/desk/outbox.ts';
import type { OpenWay } from '../src/desk/outbox-try.ts';
import type { Channel, SendResult } from '../src/ports/channel.ts';
import { delivery, deliveryDesk, idOf } from '../test/desk/outbox-desk.ts';
import { fakeChannel } from '../test/support/channel.ts';

const DELIVERIES = 2_000;
const ROUNDS = process.argv.includes('--short') ? 2 : 10;
const BODY = JSON.stringify({ version: '4', alerts: [], padding: 'x'.repeat(2_000) });

async function storm(way: OpenWay): Promise<number> {
  const clock = systemClock();
  const own = deliveryDesk();
  const outbox = new Outbox({
    desk: own.desk,
    clock,
    log: silentLog,
    soon: setImmediate,
    ways: () => way,
  });
  const began = performance.now();
  for (let n = 1; n <= DELIVERIES; n++) own.rows.set(idOf(n), delivery(n, clock.now()));
  let left = DELIVERIES;
  await new Promise<void>((done) => {
    outbox.watch(() => {
      if (--left === 0) done();
    });
    outbox.begin();
  });
  return performance.now() - began;
}

function posting(url: string, agent: Agent): Channel['send'] {
  return () =>
    new Promise<SendResult>((resolve) => {
      const call = request(url, { method: 'POST', agent }, (answer) => {
        answer.resume().on('end', () => resolve({ is: 'sent', detail: `${answer.statusCode}` }));
      });
      call.on('error', (error) => resolve({ is: 'later', why: error.message }));
      call.end(BODY);
    });
}

async function measured(what: string, way: OpenWay): Promise<void> {
  const took: number[] = [];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  for (let round = 0; round < ROUNDS; round++) {
    if (round === 1) delay.enable(); // the first one warms up
    took.push(await storm(way));
  }
  delay.disable();
  const median = took.slice(1).sort((a, b) => a - b)[Math.floor((ROUNDS - 1) / 2)] ?? 0;
  const line = {
    bench: 'outbox',
    what,
    deliveries: DELIVERIES,
    at_once: way.sendsMax,
    ms: Math.round(median * 10) / 10,
    per_s: Math.round(DELIVERIES / (median / 1000)),
    loop_delay_max_ms: Math.round(delay.max / 1e5) / 10,
    node: process.version,
    cpu: cpus()[0]?.model,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

await measured('a channel that answers at once', fakeChannel().way());
const server = createServer((asked, answer) => {
  asked.resume().on('end', () => answer.end());
});
await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
const { port } = server.address() as AddressInfo;
for (const sendsMax of [4, 16]) {
  const agent = new Agent({ keepAlive: true, maxSockets: sendsMax });
  const send = posting(`http://127.0.0.1:${port}/`, agent);
  const way = fakeChannel().way({ sendsMax });
  await measured('a plain HTTP server', { ...way, channel: { ...way.channel, send } });
  agent.destroy();
}
server.close();

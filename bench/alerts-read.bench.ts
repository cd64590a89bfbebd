// GET /api/v2/alerts with 100,000 raised alarms: the whole list, one site of forty, one of all. The
// routes are called in this process, without a socket. Loop delay is the longest that others were
// held up. Nothing changes between the rounds: the first writes the pages, the others find them.
import { cpus } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Value } from 'typebox/value';
import type { Instant } from '../src/base/time.ts';
import { alertmanagerRoutes } from '../src/http/alertmanager.ts';
import type { Asked } from '../src/http/route.ts';
import { translateBody } from '../src/sources/alertmanager/alertmanager.ts';
import { type AlertmanagerSettings, settings } from '../src/sources/alertmanager/settings.ts';
import { alertDesk } from '../test/support/alert-desk.ts';
import { alertBody } from '../test/support/alerts.ts';

const ALARMS = 100_000;
const BATCH = 1_000;
const ROUNDS = 7;
const AT = Date.UTC(2026, 0, 1) as Instant;

const defaults = Value.Default(settings, {}) as AlertmanagerSettings;
const fake = alertDesk(AT);
for (let i = 0; i < ALARMS; i += BATCH) {
  const body = Buffer.from(alertBody(i, BATCH, AT));
  for (const event of translateBody(body, AT, defaults).events) fake.hears(event);
}

const [list] = alertmanagerRoutes({
  desk: fake.desk,
  status: {
    version: '0',
    revision: '',
    buildDate: '',
    startedAt: AT,
    peer: undefined,
    config: () => '',
    receivers: () => ['hook'],
  },
});

async function get(query: string): Promise<number> {
  const asked = { query: new URLSearchParams(query) } as Asked;
  const { body } = (await list?.handle(asked)) ?? {};
  if (body instanceof Uint8Array) return body.length;
  let bytes = 0;
  for await (const piece of body as AsyncIterable<Uint8Array>) bytes += piece.length;
  return bytes;
}

async function measured(query: string) {
  const took: number[] = [];
  let bytes = 0;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const cpu = process.threadCpuUsage();
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    bytes = await get(query);
    took.push(performance.now() - began);
  }
  delay.disable();
  const { user, system } = process.threadCpuUsage(cpu);
  const sorted = [...took].sort((a, b) => a - b);
  const ms = (n: number | undefined): number => Math.round((n ?? 0) * 100) / 100;
  return {
    firstMs: ms(took[0]),
    medianMs: ms(sorted[ROUNDS >> 1]),
    cpuMeanMs: ms((user + system) / 1000 / ROUNDS),
    loopDelayMaxMs: ms(delay.max / 1e6),
    MiB: ms(bytes / 2 ** 20),
  };
}

const instance = 'h-004242.site-02.example.net:9100';
process.stdout.write(
  `${JSON.stringify({
    bench: 'alerts.read',
    alarms: ALARMS,
    all: await measured(''),
    oneSite: await measured(`filter=${encodeURIComponent('site="site-07"')}`),
    oneInstance: await measured(`filter=${encodeURIComponent(`instance="${instance}"`)}`),
    pattern: await measured(`filter=${encodeURIComponent('instance=~"h-0042[0-9]+[.].*"')}`),
    node: process.version,
    cpu: cpus()[0]?.model,
  })}\n`,
);

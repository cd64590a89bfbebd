// GET /api/v2/alerts and /alerts/groups with 100,000 raised alarms (10,000 with `--short`) in 120
// groups of one route: the whole list, one site of forty, one alert of all; then with 10,000
// silences (1,000), one of which is set anew before every round. The routes are called in this
// process, without a socket. Loop delay is the longest that others were held up. Nothing else
// changes between the rounds: the first writes the pages, the others find them.
import { cpus } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Value } from 'typebox/value';
import { after, type Instant, millis, minutes } from '../src/base/time.ts';
import type { UserId } from '../src/domain/alarm/alarm.ts';
import type { SilenceId } from '../src/domain/routing/silence.ts';
import { alertmanagerRoutes } from '../src/http/alertmanager.ts';
import type { Asked } from '../src/http/route.ts';
import { translateBody } from '../src/sources/alertmanager/alertmanager.ts';
import { type AlertmanagerSettings, settings } from '../src/sources/alertmanager/settings.ts';
import { alertDesk } from '../test/support/alert-desk.ts';
import { alertBody, postedAlert } from '../test/support/alerts.ts';

const short = process.argv.includes('--short');
const ALARMS = short ? 10_000 : 100_000;
const BATCH = 1_000;
const ROUNDS = short ? 3 : 7;
const AT = Date.UTC(2026, 0, 1) as Instant;

const defaults = Value.Default(settings, {}) as AlertmanagerSettings;
const fake = alertDesk(AT);
fake.follows({
  root: {
    id: '{}',
    key: '{}',
    receiver: 'hook',
    matchers: [],
    continue: false,
    groupBy: ['alertname', 'site'],
    groupByAll: false,
    groupWait: millis(0),
    groupInterval: minutes(5),
    repeatInterval: minutes(240),
    muteIntervals: [],
    activeIntervals: [],
    onAcknowledge: 'stop-repeats',
    labels: {},
    routes: [],
  },
  receivers: [{ name: 'hook', ways: [] }],
  inhibitions: [],
  intervals: [],
});
for (let i = 0; i < ALARMS; i += BATCH) {
  const body = Buffer.from(alertBody(i, BATCH, AT));
  for (const event of translateBody(body, AT, defaults).events) fake.hears(event);
}

const routes = alertmanagerRoutes({
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

const SILENCES = short ? 1_000 : 10_000;

function setSilence(n: number): void {
  const { instance } = postedAlert(n * 10, AT, AT).labels;
  fake.silences({
    id: `s${n}` as SilenceId,
    matchers: [{ name: 'instance', op: '=', value: instance }],
    startsAt: AT,
    endsAt: after(AT, minutes(60 + n)),
    updatedAt: AT,
    createdBy: 'nora',
    by: 'nora' as UserId,
    comment: '',
    annotations: {},
  });
}

const ALERTS = '/api/v2/alerts';

async function get(path: string, query: string): Promise<number> {
  const asked = { query: new URLSearchParams(query) } as Asked;
  const { body } = (await routes.find((route) => route.path === path)?.handle(asked)) ?? {};
  if (body instanceof Uint8Array) return body.length;
  let bytes = 0;
  for await (const piece of body as AsyncIterable<Uint8Array>) bytes += piece.length;
  return bytes;
}

async function measured(query: string, path = ALERTS, before = () => {}) {
  const took: number[] = [];
  let bytes = 0;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const cpu = process.threadCpuUsage();
  for (let round = 0; round < ROUNDS; round++) {
    before();
    const began = performance.now();
    bytes = await get(path, query);
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

const SITE = `filter=${encodeURIComponent('site="site-07"')}`;
const INSTANCE = `filter=${encodeURIComponent('instance="h-004242.site-02.example.net:9100"')}`;
const PATTERN = `filter=${encodeURIComponent('instance=~"h-0042[0-9]+[.].*"')}`;
const GROUPS = `${ALERTS}/groups`;

const calm = {
  all: await measured(''),
  oneSite: await measured(SITE),
  oneInstance: await measured(INSTANCE),
  pattern: await measured(PATTERN),
  groups: await measured('', GROUPS),
  groupsOfOneSite: await measured(SITE, GROUPS),
};
for (let n = 0; n < SILENCES; n++) setSilence(n);
let next = 0;
const oneMore = (): void => setSilence(next++);
const silenced = {
  all: await measured('', ALERTS, oneMore),
  active: await measured('silenced=false', ALERTS, oneMore),
  oneInstance: await measured(INSTANCE, ALERTS, oneMore),
  groups: await measured('', GROUPS, oneMore),
};
process.stdout.write(
  `${JSON.stringify({
    bench: 'alerts.read',
    alarms: ALARMS,
    calm,
    silences: SILENCES,
    silenced,
    node: process.version,
    cpu: cpus()[0]?.model,
  })}\n`,
);

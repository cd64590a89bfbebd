// How long one alert takes from the bytes of a request to an event: 1,000 alerts of about 550 bytes
// a request. CPU time of the one thread, so that other work on the machine does not count.
import { cpus } from 'node:os';
import { Value } from 'typebox/value';
import type { Instant } from '../src/base/time.ts';
import { translateBody } from '../src/sources/alertmanager/alertmanager.ts';
import { type AlertmanagerSettings, settings } from '../src/sources/alertmanager/settings.ts';
import { alertBody } from '../test/support/alerts.ts';

const ALERTS = 1_000;
const ROUNDS = process.argv.includes('--short') ? 40 : 200;
const AT = Date.UTC(2026, 0, 1) as Instant;

const defaults = Value.Default(settings, {}) as AlertmanagerSettings;
const bodies = Array.from({ length: 20 }, (_, i) => Buffer.from(alertBody(i * ALERTS, ALERTS, AT)));
const bytes = Math.round((bodies[0]?.length ?? 0) / ALERTS);

function microsecondsPerAlert(work: (body: Buffer) => number): number {
  const began = process.threadCpuUsage();
  for (let round = 0; round < ROUNDS; round++) {
    const body = bodies[round % bodies.length] ?? Buffer.alloc(0);
    if (work(body) !== ALERTS) throw new Error('an alert was lost');
  }
  const { user, system } = process.threadCpuUsage(began);
  return Math.round(((user + system) / (ROUNDS * ALERTS)) * 100) / 100;
}

const parse = (body: Buffer): number => JSON.parse(body.toString('utf8')).length;
const whole = (body: Buffer): number => translateBody(body, AT, defaults).events.length;
microsecondsPerAlert(whole);

process.stdout.write(
  `${JSON.stringify({
    bench: 'alerts.translate',
    alertBytes: bytes,
    perRequest: ALERTS,
    parseUs: microsecondsPerAlert(parse),
    totalUs: microsecondsPerAlert(whole),
    node: process.version,
    cpu: cpus()[0]?.model,
  })}\n`,
);

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

/**
 * Telling a webhook, beside Debian's Alertmanager: the same load generator, run in turn, so that a
 * machine that changes its speed changes both. One JSON line per kind of load; `ratio` above 1 is
 * in our favour. What is told from a disk that was synced stands beside what is told from memory.
 *
 *     node bench/notify.bench.ts [--short]
 */
const PEER = '/usr/bin/prometheus-alertmanager';
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const OURS =
  `${here('../bin/tocsin')} serve --config.file={config} --web.listen-address=127.0.0.1:{port} ` +
  '--storage.path={data} --snmp.listen-address= --syslog.listen-address= --log.level=error';

interface Load {
  readonly name: string;
  readonly args: readonly string[];
  readonly figure: string;
  /** Shown beside it, ours only. */
  readonly also?: readonly string[];
  /** More is better; else less is. */
  readonly more?: true;
}

const short = process.argv.includes('--short');
const TURNS = short ? 1 : 3;
const RUN_MS_MAX = 600_000;
/** Waits for a quiet machine, and runs again what was disturbed. */
const QUIET = short ? [] : ['--quiet', '30', '--start-quiet', '30', '--quiet-wait', '60'];

const alert = (name: string, more: readonly string[] = []): Load => ({
  name: `one alert in a group of its own, group_wait 0, ${name}, p95 ms`,
  args: ['notify', '--group-wait', '0s', '--samples', short ? '10' : '50', ...more],
  figure: 'p95Ms',
  also: ['medianMs', 'maxMs'],
});
const storm = (count: string, wait = '5s'): Load => ({
  name: `storm of ${count} alerts in 2,000 groups, group_wait ${wait}, all told after s`,
  args: ['storm', '--count', count, '--group-wait', wait],
  figure: 'allNotifiedSec',
  also: ['postedSec', 'notified'],
});
const resend = (name: string, more: readonly string[]): Load => ({
  name: `100,000 alerts re-sent, batch 100, ${name}, a second`,
  args: ['resend', '--count', '100000', '--rounds', '3', '--batch', '100', ...more],
  figure: 'alertsPerSec',
  more: true,
});
const memory = (name: string, groupBy: string): Load => ({
  name: `memory above idle per alarm, ${name}, KiB`,
  args: ['memory', '--count', '100000', '--group-by', groupBy],
  figure: 'perAlertKiB',
});

const LOADS: readonly Load[] = short
  ? [alert('right after the start'), storm('2000', '1s')]
  : [
      alert('right after the start'),
      alert('5 s after the start', ['--settle-first']),
      storm('10000'),
      storm('100000'),
      resend('no silence, one route', []),
      resend('10,000 silences, 1,000 routes', ['--silences', '10000', '--routes', '1000']),
      memory('2,000 groups', 'alertname,site'),
      memory('100,000 groups', '...'),
    ];

function once(load: Load, command: string | undefined): Record<string, number> {
  const cmd = command === undefined ? [] : ['--cmd', command];
  const args = [here('ambench/bench.mjs'), ...load.args, '--runs', '1', ...QUIET, ...cmd];
  const out = execFileSync(process.execPath, args, { encoding: 'utf8', timeout: RUN_MS_MAX });
  return JSON.parse(out.trim().split('\n').at(-1) ?? '{}') as Record<string, number>;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

const peer = existsSync(PEER);
if (!peer)
  process.stderr.write(`notify.bench: no ${PEER}; ours alone (package prometheus-alertmanager)\n`);

for (const load of LOADS) {
  const ours: Record<string, number>[] = [];
  const theirs: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    if (peer) theirs.push(once(load, undefined)[load.figure] ?? Number.NaN);
    ours.push(once(load, OURS));
  }
  const of = (figure: string): number => median(ours.map((run) => run[figure] ?? Number.NaN));
  const [a, b] = [of(load.figure), median(theirs)];
  const ratio = load.more ? a / b : b / a;
  const line = {
    bench: 'notify',
    load: load.name,
    ours: a,
    alertmanager: peer ? b : undefined,
    ratio: peer ? Math.round(ratio * 100) / 100 : undefined,
    ...Object.fromEntries((load.also ?? []).map((figure) => [figure, of(figure)])),
    turns: TURNS,
    otherCpuPct: Math.max(...ours.map((run) => run.otherCpuPct ?? 0)),
    node: process.version,
    cpu: cpus()[0]?.model,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

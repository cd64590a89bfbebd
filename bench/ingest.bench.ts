import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

/**
 * Tocsin beside Debian's Alertmanager: the same load generator, run in turn, so that a machine that
 * changes its speed changes both. One JSON line per kind of load; `ratio` is ours over theirs.
 *
 *     node bench/ingest.bench.ts [--short]
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
  /** True: less is better, and the ratio is theirs over ours. */
  readonly less?: true;
}

const short = process.argv.includes('--short');
const COUNT = short ? '5000' : '100000';
const RESENT = short ? '2000' : '10000';
const TURNS = short ? 1 : 3;
/** Waits for a quiet machine, and runs again what was disturbed. */
const QUIET = short ? [] : ['--quiet', '30', '--start-quiet', '30', '--quiet-wait', '60'];

const ingest = (batch: number, conns: number): Load => ({
  name: `distinct, batch ${batch}, ${conns} connections`,
  args: ['ingest', '--count', COUNT, '--batch', `${batch}`, '--conns', `${conns}`],
  figure: 'alertsPerSec',
});
const resend = (batch: number, conns: number): Load => ({
  name: `re-sent, batch ${batch}, ${conns} connections`,
  args: ['resend', '--count', RESENT, '--batch', `${batch}`, '--conns', `${conns}`],
  figure: 'alertsPerSec',
});

const LOADS: readonly Load[] = short
  ? [ingest(100, 4), resend(100, 4)]
  : [
      ingest(1, 64),
      ingest(10, 64),
      ingest(100, 4),
      ingest(1000, 4),
      resend(1, 64),
      resend(10, 64),
      resend(100, 4),
      resend(1000, 4),
      {
        name: 'memory above idle per alarm, KiB',
        args: ['memory', '--count', COUNT],
        figure: 'perAlertKiB',
        less: true,
      },
    ];

function once(load: Load, command: string | undefined): Record<string, number> {
  const cmd = command === undefined ? [] : ['--cmd', command];
  const args = [here('ambench/bench.mjs'), ...load.args, '--runs', '1', ...QUIET, ...cmd];
  const out = execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 300_000 });
  return JSON.parse(out.trim().split('\n').at(-1) ?? '{}') as Record<string, number>;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

const peer = existsSync(PEER);
if (!peer)
  process.stderr.write(`ingest.bench: no ${PEER}; ours alone (package prometheus-alertmanager)\n`);

for (const load of LOADS) {
  const ours: number[] = [];
  const theirs: number[] = [];
  let other = 0;
  for (let turn = 0; turn < TURNS; turn++) {
    if (peer) theirs.push(once(load, undefined)[load.figure] ?? Number.NaN);
    const run = once(load, OURS);
    ours.push(run[load.figure] ?? Number.NaN);
    other = Math.max(other, run.otherCpuPct ?? 0);
  }
  const [a, b] = [median(ours), median(theirs)];
  const ratio = load.less ? b / a : a / b;
  const line = {
    bench: 'ingest',
    load: load.name,
    ours: a,
    alertmanager: peer ? b : undefined,
    ratio: peer ? Math.round(ratio * 100) / 100 : undefined,
    turns: TURNS,
    otherCpuPct: other,
    node: process.version,
    cpu: cpus()[0]?.model,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

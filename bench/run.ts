import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Runs every bench of this folder, one after another; `--short` keeps each to a few seconds, to see
 * that it still runs. Figures are for documents only from a run without it, on a quiet machine.
 * Those that need more than Node, or longer, run only when they are named.
 */
const ONLY_NAMED: readonly string[] = ['screen.bench.ts'];
const MINUTE_MS = 60_000;
const folder = fileURLToPath(new URL('.', import.meta.url));
const args = process.argv.slice(2);
const wanted = args.filter((a) => !a.startsWith('--'));
const minutesAsked = Number(/^--minutes=(\d+)$/m.exec(args.join('\n'))?.[1] ?? 0);
let failed = 0;
for (const file of readdirSync(folder).sort()) {
  if (!file.endsWith('.bench.ts')) continue;
  if (wanted.length > 0 && !wanted.some((name) => file.startsWith(name))) continue;
  if (wanted.length === 0 && ONLY_NAMED.includes(file)) continue;
  process.stderr.write(`${file}\n`);
  const flags = args.filter((a) => a.startsWith('--'));
  const run = spawnSync(process.execPath, [`${folder}${file}`, ...flags], {
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: args.includes('--short') ? 2 * MINUTE_MS : 30 * MINUTE_MS + minutesAsked * MINUTE_MS,
  });
  if (run.status !== 0) failed++;
}
process.exitCode = failed === 0 ? 0 : 1;

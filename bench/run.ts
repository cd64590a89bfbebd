import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

/**
 * Runs every bench of this folder, one after another. `--short` keeps each to a few seconds and
 * runs two at a time, to see that it still runs: its figures are for nobody. Figures for documents
 * are only from a run without it, on a quiet machine. Those that need more than Node, or longer,
 * run only when they are named.
 */
const ONLY_NAMED: readonly string[] = ['screen.bench.ts'];
const MINUTE_MS = 60_000;
const folder = fileURLToPath(new URL('.', import.meta.url));
const args = process.argv.slice(2);
const flags = args.filter((a) => a.startsWith('--'));
const wanted = args.filter((a) => !a.startsWith('--'));
const isShort = flags.includes('--short');
const minutesAsked = Number(/^--minutes=(\d+)$/m.exec(args.join('\n'))?.[1] ?? 0);
const timeout = isShort ? 3 * MINUTE_MS : (30 + minutesAsked) * MINUTE_MS;
const atOnce = isShort ? Math.min(2, availableParallelism()) : 1;

const isWanted = (file: string): boolean =>
  wanted.length > 0
    ? wanted.some((name) => file.startsWith(name))
    : file.endsWith('.bench.ts') && !ONLY_NAMED.includes(file);

/** What one of several says is kept until its end, so that each bench's lines stand together. */
async function run(file: string): Promise<boolean> {
  const isAlone = atOnce === 1;
  if (isAlone) process.stderr.write(`${file}\n`);
  const out = isAlone ? 'inherit' : 'pipe';
  const began = performance.now();
  const bench = spawn(process.execPath, [`${folder}${file}`, ...flags], {
    stdio: ['ignore', out, out],
    timeout,
  });
  const said: [NodeJS.WriteStream, Buffer][] = [];
  bench.stdout?.on('data', (bytes: Buffer) => said.push([process.stdout, bytes]));
  bench.stderr?.on('data', (bytes: Buffer) => said.push([process.stderr, bytes]));
  const status = await new Promise((ended) => bench.once('close', ended));
  const seconds = Math.round((performance.now() - began) / 1_000);
  if (!isAlone) process.stderr.write(`${file}: ${seconds} s\n`);
  for (const [to, bytes] of said) to.write(bytes);
  if (status !== 0) process.stderr.write(`${file} ended with ${status ?? 'no status'}\n`);
  return status === 0;
}

const queue = readdirSync(folder)
  .filter((file) => file.endsWith('.bench.ts') && isWanted(file))
  .sort();
let failed = 0;
const turns = Array.from({ length: atOnce }, async () => {
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    if (!(await run(file))) failed++;
  }
});
await Promise.all(turns);
process.exitCode = failed === 0 ? 0 : 1;

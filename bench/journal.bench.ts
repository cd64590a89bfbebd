import { mkdtempSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../src/base/clock.ts';
import { openEmbeddedJournal } from '../src/journal/embedded.ts';
import type { Block } from '../src/ports/journal.ts';

/**
 * How fast the embedded journal commits, one block after another, fsync included; and how fast it
 * is read back. The folder lies where the disk to be measured is: `--folder` (default: here).
 */
const BLOCKS: readonly (readonly [entries: number, bytes: number])[] = [
  [1, 1_000],
  [100, 70_000],
  [1_000, 700_000],
];
const SECONDS = 8;
const SECONDS_SHORT = 0.5;

const { values } = parseArgs({
  options: { short: { type: 'boolean', default: false }, folder: { type: 'string', default: '.' } },
});
const seconds = values.short ? SECONDS_SHORT : SECONDS;

const textOf = (entries: number, bytes: number): string => {
  const line = JSON.stringify({ labels: { alertname: 'LinkDown', instance: 'core-1' }, pad: '' });
  const padded = line.replace('""', `"${'x'.repeat(bytes / entries - line.length - 1)}"`);
  return Array.from({ length: entries }, () => padded).join('\n');
};
const rounded = (n: number): number => Number(n.toPrecision(4));
const at = (sorted: readonly number[], share: number): number =>
  rounded(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
const print = (line: object): void => {
  const machine = { node: process.version, cpu: cpus()[0]?.model };
  process.stdout.write(`${JSON.stringify({ ...line, ...machine })}\n`);
};

async function measure(entries: number, bytes: number): Promise<void> {
  const folder = mkdtempSync(join(values.folder, '.bench-journal-'));
  const journal = await openEmbeddedJournal({ folder, clock: systemClock(), reserveBytes: 0 });
  const text = textOf(entries, bytes);
  const [commits, fsyncs]: [number[], number[]] = [[], []];
  let mainMs = 0;
  const began = performance.now();
  let now = began;
  while (now < began + seconds * 1000) {
    const block: Block = { first: journal.head + 1, count: entries, text };
    const appending = journal.append(block);
    mainMs += performance.now() - now;
    const how = await appending;
    if (how.is === 'failed') throw new Error(how.why);
    const after = performance.now();
    commits.push(after - now);
    fsyncs.push(how.fsyncMs);
    now = after;
  }
  const blocksPerSecond = commits.length / ((now - began) / 1000);
  const readFrom = performance.now();
  let read = 0;
  for await (const block of journal.read(1)) read += block.text.length;
  const readMs = performance.now() - readFrom;
  await journal.close();
  rmSync(folder, { recursive: true });
  for (const list of [commits, fsyncs]) list.sort((a, b) => a - b);
  print({
    bench: 'journal.append',
    entries,
    bytes: text.length,
    blocks: commits.length,
    blocks_per_s: rounded(blocksPerSecond),
    mb_per_s: rounded((blocksPerSecond * text.length) / 1e6),
    commit_p50_ms: at(commits, 0.5),
    commit_p99_ms: at(commits, 0.99),
    commit_max_ms: at(commits, 1),
    fsync_p50_ms: at(fsyncs, 0.5),
    fsync_p99_ms: at(fsyncs, 0.99),
    main_ms_per_block: rounded(mainMs / commits.length),
    read_mb_per_s: rounded(read / 1e3 / readMs),
  });
}

for (const [entries, bytes] of BLOCKS) await measure(entries, bytes);

import { readdir, readFile } from 'node:fs/promises';
import type { Clock } from '../base/clock.ts';
import { after, type Millis, millis } from '../base/time.ts';
import { RUN_VARIABLE } from '../domain/run/command.ts';

/** Between two looks whether those that were told to end have. */
const LOOK_EVERY = millis(50);

/** How many processes each try of a step had left, by `run/step/attempt`. */
export type Leftovers = ReadonlyMap<string, number>;

/**
 * Ends whatever commands of a desk that died are still running, and says of which tries they were;
 * undefined where nobody can tell (no /proc). Each carries its mark, whatever it started itself.
 */
export async function endLeftovers(
  desk: string,
  clock: Clock,
  grace: Millis,
): Promise<Leftovers | undefined> {
  const mark = `${RUN_VARIABLE}=${desk}/`;
  const found = await marked(mark);
  if (!found) return undefined;
  const tries = new Map<string, number>();
  for (const { of } of found) tries.set(of, (tries.get(of) ?? 0) + 1);
  const last = after(clock.now(), grace);
  let left = found;
  for (const { pid } of left) kill(pid, 'SIGTERM');
  while (left.length > 0 && clock.now() < last) {
    await new Promise<void>((resolve) => clock.at(after(clock.now(), LOOK_EVERY), resolve));
    left = (await marked(mark)) ?? [];
  }
  for (const { pid } of left) kill(pid, 'SIGKILL');
  return tries;
}

interface Marked {
  readonly pid: number;
  /** `run/step/attempt` */
  readonly of: string;
}

/** Processes of ours with this mark; of others one cannot read the environment. */
async function marked(mark: string): Promise<readonly Marked[] | undefined> {
  const names = await readdir('/proc').catch(() => undefined);
  if (!names) return undefined;
  const found: Marked[] = [];
  for (const name of names) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    const text = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '');
    const one = text.split('\0').find((variable) => variable.startsWith(mark));
    if (one !== undefined) found.push({ pid: Number(name), of: one.slice(mark.length) });
  }
  return found;
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

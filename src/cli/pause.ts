import { after, millis } from '../base/time.ts';
import type { World } from './command.ts';

const LONG_MS = 1_000_000_000;

/**
 * Waits; Ctrl-C ends it. A clock's timers do not keep the process: with nothing else to do it would
 * end.
 */
export function pause(world: Pick<World, 'clock' | 'signal'>, ms: number): Promise<void> {
  const { clock, signal } = world;
  if (signal.aborted) return Promise.resolve();
  const hold = setInterval(() => {}, LONG_MS);
  return new Promise((done) => {
    const end = (): void => {
      cancel();
      clearInterval(hold);
      signal.removeEventListener('abort', end);
      done();
    };
    const cancel = clock.at(after(clock.now(), millis(ms)), end);
    signal.addEventListener('abort', end);
  });
}

import { after, millis } from '../base/time.ts';
import type { World } from './command.ts';

const LONG_MS = 1_000_000_000;

/** Waits. A clock's timers do not keep the process: with nothing else to do it would end. */
export function pause(world: World, ms: number): Promise<void> {
  const hold = setInterval(() => {}, LONG_MS);
  return new Promise((done) => {
    world.clock.at(after(world.clock.now(), millis(ms)), () => {
      clearInterval(hold);
      done();
    });
  });
}

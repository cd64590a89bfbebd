import { after, type Instant, later, type Millis } from '../../base/time.ts';
import type { Desk } from '../desk.ts';

/** One tick for many changes: at once after a quiet period, then one in `every`. */
export function ticker(desk: Pick<Desk, 'clock'>, every: Millis, tick: () => void) {
  let earliest = 0 as Instant;
  let cancel: (() => void) | undefined;
  return {
    want(): void {
      cancel ??= desk.clock.at(later(desk.clock.now(), earliest), () => {
        cancel = undefined;
        earliest = after(desk.clock.now(), every);
        tick();
      });
    },
    stop(): void {
      cancel?.();
    },
  };
}

import { statfs } from 'node:fs/promises';
import { SelfWatch } from '../desk/self-watch.ts';
import type { Core } from './core.ts';
import type { Sources } from './sources.ts';

/** The desk looks at itself and its machine. */
export function watchItself({ options, clock, desk, figures, started }: Core, own: Sources): void {
  let diskFreeBytes: number | undefined;
  const watch = new SelfWatch(desk, clock, () => {
    statfs(options.dataFolder).then(
      (s) => {
        diskFreeBytes = s.bavail * s.bsize;
      },
      () => {},
    );
    const sources = figures.all().map((s) => ({
      name: s.source,
      lastEventAt: s.lastEventAt,
      droppedTotal: Object.values(s.dropped).reduce((a, b) => a + b, 0),
    }));
    const { notStarted } = own;
    return { sources, notStarted, diskFreeBytes, driftMs: clock.drift() };
  });
  watch.begin();
  started.add('self-watch', () => watch.stop());
}

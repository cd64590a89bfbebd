import { statfs } from 'node:fs/promises';
import { setImmediate as pause } from 'node:timers/promises';
import { offsetsOf } from '../base/zones.ts';
import { SilenceWatch } from '../desk/health/silence.ts';
import type { Outbox } from '../desk/outbox.ts';
import { acknowledgementReminders } from '../desk/reminders.ts';
import { type Finding, SelfWatch } from '../desk/self-watch.ts';
import { pageFindings } from '../desk/views/pages.ts';
import { WorkRenewal } from '../desk/work-renewal.ts';
import { LAG_ROWS_MAX } from '../desk/write-behind.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import { type FanOutFigures, fanOutFindings } from '../http/fan-out.ts';
import type { Core } from './core.ts';
import { startCanary } from './notify.ts';
import type { Sources } from './sources.ts';

/** The desk looks at itself and its machine. */
export function watchItself(
  core: Core,
  own: Sources,
  outbox: Outbox,
  fanOut: () => FanOutFigures | undefined,
): void {
  const { options, clock, desk, figures, started } = core;
  const silence = new SilenceWatch(figures.hearing, desk.memory);
  let diskFreeBytes: number | undefined;
  const watch: SelfWatch = new SelfWatch(desk, clock, () => {
    statfs(options.dataFolder).then(
      (s) => {
        diskFreeBytes = s.bavail * s.bsize;
      },
      () => {},
    );
    const sources = figures.all().map((s) => ({
      name: s.source,
      droppedTotal: Object.values(s.dropped).reduce((a, b) => a + b, 0),
    }));
    const { notStarted } = own;
    const { journalDown, storeLagChanges } = desk.figures();
    const isListening = journalDown === '' && storeLagChanges < LAG_ROWS_MAX;
    const pages = pageFindings(desk.memory, (id) => core.accounts.name(id), clock.now());
    const silent = silence.findings(clock.now(), isListening);
    const streams = fanOutFindings(fanOut(), clock.now());
    const found = [...streams, ...(canary?.findings() ?? [])];
    const others = [...silent, ...reminders(core), ...pages, ...found];
    return { sources, notStarted, diskFreeBytes, driftMs: clock.drift(), others };
  });
  const canary = startCanary(core, outbox, () => watch.look());
  watch.begin();
  const renewal = new WorkRenewal({ desk, clock, offsetsOf, pause });
  renewal.begin();
  started.add('work renewal', () => renewal.stop());
  started.add('self-watch', () => watch.stop());
}

/** Who acknowledged something long ago that is still raised. */
function reminders({ desk, clock, alarms, accounts }: Core): readonly Finding[] {
  const nameOf = (id: UserId): string => accounts.name(id);
  return acknowledgementReminders(desk.memory, clock.now(), alarms.remindAfter, nameOf);
}

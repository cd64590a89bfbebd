import type { Clock } from '../base/clock.ts';
import { silentLog } from '../base/log.ts';
import { type Instant, instantText } from '../base/time.ts';
import type { AlarmEvent } from '../domain/alarm/event.ts';
import type { Appended, Journal } from '../ports/journal.ts';
import type { Store } from '../ports/store.ts';
import { openDesk } from './open.ts';

/** Rounds of one batch: the first raises, later ones repeat, change and clear. */
/** Rounds of a few milliseconds: the desk takes requests in between. */
const ROUNDS = 60;
const ALERTS_PER_ROUND = 200;

const committed: Appended = { is: 'committed', fsyncMs: 0 };

const noJournal = (): Journal => ({
  id: 'rehearsal',
  head: 0,
  tail: 1,
  append: async () => committed,
  async *read() {},
  retain: async () => ({ removedFiles: 0, tail: 1 }),
  copyTo: async () => {},
  close: async () => {},
});

const refused = (): Promise<never> => Promise.reject(new Error('a rehearsal has no history'));

const noStore = (): Store => ({
  position: 0,
  bind: async () => {},
  load: () => ({
    journalId: undefined,
    position: 0,
    deskTime: 0 as Instant,
    alarms: (async function* () {})(),
    rows: (async function* () {})(),
  }),
  write: async () => {},
  alarm: refused,
  evidence: refused,
  timeline: refused,
  turns: refused,
  search: refused,
  audit: refused,
  decisions: refused,
  attempts: refused,
  kpis: refused,
  copyCheckpoint: refused,
  compact: async () => ({ removed: 0 }),
  copyTo: async () => {},
  close: async () => {},
});

/**
 * Plays a small flood to a desk that exists for this only, so that the compiler has met the hot
 * path before the first real flood does: the second one after a start is a third faster than the
 * first (bench/ingest.bench.ts). `translate` makes events of batch n as a source would; `rest` lets
 * others run.
 */
export async function rehearse(
  clock: Clock,
  translate: (round: number) => readonly AlarmEvent[],
  rest: () => Promise<void>,
): Promise<void> {
  const parts = { clock, log: silentLog, journal: noJournal(), store: noStore() };
  const desk = await openDesk({ ...parts, boot: 'rehearsal' });
  const stop = desk.watch(() => {});
  for (let round = 0; round < ROUNDS; round++) {
    await desk.receive('rehearsal', translate(round));
    await rest();
  }
  stop();
  await desk.close();
}

/** Batch n of the rehearsal: new alerts, the same again, with other annotations, and resolved. */
export function rehearsalAlerts(round: number, now: Instant): readonly object[] {
  const set = round >> 2;
  const says = round % 4 === 2 ? 'louder' : 'loud';
  const ends = round % 4 === 3 ? now - 1_000 : now + 240_000;
  return Array.from({ length: ALERTS_PER_ROUND }, (_, n) => ({
    labels: { alertname: 'Rehearsal', instance: `r${set}-${n}:9100`, job: 'node', site: 'stage' },
    annotations: {
      summary: `r${set}-${n} is ${says}`,
      description: `It has been ${says} for 5 m.`,
    },
    generatorURL: 'http://prometheus.invalid/graph',
    startsAt: instantText((now - 5_000) as Instant),
    endsAt: instantText(ends as Instant),
  }));
}

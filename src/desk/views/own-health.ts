import type { Instant } from '../../base/time.ts';
import { type Alarm, isRaised } from '../../domain/alarm/alarm.ts';
import type { AlarmId } from '../../domain/alarm/event.ts';
import type { Desk, DeskFigures } from '../desk.ts';
import type { OutboxFigures } from '../outbox-figures.ts';
import { LAG_ROWS_MAX } from '../write-behind.ts';
import { counted, grouped, type Phrase } from './words.ts';

/** How late the main thread came to its work in the last minute, in milliseconds. */
export interface LoopDelay {
  readonly p99: number;
  readonly most: number;
}

/** What the desk sees of its process and its machine. */
export interface OwnReadings {
  readonly version: string;
  readonly startedAt: Instant;
  readonly diskFreeBytes: number | undefined;
  /** Undefined in the first seconds. */
  readonly loop: LoopDelay | undefined;
  readonly memoryBytes: number;
  readonly lastBackup: { readonly at: Instant; readonly folder: string } | undefined;
  /** Screens and programs that are told of every change. */
  readonly readers: number;
  readonly outbox: Pick<OutboxFigures, 'inFlight' | 'waiting' | 'scheduled' | 'unrecorded'>;
  readonly sources: { readonly known: number; readonly events: number };
}

export type HealthKey =
  | 'journal'
  | 'store'
  | 'queue'
  | 'entries'
  | 'sources'
  | 'receivers'
  | 'pages'
  | 'disk'
  | 'backup'
  | 'clock'
  | 'loop'
  | 'readers'
  | 'process';

/** unknown: nobody can say; no reason to wake anybody. */
export type HealthState = 'well' | 'trouble' | 'unknown';

export interface HealthLine {
  readonly key: HealthKey;
  readonly title: string;
  readonly is: HealthState;
  readonly says: Phrase;
  /** What to do; '' when nothing is. */
  readonly next: string;
  /** The desk's own alarms that say more. */
  readonly alarms: readonly AlarmId[];
  /** Since when it is in trouble. */
  readonly since: Instant | undefined;
}

export const HEALTH_LIMITS = {
  /** Main thread later than this, 99 of 100: people feel it. */
  loop_p99_ms_max: 250,
  entries_waiting_max: 10_000,
  backup_days_max: 7,
} as const;

const DAY_MS = 86_400_000;

/** Which of the desk's own alarms belongs to which line. */
const LINE_OF: Readonly<Record<string, HealthKey>> = {
  'desk.store': 'store',
  'desk.disk': 'disk',
  'desk.drops': 'sources',
  'desk.source': 'sources',
  'desk.unread': 'sources',
  'source.silent': 'sources',
  'desk.clock': 'clock',
  'desk.undelivered': 'receivers',
  'desk.canary': 'receivers',
  'desk.canary-lost': 'receivers',
  'desk.page-stuck': 'pages',
  'desk.page-unanswered': 'pages',
  'desk.page-nobody': 'pages',
  'desk.fault': 'entries',
};

/** What one line finds by itself; an alarm of the desk's own adds trouble. */
interface Found {
  readonly key: HealthKey;
  readonly title: string;
  readonly is?: HealthState;
  readonly says: Phrase;
  /** What to do in trouble. */
  readonly next: string;
}

type HealthDesk = Pick<Desk, 'memory' | 'figures'>;

/** How the desk is, line by line, always in this order. */
export function healthLines(
  desk: HealthDesk,
  readings: OwnReadings,
  now: Instant,
): readonly HealthLine[] {
  const figures = desk.figures();
  const found: readonly Found[] = [
    ...storageLines(figures),
    queueLine(figures),
    entriesLine(figures),
    sourcesLine(readings),
    receiversLine(desk, readings),
    pagesLine(desk),
    ...machineLines(readings, now),
    ...processLines(figures, readings),
  ];
  const alarms = Map.groupBy(ownAlarms(desk), ({ type }) => LINE_OF[type] ?? 'process');
  return found.map((line) => lineOf(line, alarms.get(line.key) ?? []));
}

function* ownAlarms({ memory }: HealthDesk): IterableIterator<Alarm> {
  for (const alarm of memory.all('alarms')) {
    if (alarm.source === 'desk' && isRaised(alarm) && alarm.type in LINE_OF) yield alarm;
  }
}

function lineOf({ is = 'well', next, ...line }: Found, alarms: readonly Alarm[]): HealthLine {
  const state = alarms.length > 0 ? 'trouble' : is;
  const [worst] = [...alarms].sort((a, b) => a.condition.since - b.condition.since);
  const says: Phrase = worst && is !== 'trouble' ? [worst.text] : line.says;
  return {
    ...line,
    ...{ is: state, says, next: state === 'well' ? '' : next },
    alarms: alarms.map(({ id }) => id),
    since: worst?.condition.since,
  };
}

function storageLines(figures: DeskFigures): readonly Found[] {
  const { journalDown, storeDown, storeLagChanges, committedAt, commitMs } = figures;
  const sorted = [...commitMs].sort((a, b) => a - b);
  const quantile = (q: number): string =>
    `${(sorted[Math.floor(sorted.length * q)] ?? 0).toFixed(1)} ms`;
  const commits: Phrase =
    committedAt === undefined
      ? ['takes writes; nothing was written yet']
      : [
          'takes writes; the last one ',
          { at: committedAt, as: 'ago' },
          `, half within ${quantile(0.5)} and 99 of 100 within ${quantile(0.99)}, sync included`,
        ];
  const behind = `${counted(storeLagChanges, 'row')} of ${grouped(LAG_ROWS_MAX)} behind`;
  return [
    {
      ...{ key: 'journal', title: 'Journal' },
      is: journalDown === '' ? 'well' : 'trouble',
      says: journalDown === '' ? commits : [`takes no writes: ${journalDown}`],
      next:
        'Nothing is taken in until it can be written: free or mend the disk of the data folder. ' +
        'The desk goes on by itself then.',
    },
    {
      ...{ key: 'store', title: 'History' },
      is: storeDown === '' ? 'well' : 'trouble',
      says: [storeDown === '' ? `is written, ${behind}` : `cannot be written: ${storeDown}`],
      next:
        'The journal keeps everything meanwhile. Free or mend the disk; near the limit new ' +
        'events are refused with 503.',
    },
  ];
}

function queueLine({ entriesWaiting, floods }: DeskFigures): Found {
  const loud = [...floods.keys()].sort();
  const flood = loud.length > 0 ? `; ${loud.join(', ')} floods the desk: repeats are counted` : '';
  const isFull = entriesWaiting > HEALTH_LIMITS.entries_waiting_max;
  return {
    ...{ key: 'queue', title: 'Waiting to be written' },
    is: isFull || loud.length > 0 ? 'trouble' : 'well',
    says: [`${counted(entriesWaiting, 'entry', 'entries')}${flood}`],
    next: 'Look at the sources page who is loud, and mend or limit it there.',
  };
}

const entriesLine = ({ faults }: DeskFigures): Found => ({
  ...{ key: 'entries', title: 'Entries set aside' },
  is: faults > 0 ? 'trouble' : 'well',
  says: [faults > 0 ? `${counted(faults, 'entry', 'entries')} since the start` : 'none'],
  next: 'A fault of the desk itself: report it with what the log says under entry.set-aside.',
});

const sourcesLine = ({ sources: { known, events } }: OwnReadings): Found => ({
  ...{ key: 'sources', title: 'Sources' },
  is: known === 0 ? 'unknown' : 'well',
  says: [
    known === 0
      ? 'nothing was taken in since the start'
      : `${counted(known, 'source')}, ${counted(events, 'event')} since the start`,
  ],
  next: known === 0 ? 'Send something: the alarm list says how.' : 'Look at the sources page.',
});

function receiversLine({ memory }: HealthDesk, { outbox }: OwnReadings): Found {
  const failing = [...memory.all('ways')].filter(
    ({ failingSince, to }) =>
      failingSince !== undefined &&
      memory.routing
        .receiver(to.receiver)
        ?.ways.some((way) => way.kind === to.kind && way.index === to.index),
  );
  const { inFlight, waiting, scheduled, unrecorded } = outbox;
  const open = inFlight + waiting + scheduled;
  const rest = `${counted(open, 'message')} under way${
    unrecorded > 0 ? `, ${counted(unrecorded, 'result')} not yet written` : ''
  }`;
  const named = failing
    .slice(0, 3)
    .map(({ id, lastError }) => `${id} (${lastError})`)
    .join('; ');
  return {
    ...{ key: 'receivers', title: 'Receivers' },
    is: failing.length > 0 ? 'trouble' : 'well',
    says: [
      failing.length > 0 ? `${counted(failing.length, 'way')} failing: ${named}; ${rest}` : rest,
    ],
    next: 'Look at the notifications page, mend the receiver, and send a test from there.',
  };
}

const pagesLine = ({ memory }: HealthDesk): Found => ({
  ...{ key: 'pages', title: 'Pages' },
  says: [
    `${counted([...memory.all('pages')].filter(({ is }) => is === 'open').length, 'page')} open`,
  ],
  next: 'Somebody must answer: look at the pages.',
});

function machineLines(readings: OwnReadings, now: Instant): readonly Found[] {
  const { diskFreeBytes: free, lastBackup, loop } = readings;
  const old = lastBackup && now - lastBackup.at > HEALTH_LIMITS.backup_days_max * DAY_MS;
  const late = loop && loop.p99 > HEALTH_LIMITS.loop_p99_ms_max;
  return [
    {
      ...{ key: 'disk', title: 'Disk' },
      is: free === undefined ? 'unknown' : 'well',
      says: [free === undefined ? 'not known' : `${bytesText(free)} free in the data folder`],
      next: 'Free space, or keep less history.',
    },
    {
      ...{ key: 'backup', title: 'Backup' },
      is: lastBackup === undefined ? 'unknown' : old ? 'trouble' : 'well',
      says: lastBackup
        ? ['the last one ', { at: lastBackup.at, as: 'ago' }, `, into ${lastBackup.folder}`]
        : ['none was made of this desk while it ran'],
      next: 'Make one: tocsin backup FOLDER. Then carry it to another machine.',
    },
    {
      ...{ key: 'clock', title: 'Clock' },
      says: ['the machine’s clock is followed'],
      next: 'Set the machine’s clock, or start the desk again if the machine is right.',
    },
    {
      ...{ key: 'loop', title: 'Main thread' },
      is: loop === undefined ? 'unknown' : late ? 'trouble' : 'well',
      says: [
        loop === undefined
          ? 'not measured yet'
          : `99 of 100 times within ${Math.round(loop.p99)} ms at its work, ` +
            `at most ${Math.round(loop.most)} ms in the last minute`,
      ],
      next: late
        ? 'The machine is too busy, or the desk is: look who floods it and what else runs there.'
        : '',
    },
  ];
}

function processLines(figures: DeskFigures, readings: OwnReadings): readonly Found[] {
  const { version, startedAt, memoryBytes, readers } = readings;
  return [
    {
      ...{ key: 'readers', title: 'Live screens' },
      says: [counted(readers, 'stream')],
      next: '',
    },
    {
      ...{ key: 'process', title: 'Process' },
      says: [
        `version ${version}, started `,
        { at: startedAt, as: 'ago' },
        `; ${counted(figures.entriesCommitted, 'entry', 'entries')} written, ` +
          `${counted(figures.alarmsInMemory, 'alarm')} and ${bytesText(memoryBytes)} in memory`,
      ],
      next: '',
    },
  ];
}

function bytesText(bytes: number): string {
  const gib = bytes / 2 ** 30;
  return gib < 1 ? `${Math.round(bytes / 2 ** 20)} MiB` : `${gib.toFixed(gib < 10 ? 1 : 0)} GiB`;
}

/** Remembers since when each line is in trouble where no alarm says it. */
export class HealthSince {
  readonly #since = new Map<HealthKey, Instant>();

  /** The lines with their beginnings. Call it often: trouble begins when it is first seen. */
  see(lines: readonly HealthLine[], now: Instant): readonly HealthLine[] {
    return lines.map((line) => {
      if (line.is !== 'trouble') {
        this.#since.delete(line.key);
        return line;
      }
      const since = this.#since.get(line.key) ?? line.since ?? now;
      this.#since.set(line.key, since);
      return { ...line, since };
    });
  }
}

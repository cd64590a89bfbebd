import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { after, type Instant, seconds } from '../base/time.ts';
import type { Outbox } from '../desk/outbox.ts';
import { HealthSince, healthLines, type LoopDelay } from '../desk/views/own-health.ts';
import type { Backup } from '../http/api/backup.ts';
import type { OwnDoor } from '../http/own-door.ts';
import { openLineFile } from '../store/line-file.ts';
import type { Core } from './core.ts';

/** In the data folder: when the last backup was made while the desk ran, and into which folder. */
const BACKUP_FILE = 'last-backup.jsonl';

const LOOK_EVERY = seconds(5);
/** Looks that make the minute over which delays are told. */
const LOOKS_KEPT = 12;

/** Delays shorter than this are not seen. */
const LOOP_RESOLUTION_MS = 10;

export interface OwnParts {
  readonly version: string;
  readonly outbox: Pick<Outbox, 'figures'>;
  readonly readers: () => number;
}

export interface Own extends OwnDoor {
  /** The same backup, and when it was made is remembered. */
  noted(backup: Backup): Backup;
}

/** What the desk sees of itself, looked at every few seconds so that each trouble has a begin. */
export function openOwn(core: Core, { version, outbox, readers }: OwnParts): Own {
  const { desk, clock, figures, times, log, options, started } = core;
  const file = openLineFile(join(options.dataFolder, BACKUP_FILE), log);
  const since = new HealthSince();
  const startedAt = clock.now();
  const loop = watchLoop();
  let diskFreeBytes: number | undefined;
  let lastBackup = backupOf(file.read()[0]);
  const health = (): ReturnType<OwnDoor['health']> => {
    const now = clock.now();
    const all = figures.all();
    const readings = {
      ...{ version, startedAt, diskFreeBytes, lastBackup, loop: loop.read() },
      memoryBytes: process.memoryUsage.rss(),
      readers: readers(),
      outbox: outbox.figures(),
      sources: { known: all.length, events: all.reduce((sum, { events }) => sum + events, 0) },
    };
    return since.see(healthLines(desk, readings, now), now);
  };
  let cancel = () => {};
  const look = (): void => {
    statfs(options.dataFolder).then(
      ({ bavail, bsize }) => {
        diskFreeBytes = bavail * bsize;
      },
      () => {},
    );
    cancel = clock.at(after(clock.now(), LOOK_EVERY), () => {
      loop.turn();
      health();
      look();
    });
  };
  look();
  started.add('own health', () => {
    cancel();
    loop.stop();
  });
  return {
    ...{ times, version, health },
    noted: (backup) => async (folder, progress) => {
      const report = await backup(folder, progress);
      lastBackup = { at: clock.now(), folder };
      await file.write([JSON.stringify(lastBackup)]);
      return report;
    },
  };
}

function backupOf(line: string | undefined) {
  try {
    const { at, folder } = JSON.parse(line ?? '') as Record<string, unknown>;
    const isWhole = typeof at === 'number' && Number.isFinite(at) && typeof folder === 'string';
    return isWhole ? { at: at as Instant, folder } : undefined;
  } catch {
    return undefined;
  }
}

/** How late the main thread is, over the last minute. */
function watchLoop() {
  const delay = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  delay.enable();
  const looks: LoopDelay[] = [];
  const late = (ns: number): number => Math.max(0, ns / 1e6 - LOOP_RESOLUTION_MS);
  return {
    turn(): void {
      if (delay.count === 0) return;
      looks.push({ p99: late(delay.percentile(99)), most: late(delay.max) });
      if (looks.length > LOOKS_KEPT) looks.shift();
      delay.reset();
    },
    /** The middle of the looks: one long turn, as at a start, is no trouble that lasts. */
    read(): LoopDelay | undefined {
      if (looks.length === 0) return undefined;
      const p99s = looks.map(({ p99 }) => p99).sort((a, b) => a - b);
      return {
        p99: p99s[p99s.length >> 1] ?? 0,
        most: Math.max(...looks.map(({ most }) => most)),
      };
    },
    stop(): void {
      delay.disable();
    },
  };
}

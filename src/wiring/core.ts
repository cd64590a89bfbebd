import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Started } from '../base/started.ts';
import type { ServeOptions } from '../cli/serve-options.ts';
import { type Accounts, openAccounts } from '../desk/accounts.ts';
import type { Desk } from '../desk/desk.ts';
import { openDesk } from '../desk/open.ts';
import { type SourceFigures, sourceFigures } from '../desk/source-figures.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import { JOURNAL_FOLDER, makeEmptyFolder, measure } from '../journal/data-folder.ts';
import { openEmbeddedJournal } from '../journal/embedded.ts';
import { holdFolder } from '../journal/lock.ts';
import { openEmbeddedStore, STORE_FILE } from '../store/embedded.ts';
import { openPeople } from '../store/people.ts';

/** The account of whoever owns the data folder; its token lies in there, readable by them only. */
export const LOCAL_ADMIN = 'local-admin' as UserId;

const STORE_READERS = 2;
const PEOPLE_FILE = 'people.db';

export type Clock = ReturnType<typeof systemClock>;

/** The parts every other part needs. */
export interface Core {
  readonly options: ServeOptions;
  readonly log: Log;
  readonly clock: Clock;
  readonly desk: Desk;
  readonly accounts: Accounts;
  readonly figures: SourceFigures;
  readonly started: Started;
}

export async function openCore(options: ServeOptions, log: Log, started: Started): Promise<Core> {
  const { dataFolder } = options;
  const hold = holdFolder(dataFolder, process.pid);
  started.add('lock', () => hold.release());
  const clock = systemClock();
  const journal = await openEmbeddedJournal({
    folder: join(dataFolder, JOURNAL_FOLDER),
    clock,
    onReserve: (state) => log.warn('reserve.changed', { state }),
  });
  const store = await openEmbeddedStore({ folder: dataFolder, readers: STORE_READERS, log });
  const broken = (error: unknown): void => {
    log.error('desk.broken', { error });
    process.exit(70); // the journal has everything: a new start takes it up from there
  };
  const desk = await openDesk({
    clock,
    log,
    journal,
    store,
    boot: randomUUID(),
    broken,
    soon: setImmediate,
  });
  started.add('desk', () => desk.close());
  const people = openPeople(join(dataFolder, PEOPLE_FILE), clock);
  started.add('people', () => people.close());
  const accounts = openAccounts(desk, people);
  return { options, log, clock, desk, accounts, figures: sourceFigures(), started };
}

/** A copy while the desk runs: the store first, so that the journal reaches past it. */
export async function copyRunning(core: Core, folder: string, progress: (done: number) => void) {
  const { desk, accounts, clock } = core;
  await makeEmptyFolder(folder);
  await desk.store.copyTo(join(folder, STORE_FILE), (done) => progress(done * 0.8));
  await desk.journal.copyTo(join(folder, JOURNAL_FOLDER));
  progress(0.95);
  await accounts.people.copyTo(join(folder, PEOPLE_FILE));
  return measure(folder, clock);
}

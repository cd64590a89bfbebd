import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Started } from '../base/started.ts';
import { type AlarmSettings, alarmSettings } from '../cli/alarm-settings.ts';
import { healthSettings } from '../cli/health-settings.ts';
import { labelSettings } from '../cli/label-settings.ts';
import { type NotificationSettings, notificationSettings } from '../cli/notification-settings.ts';
import type { ServeOptions } from '../cli/serve-options.ts';
import { readSettingsFile, SETTINGS_SECTIONS, type SettingsFile } from '../cli/settings-file.ts';
import { type Accounts, openAccounts } from '../desk/accounts.ts';
import type { Desk } from '../desk/desk.ts';
import { Hearing } from '../desk/health/hearing.ts';
import type { LabelRulesOf } from '../desk/intake.ts';
import { openDesk, RULES_DEFAULT } from '../desk/open.ts';
import { OwnTimes } from '../desk/own-times.ts';
import { type SourceFigures, sourceFigures } from '../desk/source-figures.ts';
import { openSourceRules, type SourceRulesDesk } from '../desk/source-rules.ts';
import { watchTimes } from '../desk/watch-times.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import { rulesFor } from '../domain/alarm/relabel.ts';
import { JOURNAL_FOLDER, makeEmptyFolder, measure } from '../journal/data-folder.ts';
import { openEmbeddedJournal } from '../journal/embedded.ts';
import { holdFolder } from '../journal/lock.ts';
import type { Secrets } from '../ports/secrets.ts';
import { SOURCES } from '../sources/index.ts';
import { openEmbeddedStore, STORE_FILE } from '../store/embedded.ts';
import { openPeople } from '../store/people.ts';
import { openSecrets, SECRETS_FILE, SECRETS_KEY_FILE } from '../store/secrets.ts';
import { inheritedSockets } from './inherited.ts';

/** The account of whoever owns the data folder; its token lies in there, readable by them only. */
export const LOCAL_ADMIN = 'local-admin' as UserId;

const STORE_READERS = 2;
const PEOPLE_FILE = 'people.db';

export type Clock = ReturnType<typeof systemClock>;

/** The parts every other part needs. */
export interface Core {
  readonly options: ServeOptions;
  /** tocsin.yml, if there is one. */
  readonly file: SettingsFile | undefined;
  readonly alarms: AlarmSettings;
  readonly notifications: NotificationSettings;
  readonly log: Log;
  readonly clock: Clock;
  readonly desk: Desk;
  readonly accounts: Accounts;
  readonly secrets: Secrets;
  readonly figures: SourceFigures;
  /** How long the desk itself takes. */
  readonly times: OwnTimes;
  readonly rules: SourceRulesDesk;
  /** What is done to the labels of each source. */
  readonly labelRules: LabelRulesOf;
  readonly started: Started;
  /** UDP sockets that were handed to the process, by the source they are for. */
  readonly sockets: ReadonlyMap<string, number>;
}

/** What only the process itself can give. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  /** Ends the process at once. */
  exit(code: number): never;
}

export async function openCore(
  options: ServeOptions,
  log: Log,
  started: Started,
  machine: Machine,
): Promise<Core> {
  const { dataFolder } = options;
  const file = readSettings(options, machine.env);
  const notifications = notificationSettings(file);
  const sourceNames = SOURCES.map(({ name }) => name);
  const alarms = alarmSettings(file);
  const silenceRules = healthSettings(file, sourceNames);
  const labels = labelSettings(file, sourceNames);
  const byName = new Map(sourceNames.map((name) => [name, rulesFor(labels, name)]));
  const labelRules: LabelRulesOf = (source) => byName.get(source);
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
    machine.exit(70); // the journal has everything: a new start takes it up from there
  };
  const hearing = new Hearing(silenceRules, clock.now());
  const times = new OwnTimes({ clock, stopwatch: () => performance.now() });
  const notify = {
    ...notifications.notify,
    startDelay: options.dispatchStartDelay,
    ...(options.shadow ? { shadow: true as const } : {}),
  };
  const desk = await openDesk({
    clock,
    log,
    journal,
    store,
    boot: randomUUID(),
    rules: { ...RULES_DEFAULT, clearMemory: alarms.clearMemory, notify },
    broken,
    soon: setImmediate,
    heard: (source, events, at) => hearing.heard(source, events, at),
    times,
    labelRules,
  });
  watchTimes(desk, times);
  started.add('desk', () => desk.close());
  const people = openPeople(join(dataFolder, PEOPLE_FILE), clock);
  started.add('people', () => people.close());
  const accounts = openAccounts(desk, people);
  const secrets = openSecrets(dataFolder);
  started.add('secrets', () => secrets.close());
  const figures = sourceFigures(hearing);
  const rules = openSourceRules({ desk, figures, clock });
  const sockets = inheritedSockets(machine.env, machine.pid);
  const told = { options, file, alarms, notifications, log, clock, rules, labelRules };
  return { ...told, desk, accounts, secrets, figures, times, started, sockets };
}

/** The id of a user of this desk, by login or by id. */
export const personOf =
  ({ accounts }: Pick<Core, 'accounts'>) =>
  (loginOrId: string): UserId | undefined =>
    accounts.find(accounts.people.byLogin(loginOrId)?.id ?? (loginOrId as UserId))?.id;

function readSettings(options: ServeOptions, env: Machine['env']): SettingsFile | undefined {
  const file = options.settingsFile;
  if (file === undefined) return undefined;
  return readSettingsFile(readFileSync(file, 'utf8'), file, SETTINGS_SECTIONS, {
    env,
    file: (path) => readFileSync(path, 'utf8'),
  });
}

/**
 * A copy while the desk runs: the store first, so that the journal reaches past it. `others` copy
 * what decides nothing and lies beside them.
 */
export async function copyRunning(
  core: Core,
  folder: string,
  progress: (done: number) => void,
  others: readonly ((folder: string) => Promise<void>)[],
) {
  const { desk, accounts, clock } = core;
  await makeEmptyFolder(folder);
  await desk.store.copyTo(join(folder, STORE_FILE), (done) => progress(done * 0.8));
  await desk.journal.copyTo(join(folder, JOURNAL_FOLDER));
  progress(0.95);
  await accounts.people.copyTo(join(folder, PEOPLE_FILE));
  await core.secrets.copyTo(join(folder, SECRETS_FILE));
  await copyFile(join(core.options.dataFolder, SECRETS_KEY_FILE), join(folder, SECRETS_KEY_FILE));
  for (const other of others) await other(folder);
  return measure(folder, clock);
}

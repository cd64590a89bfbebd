import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { DeskError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Started } from '../base/started.ts';
import type { Instant } from '../base/time.ts';
import { type History, openHistory } from '../checks/history.ts';
import { HISTORY_LIMITS } from '../checks/history-store.ts';
import type { CheckReport } from '../checks/report.ts';
import { Scheduler } from '../checks/scheduler.ts';
import { TABLE_RUNS_AT_ONCE_MAX, type TableRunParts, tableRunnable } from '../checks/table-run.ts';
import { type RunJob, threadRunner } from '../checks/thread.ts';
import type { SourceSettings } from '../config/sections/data-sources.ts';
import { watchPlan } from '../config/sections/plan.ts';
import type { CheckEntry } from '../desk/check-entry.ts';
import type { Desk } from '../desk/desk.ts';
import type { ConfigDocument } from '../desk/entry.ts';
import type { CheckAbout } from '../desk/views/checks.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { Check, Timetable } from '../domain/check/plan.ts';
import type { TableSource } from '../domain/check/source.ts';
import { lengthText } from '../domain/check/words.ts';
import type { ChecksDoor } from '../http/checks-door.ts';
import type { Secrets } from '../ports/secrets.ts';
import { openSlos } from './slos.ts';
import { revealed } from './ways.ts';

const FOLDER = 'checks';

/** A source whose secrets are in their places. */
type OpenSource = Omit<SourceSettings, 'http' | 'postgres'> & {
  readonly http?: string;
  readonly postgres?: string;
};

/** Everything that watches data, as the rest of the desk sees it. */
export interface Checks extends ChecksDoor {
  /** The checks of this configuration hold from now on. */
  follow(document: ConfigDocument): void;
  /** From now on they are run. */
  begin(): void;
  /** Their history and evidence, into a copy of the data folder. */
  copyTo(copy: string): Promise<void>;
}

/** What the checks need of the desk. */
export interface ChecksParts {
  readonly desk: Desk;
  readonly clock: Clock;
  readonly log: Log;
  readonly started: Started;
  readonly dataFolder: string;
  readonly secrets: Pick<Secrets, 'get'>;
  /** In a thread of its own, unless a test says otherwise. */
  readonly run?: RunJob;
}

export function openChecks(parts: ChecksParts): Checks {
  const { desk, clock, dataFolder, started, secrets } = parts;
  const folder = join(dataFolder, FOLDER);
  const history = openHistory(folder);
  const tables: TableRunParts = {
    history,
    folder,
    run: parts.run ?? threadRunner(clock),
    raisedBy: (check) => desk.memory.get('checks', check)?.raised ?? [],
  };
  const scheduling = schedulingOf(parts, history);
  const scheduler = new Scheduler({ ...scheduling, atOnceMax: TABLE_RUNS_AT_ONCE_MAX });
  const slos = openSlos({ desk, secrets, history, scheduling });
  started.add('history of checks', () => history.close());
  started.add('checks', () => scheduler.stop());
  started.add('objectives', () => slos.stop());
  let checks: readonly Check[] = [];
  let sources: Readonly<Record<string, SourceSettings>> = {};
  let hasBegun = false;
  const schedule = (): void => {
    if (!hasBegun) return;
    scheduler.follow(
      checks.map((check) => tableRunnable(tables, check, () => sourcesOf(check, sources, secrets))),
    );
    slos.schedule();
    const names = new Set([...checks.map(({ name }) => name), ...slos.names()]);
    for (const gone of goneChecks(desk.memory, names, clock.now())) void desk.report(gone);
  };
  const about = (check: Check): CheckAbout => ({
    ...aboutOf(check),
    next: scheduler.nextOf(check.name),
    isRunning: scheduler.isBusy(check.name),
  });
  return {
    follow: (document) => {
      ({ checks, sources } = watchPlan(document.sections));
      slos.follow(document);
      schedule();
    },
    copyTo: (copy) => history.copyTo(join(copy, FOLDER)),
    begin: () => {
      hasBegun = true;
      schedule();
    },
    slos,
    all: () => checks.map(about),
    one: (name) => checks.filter((check) => check.name === name).map(about)[0],
    runs: async (name, limit) => {
      const runs = await history.runsOf(name, limit);
      return runs.map(({ tests, failed, broken, at, ...run }) => ({
        ...run,
        at: at as Instant,
        counts: { tests, failed, broken },
      }));
    },
    points: (name, limit) => history.pointsOf(name, limit),
    run: async (name, by) => void (await scheduler.runNow(name, by)),
    evidence: async (name, file) => {
      const runs = await history.runsOf(name, HISTORY_LIMITS.runs_per_check_max);
      const isKept = runs.some(({ evidence }) => evidence.some((one) => one.file === file));
      return isKept ? readFile(join(folder, name, file)).catch(() => undefined) : undefined;
    },
  };
}

const schedulingOf = ({ desk, clock, log }: ChecksParts, history: History) => ({
  clock,
  log,
  history,
  lastSlot: (check: string) => desk.memory.get('checks', check)?.slot,
  report: async (report: CheckReport) => {
    const delivered = await desk.report(entryOf(report));
    if (!delivered.ok) throw new DeskError('BUSY', { why: delivered.why });
  },
});

function entryOf(report: CheckReport): CheckEntry {
  const { at, check, verdict, severity, text, slot, by, subjects, counts, run, tookMs } = report;
  return {
    ...{ kind: 'check', at, check, verdict, severity, text, subjects, counts, run, tookMs },
    ...(slot === undefined ? {} : { slot }),
    ...(by === undefined ? {} : { by: by as UserId }),
  };
}

/** Checks that were taken out of the configuration while they held an alarm. */
function goneChecks(
  memory: Desk['memory'],
  names: ReadonlySet<string>,
  at: Instant,
): readonly CheckEntry[] {
  const gone: CheckEntry[] = [];
  for (const { id, raised = [] } of memory.all('checks')) {
    const isOurs = raised.some(({ type }) => /^(?:check|figure|data_set|slo)\./.test(type));
    if (names.has(id) || !isOurs) continue;
    const text = 'the configuration has this check no more';
    gone.push({
      ...{ kind: 'check', at, check: id, verdict: 'passed', severity: 'indeterminate', text },
      ...{ subjects: [], isGone: true },
    });
  }
  return gone;
}

function aboutOf(check: Check): Omit<CheckAbout, 'next' | 'isRunning'> {
  const { name, is, sources, severity, description, labels, timetable } = check;
  const tests = check.is === 'data' ? check.tests.length * Math.max(1, check.parameters.length) : 1;
  const when = timetableText(timetable);
  const about = { name, is, sources, timetable: when, severity, description, labels, tests };
  if (check.is !== 'figure') return about;
  const { unit, raise, clear } = check.rule;
  return { ...about, figure: { unit, raise, clear } };
}

const timetableText = (timetable: Timetable): string =>
  'every' in timetable
    ? `every ${lengthText(timetable.every)}`
    : `${timetable.cron} ${timetable.zone}`;

function sourcesOf(
  check: Check,
  all: Readonly<Record<string, SourceSettings>>,
  secrets: Pick<Secrets, 'get'>,
): Readonly<Record<string, TableSource>> {
  const found = check.sources.flatMap((name) => {
    const settings = all[name];
    return settings ? [[name, tableOf(revealed(settings, secrets) as OpenSource)] as const] : [];
  });
  return Object.fromEntries(found);
}

function tableOf(one: OpenSource): TableSource {
  const { csv, delimiter = ',', sqlite, xlsx, sheet = '', http, rows = '', query = '' } = one;
  if (csv !== undefined) return { kind: 'csv', path: csv, delimiter };
  if (sqlite !== undefined) return { kind: 'sqlite', path: sqlite, query };
  if (xlsx !== undefined) return { kind: 'xlsx', path: xlsx, sheet };
  if (http !== undefined)
    return { kind: 'http', url: http, httpConfig: one.http_config ?? {}, rows };
  const { postgres: connection = '', postgres_file: connectionFile = '' } = one;
  return { kind: 'postgres', connection, connectionFile, query };
}

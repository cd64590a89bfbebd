import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import { Started } from './base/started.ts';
import { ADMIN_TOKEN_FILE, adminTokenText } from './cli/admin-token.ts';
import type { World } from './cli/command.ts';
import { type ConfigFile, loadConfig } from './cli/config-file.ts';
import { runCli } from './cli/run.ts';
import type { DemoOptions, ServeOptions } from './cli/serve-options.ts';
import { addressText, externalUrlOf } from './cli/settings.ts';
import { readSettingsFile, type SettingsFile } from './cli/settings-file.ts';
import { sourceSettings } from './cli/source-settings.ts';
import { allOf, screenOf } from './cli/terminal.ts';
import { welcome } from './cli/welcome.ts';
import { startDemo } from './demo/demo.ts';
import { PASSWORD, PEOPLE } from './demo/people.ts';
import { type Accounts, openAccounts } from './desk/accounts.ts';
import type { Desk } from './desk/desk.ts';
import { openDesk } from './desk/open.ts';
import { rehearsalAlerts, rehearse } from './desk/rehearse.ts';
import { keepCut } from './desk/retention.ts';
import { SelfWatch } from './desk/self-watch.ts';
import { type SourceFigures, sourceFigures } from './desk/source-figures.ts';
import type { UserId } from './domain/alarm/alarm.ts';
import { alertmanagerRoutes } from './http/alertmanager.ts';
import { alertmanagerStatus } from './http/alertmanager-status.ts';
import { type Backup, backupRoute } from './http/api/backup.ts';
import { openApiRoutes } from './http/api/openapi.ts';
import { openApi } from './http/api/routes.ts';
import { healthRoutes } from './http/health.ts';
import { openMetrics } from './http/metrics.ts';
import type { MountedSource } from './http/mount.ts';
import { OIDC_PATH, oidcIn, oidcRoutes } from './http/oidc.ts';
import { openConsole } from './http/pages.ts';
import type { Route } from './http/route.ts';
import { type HttpServer, openServer } from './http/server.ts';
import { HTTP_DEFAULTS, type HttpSettings } from './http/settings.ts';
import { signInRoutes } from './http/sign-in.ts';
import { newToken } from './http/token.ts';
import {
  copyFolder,
  copyStopped,
  JOURNAL_FOLDER,
  makeEmptyFolder,
  measure,
} from './journal/data-folder.ts';
import { openEmbeddedJournal } from './journal/embedded.ts';
import { holdFolder } from './journal/lock.ts';
import { PEOPLE_LIMITS } from './ports/people.ts';
import type { Source, SourceContext } from './ports/source.ts';
import { SOURCES } from './sources/index.ts';
import { CHECKPOINTS_FOLDER, checkpointsIn } from './store/checkpoints.ts';
import { openEmbeddedStore, STORE_FILE } from './store/embedded.ts';
import { openPeople } from './store/people.ts';

/** The account of whoever owns the data folder; its token lies in there, readable by them only. */
const LOCAL_ADMIN = 'local-admin' as UserId;

const STORE_READERS = 2;
const PEOPLE_FILE = 'people.db';

/** Sections of tocsin.yml. */
const SECTIONS = ['sources', 'sign_in'];

type Clock = ReturnType<typeof systemClock>;

/** The parts every other part needs. */
interface Core {
  readonly options: ServeOptions;
  readonly log: Log;
  readonly clock: Clock;
  readonly desk: Desk;
  readonly accounts: Accounts;
  readonly figures: SourceFigures;
  readonly started: Started;
}

async function openCore(options: ServeOptions, log: Log, started: Started): Promise<Core> {
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

function readSettings(options: ServeOptions): SettingsFile | undefined {
  const file = options.settingsFile;
  if (file === undefined) return undefined;
  return readSettingsFile(readFileSync(file, 'utf8'), file, SECTIONS, {
    env: process.env,
    file: (path) => readFileSync(path, 'utf8'),
  });
}

/** The ways in: those on the desk's HTTP server, and where the others listen. */
interface Sources {
  readonly file: SettingsFile | undefined;
  readonly mounted: readonly MountedSource[];
  readonly listening: readonly string[];
  readonly notStarted: readonly { readonly name: string; readonly why: string }[];
}

async function startSources(core: Core, config: ConfigFile | undefined): Promise<Sources> {
  const { options, log, clock, desk, figures, started } = core;
  const file = readSettings(options);
  const mounted: MountedSource[] = [];
  const listening: string[] = [];
  const notStarted: { name: string; why: string }[] = [];
  for (const source of SOURCES as readonly Source<never>[]) {
    const { name } = source;
    if (name === 'snmp' && options.snmpListen === undefined) continue;
    const settings = sourceSettings(source, { options, config, file }) as never;
    figures.expect(name);
    if (source.http) mounted.push({ name, settings, source: source as never });
    if (!source.run) continue;
    const count = async (receiving: ReturnType<Desk['receive']>, events = 0) => {
      const delivered = await receiving;
      if (delivered.ok) figures.received(name, delivered.reports ?? events, clock.now());
      return delivered;
    };
    const context: SourceContext<never> = {
      name,
      settings,
      clock,
      log,
      receive: (events, once) => count(desk.receive(name, events, once), events.length),
      receiveText: (text, once) => count(desk.receiveText(name, text, once)),
      refused: (why, sample) => figures.refused(name, why, sample, clock.now()),
      dropped: (where, n) => figures.dropped(name, where, n),
    };
    // A desk that takes in everything else is better than none: it says so by an alarm of its own.
    const running = await source.run(context).catch((error: Error) => error);
    if (running instanceof Error) {
      log.error('source.not-started', { source: name, why: running.message });
      notStarted.push({ name, why: running.message });
      continue;
    }
    started.add(name, () => running.stop());
    for (const where of running.listening) log.info('source.listening', { source: name, where });
    listening.push(...running.listening);
  }
  return { file, mounted, listening, notStarted };
}

/** Keeps the configuration file; once more at every SIGHUP. A bad file changes nothing. */
async function keepConfig({ options, log, desk }: Core): Promise<ConfigFile | undefined> {
  const file = options.configFile;
  if (file === undefined) return undefined;
  const config = loadConfig(readFileSync(file, 'utf8'), file);
  const { text, unused } = config;
  const revisions = [...desk.memory.all('revisions')].sort((a, b) => a.at - b.at);
  if (revisions.at(-1)?.text === text) return config;
  const act = { verb: 'revision.apply' as const, text, from: file, unused };
  await desk.act(LOCAL_ADMIN, act);
  log.info('config.kept', { file });
  if (unused.length > 0) log.warn('config.unused', { file, unused: unused.join(' ') });
  return config;
}

/** For the command line on this machine: a token of this run, in a file only its owner can read. */
async function leaveAdminToken(core: Core, url: string): Promise<void> {
  const { options, desk, started } = core;
  if (!desk.memory.get('users', LOCAL_ADMIN)) {
    await desk.act(LOCAL_ADMIN, { verb: 'user.add', user: LOCAL_ADMIN, role: 'admin' });
  }
  for (const old of desk.memory.all('tokens')) {
    if (old.owner !== LOCAL_ADMIN) continue;
    await desk.act(LOCAL_ADMIN, { verb: 'token.revoke', token: old.id });
  }
  const { id: token, hash, secret } = newToken();
  const label = 'command line on this machine';
  const made = { token, hash, label, owner: LOCAL_ADMIN, scope: 'role' as const };
  await desk.act(LOCAL_ADMIN, { verb: 'token.add', ...made });
  const file = join(options.dataFolder, ADMIN_TOKEN_FILE);
  await rm(file, { force: true });
  writeFileSync(file, adminTokenText({ token: secret, url }), { mode: 0o600 });
  started.add('admin token', () => rm(file, { force: true }));
}

function watchItself({ options, clock, desk, figures, started }: Core, own: Sources): void {
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

/** Starts everything, says where it is, and waits to be told to stop. */
async function run(options: ServeOptions, log: Log, world: World, seed?: number): Promise<number> {
  const started = new Started(log);
  try {
    const core = await openCore(options, log, started);
    const kept = checkpointsIn(join(options.dataFolder, CHECKPOINTS_FOLDER));
    started.add('retention', keepCut(core.desk, kept, options, core.clock, log));
    const config = await keepConfig(core);
    const sources = await startSources(core, config);
    await rehearseFlood(core.clock, sources.mounted);
    const { bound, url } = await openWeb(core, sources, world.version);
    await leaveAdminToken(core, url);
    watchItself(core, sources);
    if (seed !== undefined) {
      const { desk, clock, accounts, figures } = core;
      const receive: Desk['receive'] = async (source, events, once) => {
        figures.received(source, events.length, clock.now());
        return desk.receive(source, events, once);
      };
      const demo = await startDemo({ desk, accounts, clock, log, receive, seed });
      started.add('demo', () => demo.stop());
    }
    const stopped = untilStopped(core);
    log.info('Listening on', { address: addressText(bound) });
    const home = externalUrlOf(options.mount, bound);
    const guests = PEOPLE.map(({ login, name, role }) => ({ login, who: `${name}, ${role}` }));
    const { accounts } = core;
    welcome({ accounts, options, url: home, guests, password: PASSWORD }, world.stdout);
    return await stopped;
  } finally {
    await started.stop();
  }
}

/** Alerts such as Prometheus sends them, through the source and a desk of their own. */
async function rehearseFlood(clock: Clock, sources: readonly MountedSource[]): Promise<void> {
  const alertmanager = sources.find((s) => s.name === 'alertmanager');
  if (!alertmanager) return;
  const { source, settings } = alertmanager;
  await rehearse(clock, (round) => {
    const at = clock.now();
    const body = Buffer.from(JSON.stringify(rehearsalAlerts(round, at)));
    return source.translate({ body, at, from: '', contentType: 'application/json' }, settings)
      .events;
  });
}

/** HTTP in front of the desk: its own API, Alertmanager's, the console, health. */
async function openWeb(core: Core, sources: Sources, version: string) {
  const { options, desk, accounts, figures, clock, log, started } = core;
  const settings: HttpSettings = {
    ...HTTP_DEFAULTS,
    ...options.listen,
    ...options.mount,
    ingestWithoutToken: options.ingestWithoutToken,
  };
  let bound = options.listen;
  const homeUrl = (): string => externalUrlOf(options.mount, bound);
  const shared = { desk, accounts, figures, settings, clock, log, homeUrl };
  const site = openConsole({
    ...shared,
    name: 'Tocsin',
    traps: () => (options.snmpListen ? addressText(options.snmpListen) : ''),
    listening: () => sources.listening,
  });
  const { pages } = site;
  const api = openApi(shared);
  const oidc = oidcIn(sources.file?.section('sign_in'));
  const organisation = oidc && { label: oidc.label, path: OIDC_PATH };
  const passwordCharsMin = PEOPLE_LIMITS.password_chars_min;
  const streamsOpen = () => api.streamsOpen() + site.streamsOpen();
  let server: HttpServer | undefined;
  const connectionsDropped = () => server?.connectionsDropped() ?? 0;
  const metrics = openMetrics({ desk, figures, clock, streamsOpen, connectionsDropped });
  const status = alertmanagerStatus({
    ...shared,
    version,
    clusterAddress: options.clusterAddress,
    address: () => addressText(bound),
    receiversOf: (config) => loadConfig(config, 'the revision').receivers,
  });
  const copy: Backup = (folder, progress) => copyRunning(core, folder, progress);
  const routes: Route[] = [
    ...api.routes,
    backupRoute(copy, log),
    ...alertmanagerRoutes({ desk, status }),
    ...signInRoutes({ ...shared, pages, organisation, passwordCharsMin }),
    ...(oidc ? oidcRoutes({ ...shared, oidc }) : []),
    ...healthRoutes({ desk: () => desk, metrics, pages }),
    ...site.routes,
  ];
  routes.push(...openApiRoutes({ routes: () => routes, homeUrl, version, pages }));
  const opened = await openServer({
    ...shared,
    routes,
    sources: sources.mounted,
    pages,
    fastLaneFor: 'alertmanager',
  });
  server = opened;
  bound = { host: options.listen.host, port: opened.port };
  started.add('server', async () => {
    api.close();
    site.close();
    metrics.close();
    await opened.close();
  });
  return { bound, url: opened.url };
}

/** A copy while the desk runs: the store first, so that the journal reaches past it. */
async function copyRunning(core: Core, folder: string, progress: (done: number) => void) {
  const { desk, accounts, clock } = core;
  await makeEmptyFolder(folder);
  await desk.store.copyTo(join(folder, STORE_FILE), (done) => progress(done * 0.8));
  await desk.journal.copyTo(join(folder, JOURNAL_FOLDER));
  progress(0.95);
  await accounts.people.copyTo(join(folder, PEOPLE_FILE));
  return measure(folder, clock);
}

/** SIGTERM and SIGINT stop the desk, SIGHUP reads the configuration again. */
function untilStopped(core: Core): Promise<number> {
  process.on('SIGHUP', () => {
    keepConfig(core).catch((error: unknown) => core.log.error('config.refused', { error }));
  });
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        core.log.info('desk.stopping', { signal });
        resolve(0);
      });
    }
  });
}

function theWorld(): World {
  const { version } = JSON.parse(
    readFileSync(join(dirname(fileURLToPath(import.meta.url)), '../package.json'), 'utf8'),
  ) as { version: string };
  const interrupted = new AbortController();
  const world: World = {
    version,
    stdout: screenOf(process.stdout, () => interrupted.abort()),
    stderr: screenOf(process.stderr),
    stdin: () => allOf(process.stdin),
    env: process.env,
    cwd: process.cwd(),
    clock: systemClock(),
    fetch: globalThis.fetch,
    signal: interrupted.signal,
    serve: (options, log) => run(options, log, world),
    demo: (options: DemoOptions, log) => run(options, log, world, options.seed),
    backupStopped: (from, to, progress) => copyStopped(from, to, progress, world.clock),
    restore: (from, to, progress) => copyFolder(from, to, progress, world.clock),
  };
  process.once('SIGINT', () => interrupted.abort());
  return world;
}

process.exitCode = await runCli(process.argv.slice(2), theWorld());

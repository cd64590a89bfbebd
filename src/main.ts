import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { addAbortSignal } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { systemClock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import { Started } from './base/started.ts';
import { CHANNELS } from './channels/index.ts';
import type { World } from './cli/command.ts';
import { runCli } from './cli/run.ts';
import type { DemoOptions, ServeOptions } from './cli/serve-options.ts';
import { addressText, externalUrlOf } from './cli/settings.ts';
import { allOf, screenOf } from './cli/terminal.ts';
import { welcome } from './cli/welcome.ts';
import { type PersonOf, startDemo } from './demo/demo.ts';
import { writePapers } from './demo/papers.ts';
import { PASSWORD, PEOPLE } from './demo/people.ts';
import { demoConfigFile } from './demo/routing.ts';
import type { Desk } from './desk/desk.ts';
import { keepCut } from './desk/retention.ts';
import { shadowBanner } from './desk/views/receivers.ts';
import { copyFolder, copyStopped } from './journal/data-folder.ts';
import { readMibs } from './sources/snmp/mib-reading.ts';
import { CHECKPOINTS_FOLDER, checkpointsIn } from './store/checkpoints.ts';
import { openChecks } from './wiring/checks.ts';
import type { Configuration } from './wiring/configuration.ts';
import { type Core, openCore, personOf } from './wiring/core.ts';
import { openDemoDesk } from './wiring/demo.ts';
import { type Documents, openDocuments } from './wiring/documents.ts';
import { keepHabits } from './wiring/health.ts';
import { openNotifying, startHeartbeat, tellShadow } from './wiring/notify.ts';
import { openRuns, type Runs } from './wiring/runs.ts';
import { rehearseFlood, startSources } from './wiring/sources.ts';
import { keepTimes } from './wiring/times.ts';
import { watchItself } from './wiring/watch.ts';
import { leaveAdminToken, openWeb } from './wiring/web.ts';

interface Running {
  readonly log: Log;
  readonly world: World;
  readonly isUp: () => void;
  /** Of the demo. */
  readonly seed?: number;
}

/** Starts everything, says where it is, and waits to be told to stop. */
async function run(options: ServeOptions, { log, world, isUp, seed }: Running): Promise<number> {
  const started = new Started(log);
  try {
    const bare = seed !== undefined && options.configFile === undefined;
    const configFile = bare ? demoConfigFile(options.dataFolder) : options.configFile;
    const opened = await openCore({ ...options, configFile }, log, started, process);
    const demoDesk = bare ? await openDemoDesk(opened) : undefined;
    const core = demoDesk?.core ?? opened;
    const kept = checkpointsIn(join(options.dataFolder, CHECKPOINTS_FOLDER));
    started.add('retention', keepCut(core.desk, kept, options, core.clock, log));
    let home = '';
    const { version } = world;
    const checks = openChecks({ ...core, dataFolder: options.dataFolder });
    const proxies = proxiesIn(world.env);
    const { allowedNetworks } = core.notifications;
    const runs = openRuns({
      ...core,
      personOf: personOf(core),
      mark: core.desk.journal.id,
      world: () => ({ externalUrl: home, proxies, version, allowedNetworks }),
    });
    const documents = openDocuments({ ...core, dataFolder: options.dataFolder });
    const notifying = openNotifying(core, {
      version,
      follow: (document) => {
        checks.follow(document);
        runs.follow(document);
        documents.follow(document);
      },
      proxies,
      homeUrl: () => home,
    });
    const config = await notifying.configuration.begin();
    keepHabits(core, options.dataFolder);
    keepTimes(core, options.dataFolder);
    const sources = await startSources(core, config);
    const web = await openWeb(core, sources, notifying, { checks, runs, documents });
    home = externalUrlOf(options.mount, web.bound);
    await leaveAdminToken(core, web.url);
    tellShadow(core);
    notifying.outbox.begin();
    checks.begin();
    runs.begin();
    documents.begin();
    startHeartbeat(core, notifying);
    watchItself(core, sources, notifying.outbox, web.fanOut);
    if (seed !== undefined)
      await playDemo(core, notifying.configuration, seed, demoDesk, { ...documents, ...runs });
    const stopped = untilStopped(core, notifying.configuration);
    log.info('Listening on', { address: addressText(web.bound) });
    const guests = PEOPLE.map(({ login, name, role }) => ({ login, who: `${name}, ${role}` }));
    const { accounts } = core;
    void rehearseFlood(core.clock, sources.mounted);
    const shadow = shadowBanner(core.desk.memory);
    const { notStarted } = sources;
    const who = { accounts, guests, password: PASSWORD };
    welcome({ ...who, options, url: home, shadow, notStarted }, world.stdout);
    isUp();
    return await stopped;
  } finally {
    await started.stop();
  }
}

/** Sets the scene of the demo and lets trouble come and go. */
async function playDemo(
  { desk, clock, accounts, figures, log, started }: Core,
  configuration: Configuration,
  seed: number,
  demoDesk: Awaited<ReturnType<typeof openDemoDesk>> | undefined,
  papers: Pick<Documents, 'templates'> & Pick<Runs, 'runbooks'>,
): Promise<void> {
  const receive: Desk['receive'] = async (source, events, once) => {
    figures.received(source, events.length, clock.now());
    return desk.receive(source, events, once);
  };
  const settled = async (personOf: PersonOf): Promise<void> => {
    if (!demoDesk) return;
    await demoDesk.tellPeople(personOf);
    await configuration.reloadFile(); // those on call are users of the desk now
  };
  const set = async (personOf: PersonOf): Promise<void> => {
    const files = { templates: await papers.templates(), runbooks: await papers.runbooks() };
    if (demoDesk) await writePapers({ desk, accounts, log, ...files }, personOf);
  };
  const demo = await startDemo({ desk, accounts, clock, log, receive, seed, settled, set });
  started.add('demo', () => demo.stop());
}

/** As every program reads them; the small letters win. */
const proxiesIn = (env: World['env']) => ({
  http: env.http_proxy ?? env.HTTP_PROXY ?? '',
  https: env.https_proxy ?? env.HTTPS_PROXY ?? '',
  none: env.no_proxy ?? env.NO_PROXY ?? '',
});

/** SIGTERM and SIGINT stop the desk, SIGHUP reads the configuration again. */
function untilStopped(core: Core, configuration: Configuration): Promise<number> {
  process.on('SIGHUP', () => void configuration.reloadFile());
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
    input: () => addAbortSignal(interrupted.signal, process.stdin.setEncoding('utf8')),
    env: process.env,
    cwd: process.cwd(),
    clock: systemClock(),
    fetch: globalThis.fetch,
    channels: CHANNELS,
    signal: interrupted.signal,
    serve: (options, log, isUp) => run(options, { log, world, isUp }),
    demo: (options: DemoOptions, log, isUp) =>
      run(options, { log, world, isUp, seed: options.seed }),
    backupStopped: (from, to, progress) => copyStopped(from, to, progress, world.clock),
    restore: (from, to, progress) => copyFolder(from, to, progress, world.clock),
    readMibs,
  };
  process.once('SIGINT', () => interrupted.abort());
  return world;
}

process.exitCode = await runCli(process.argv.slice(2), theWorld());

import { writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ADMIN_TOKEN_FILE, adminTokenText } from '../cli/admin-token.ts';
import { addressText, externalUrlOf } from '../cli/settings.ts';
import { alertmanagerRoutes } from '../http/alertmanager.ts';
import { type Backup, backupRoute } from '../http/api/backup.ts';
import { openApiRoutes } from '../http/api/openapi.ts';
import { openApi } from '../http/api/routes.ts';
import type { DocumentsDoor } from '../http/documents-door.ts';
import { healthRoutes } from '../http/health.ts';
import { openKeptForms } from '../http/kept-forms.ts';
import { mcpRoute } from '../http/mcp.ts';
import { openMetrics } from '../http/metrics.ts';
import { OIDC_PATH, oidcIn, oidcRoutes } from '../http/oidc.ts';
import { openConsole } from '../http/pages.ts';
import { reloadRoute } from '../http/reload.ts';
import type { Route } from '../http/route.ts';
import type { RunsDoor } from '../http/runs-door.ts';
import { type HttpServer, openServer } from '../http/server.ts';
import { HTTP_DEFAULTS, type HttpSettings } from '../http/settings.ts';
import { signInRoutes } from '../http/sign-in.ts';
import { newToken } from '../http/token.ts';
import { feedReader } from '../inventory/thread.ts';
import { PEOPLE_LIMITS } from '../ports/people.ts';
import { alertmanagerParts } from './alertmanager.ts';
import type { Checks } from './checks.ts';
import { type Core, copyRunning, LOCAL_ADMIN } from './core.ts';
import type { Notifying } from './notify.ts';
import { openOwn } from './own.ts';
import type { Sources } from './sources.ts';
import { openWayTrial } from './way-trial.ts';

/** HTTP in front of the desk: its own API, Alertmanager's, the console, health. */
export async function openWeb(
  core: Core,
  sources: Sources,
  notifying: Notifying,
  doors: {
    readonly checks: Checks;
    readonly runs: RunsDoor;
    readonly documents: DocumentsDoor;
  },
) {
  const { version, outbox, configuration, ways } = notifying;
  const { options, desk, accounts, figures, rules, clock, log, started } = core;
  const settings = settingsOf(options);
  let bound = options.listen;
  const homeUrl = (): string => externalUrlOf(options.mount, bound);
  const known = { desk, accounts, figures, rules, settings, clock, log };
  const own = openOwn(core, { version, outbox, readers: () => streamsOpen() });
  const kept = openKeptForms(clock);
  const shared = { ...known, kept, homeUrl, configuration, ...doors, own, readFeed: feedReader() };
  const site = openConsole({
    ...shared,
    name: 'Tocsin',
    traps: () => (options.snmpListen ? addressText(options.snmpListen) : ''),
    listening: () => sources.listening,
    notStarted: () => sources.notStarted,
    outbox: () => outbox,
    tryWay: openWayTrial({ core, configuration, ways }),
  });
  const api = openApi({ ...shared, outbox: () => outbox, reading: site.reading });
  const oidc = oidcIn(core.file?.section('sign_in'));
  const signIn = {
    organisation: oidc && { label: oidc.label, path: OIDC_PATH },
    passwordCharsMin: PEOPLE_LIMITS.password_chars_min,
  };
  const streamsOpen = () => api.streamsOpen() + site.streamsOpen();
  let server: HttpServer | undefined;
  const fanOut = () => server?.fanOut();
  const metrics = openMetrics({
    ...shared,
    version,
    streamsOpen,
    connectionsDropped: () => server?.connectionsDropped() ?? 0,
    fanOut,
    outbox: () => outbox.figures(),
    configIsGood: () => configuration.isGood,
  });
  const routes: Route[] = [
    ...api.routes,
    backupRoute(own.noted(backupOf(core, doors.checks)), log),
    mcpRoute({ ...known, routes: () => api.routes, version }),
    reloadRoute(() => configuration.reloadFile()),
    ...alertmanagerRoutes(alertmanagerParts(core, () => addressText(bound))),
    ...signInRoutes({ ...shared, pages: site.pages, ...signIn }),
    ...(oidc ? oidcRoutes({ ...shared, oidc }) : []),
    ...healthRoutes({ desk: () => desk, metrics, pages: site.pages }),
    ...site.routes,
  ];
  routes.push(...openApiRoutes({ routes: () => routes, homeUrl, version, pages: site.pages }));
  const opened = await openServer({
    ...shared,
    routes,
    sources: sources.mounted,
    pages: site.pages,
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
  return { bound, url: opened.url, fanOut };
}

const settingsOf = (options: Core['options']): HttpSettings => ({
  ...HTTP_DEFAULTS,
  ...options.listen,
  ...options.mount,
  ingestWithoutToken: options.ingestWithoutToken,
  fanOutProcesses: options.fanOutProcesses,
});

const backupOf =
  (core: Core, { copyTo }: Pick<Checks, 'copyTo'>): Backup =>
  (to, progress) =>
    copyRunning(core, to, progress, [copyTo]);

const ADMIN_TOKEN_LABEL = 'command line on this machine';

/**
 * For the command line on this machine: a token of this run, in a file only its owner can read. Its
 * id stays from run to run: who acted with an earlier one keeps a name on every screen.
 */
export async function leaveAdminToken(
  core: Pick<Core, 'options' | 'desk' | 'started'>,
  url: string,
): Promise<void> {
  const { options, desk, started } = core;
  if (!desk.memory.get('users', LOCAL_ADMIN)) {
    await desk.act(LOCAL_ADMIN, { verb: 'user.add', user: LOCAL_ADMIN, role: 'admin' });
  }
  const before = [...desk.memory.all('tokens')].find(
    ({ owner, label }) => owner === LOCAL_ADMIN && label === ADMIN_TOKEN_LABEL,
  );
  for (const old of desk.memory.all('tokens')) {
    if (old.owner !== LOCAL_ADMIN || old.scope !== 'role') continue;
    await desk.act(LOCAL_ADMIN, { verb: 'token.revoke', token: old.id });
  }
  const { id: token, hash, secret } = newToken(before?.id);
  const made = {
    token,
    hash,
    label: ADMIN_TOKEN_LABEL,
    owner: LOCAL_ADMIN,
    scope: 'role' as const,
  };
  await desk.act(LOCAL_ADMIN, { verb: 'token.add', ...made });
  const file = join(options.dataFolder, ADMIN_TOKEN_FILE);
  await rm(file, { force: true });
  writeFileSync(file, adminTokenText({ token: secret, url }), { mode: 0o600 });
  started.add('admin token', () => rm(file, { force: true }));
}

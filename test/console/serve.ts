import type { Clock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { defaultTemplates } from '../../src/config/default-documents.ts';
import { openAccounts } from '../../src/desk/accounts.ts';
import type { Role } from '../../src/desk/entry.ts';
import { OwnTimes } from '../../src/desk/own-times.ts';
import { sourceFigures } from '../../src/desk/source-figures.ts';
import { openSourceRules, type SourceRulesDesk } from '../../src/desk/source-rules.ts';
import { HealthSince, healthLines } from '../../src/desk/views/own-health.ts';
import { watchTimes } from '../../src/desk/watch-times.ts';
import type { ChecksDoor } from '../../src/http/checks-door.ts';
import { openKeptForms } from '../../src/http/kept-forms.ts';
import { openConsole } from '../../src/http/pages.ts';
import type { RunsDoor } from '../../src/http/runs-door.ts';
import { type HttpServer, openServer } from '../../src/http/server.ts';
import { HTTP_DEFAULTS, type HttpSettings } from '../../src/http/settings.ts';
import { signInRoutes } from '../../src/http/sign-in.ts';
import type { People } from '../../src/ports/people.ts';
import { openPeople } from '../../src/store/people.ts';
import { configurationOf } from '../support/configuration.ts';
import { readFeed } from '../support/feeds.ts';
import { NO_CHECKS } from '../support/no-checks.ts';
import type { FoldDesk } from './desk.ts';

export const PASSWORD = 'correct horse battery';

export interface Served {
  readonly url: string;
  readonly server: HttpServer;
  readonly figures: ReturnType<typeof sourceFigures>;
  readonly rules: SourceRulesDesk;
  readonly people: People;
  readonly times: OwnTimes;
  readonly streamsOpen: () => number;
  /** A cookie header of a fresh session of that person. */
  session(login: string): string;
  close(): Promise<void>;
}

/** The console of a desk on a free port, with nora (admin), tom (operator) and vera (viewer). */
export async function serveConsole(
  desk: FoldDesk<Clock>,
  given: Partial<HttpSettings> = {},
  checks: ChecksDoor = NO_CHECKS,
  runs: RunsDoor = { runbooks: async () => [] },
): Promise<Served> {
  const settings = { ...HTTP_DEFAULTS, port: 0, ...given };
  const { clock } = desk;
  const people = openPeople(':memory:', clock);
  const accounts = openAccounts(desk, people);
  const staff: readonly (readonly [string, Role])[] = [
    ['Nora', 'admin'],
    ['Tom', 'operator'],
    ['Vera', 'viewer'],
  ];
  for (const [name, role] of staff) {
    const login = name.toLowerCase();
    await accounts.add('self', { login, name, email: '', password: PASSWORD }, role);
  }
  const figures = sourceFigures();
  const rules = openSourceRules({ desk, figures, clock });
  const times = new OwnTimes({ clock, stopwatch: () => performance.now() });
  const unwatch = watchTimes(desk, times);
  const since = new HealthSince();
  const lines = () => healthLines(desk, readings, clock.now());
  const readings = {
    ...{ version: '1', startedAt: clock.now(), diskFreeBytes: 2 ** 35, memoryBytes: 2 ** 28 },
    ...{ loop: { p99: 3, most: 12 }, lastBackup: undefined, readers: 1 },
    outbox: { inFlight: 0, waiting: 0, scheduled: 0, unrecorded: 0 },
    sources: { known: 1, events: 10 },
  };
  const DELIVERED = { is: 'sent', detail: 'HTTP 200', tookMs: 34, asked: true } as const;
  const home = { url: '' };
  const kept = openKeptForms(clock);
  const console = openConsole({
    kept,
    readFeed,
    checks,
    runs,
    documents: { templates: async () => defaultTemplates(), file: async () => undefined },
    desk,
    accounts,
    figures,
    rules,
    settings,
    clock,
    name: 'Tocsin',
    homeUrl: () => home.url,
    traps: () => '127.0.0.1:1162',
    listening: () => ['udp 127.0.0.1:1162'],
    notStarted: () => [{ name: 'syslog', why: 'Nothing can listen on udp 127.0.0.1:514.' }],
    configuration: configurationOf(desk, clock),
    tryWay: async () => ({ ok: true, ended: DELIVERED }),
    own: { times, version: '1', health: () => since.see(lines(), clock.now()) },
  });
  const { pages } = console;
  const signIn = signInRoutes({
    accounts,
    settings,
    pages,
    clock,
    log: silentLog,
    organisation: undefined,
    passwordCharsMin: 10,
    kept,
  });
  const routes = [...console.routes, ...signIn];
  const parts = { desk, accounts, figures, rules, settings, clock, log: silentLog, pages, kept };
  const server = await openServer({ ...parts, routes, sources: [] });
  home.url = server.url;
  return {
    url: server.url,
    server,
    figures,
    rules,
    people,
    times,
    streamsOpen: console.streamsOpen,
    session(login) {
      const person = people.byLogin(login);
      if (!person) throw new Error(`nobody signs in as ${login}`);
      return `tocsin_session=${people.openSession(person.id).secret}`;
    },
    async close() {
      unwatch();
      console.close();
      await server.close();
      people.close();
    },
  };
}

import { silentLog } from '../../src/base/log.ts';
import type { Instant } from '../../src/base/time.ts';
import { type Accounts, openAccounts } from '../../src/desk/accounts.ts';
import type { Desk } from '../../src/desk/desk.ts';
import type { Role, TokenScope } from '../../src/desk/entry.ts';
import type { LabelRulesOf } from '../../src/desk/intake.ts';
import { openDesk } from '../../src/desk/open.ts';
import { sourceFigures } from '../../src/desk/source-figures.ts';
import { openSourceRules } from '../../src/desk/source-rules.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { type AlarmEvent, identify } from '../../src/domain/alarm/event.ts';
import type { DocumentsDoor } from '../../src/http/documents-door.ts';
import { type KeptForms, openKeptForms } from '../../src/http/kept-forms.ts';
import type { MountedSource } from '../../src/http/mount.ts';
import { plainPages } from '../../src/http/pages-contract.ts';
import type { Route } from '../../src/http/route.ts';
import type { RunsDoor } from '../../src/http/runs-door.ts';
import { openServer } from '../../src/http/server.ts';
import { HTTP_DEFAULTS, type HttpLimits, type HttpSettings } from '../../src/http/settings.ts';
import { signInRoutes } from '../../src/http/sign-in.ts';
import { newToken } from '../../src/http/token.ts';
import { PEOPLE_LIMITS } from '../../src/ports/people.ts';
import type { Store } from '../../src/ports/store.ts';
import { openPeople } from '../../src/store/people.ts';
import { type ManualClock, manualClock } from './clock.ts';
import { memoryJournal } from './journal.ts';
import { NO_CHECKS } from './no-checks.ts';
import { memoryStore } from './store.ts';

export type Parts = Awaited<ReturnType<typeof openParts>>;

/** A real desk over a journal and (unless told otherwise) a store in memory, people too. */
export async function openParts(
  clock: ManualClock = manualClock(),
  labelRules: LabelRulesOf = () => undefined,
  store: Store = memoryStore(),
) {
  const journal = memoryJournal();
  const figures = sourceFigures();
  const desk: Desk = await openDesk({
    clock,
    log: silentLog,
    journal,
    store,
    boot: 'test',
    heard: (source, events, at) => figures.hearing.heard(source, events, at),
    labelRules,
  });
  const people = openPeople(':memory:', clock);
  const accounts: Accounts = openAccounts(desk, people);
  const rules = openSourceRules({ desk, figures, clock });
  const checks = NO_CHECKS;
  const runs: RunsDoor = { runbooks: async () => [] };
  const documents: DocumentsDoor = { templates: async () => [], file: async () => undefined };
  const doors = { checks, runs, documents };
  return { clock, journal, desk, people, accounts, figures, rules, ...doors, log: silentLog };
}

export interface TestServerOptions {
  readonly settings?: Partial<Omit<HttpSettings, 'limits'>>;
  readonly limits?: Partial<HttpLimits>;
  readonly sources?: readonly MountedSource[];
  readonly routes?: (
    parts: Parts & { readonly settings: HttpSettings; readonly kept: KeptForms },
  ) => readonly Route[];
  readonly parts?: Parts;
}

/** A server on an ephemeral port; `close` ends everything. */
export async function openTestServer(options: TestServerOptions = {}) {
  const parts = options.parts ?? (await openParts());
  const settings: HttpSettings = {
    ...HTTP_DEFAULTS,
    port: 0,
    ...options.settings,
    limits: { ...HTTP_DEFAULTS.limits, ...options.limits },
  };
  const all = { ...parts, settings, kept: openKeptForms(parts.clock) };
  const signIn = signInRoutes({
    ...all,
    pages: plainPages,
    organisation: undefined,
    passwordCharsMin: PEOPLE_LIMITS.password_chars_min,
  });
  const routes = [...signIn, ...(options.routes?.(all) ?? [])];
  const server = await openServer({ ...all, routes, sources: options.sources ?? [] });
  return {
    ...parts,
    settings,
    server,
    routes,
    url: server.url,
    async close() {
      await server.close();
      await parts.desk.close();
      parts.people.close();
    },
  };
}

/** Somebody with a role and a session, and the headers that a browser of theirs sends. */
export async function signedIn(parts: Pick<Parts, 'accounts'>, role: Role, login: string = role) {
  const { accounts } = parts;
  const account = await accounts.add('self', { login, name: login, email: '', password: '' }, role);
  const { secret, session } = accounts.people.openSession(account.id);
  return { id: account.id, session, cookie: `tocsin_session=${secret}` };
}

/** The header of a new token of `owner`. */
export async function tokenOf(
  parts: Pick<Parts, 'desk'>,
  owner: UserId,
  scope: TokenScope,
  until?: Instant,
): Promise<{ readonly id: string; readonly authorization: string }> {
  const { id, secret, hash } = newToken();
  const made = { verb: 'token.add', token: id, hash, label: scope, owner, scope } as const;
  const act = until === undefined ? made : { ...made, until };
  await parts.desk.act(owner, act);
  return { id, authorization: `Bearer ${secret}` };
}

/** A raise of `resource`/`link.down`, critical unless said otherwise. */
export const raise = (resource: string, more: Partial<AlarmEvent> = {}): AlarmEvent => ({
  kind: 'raise',
  id: identify(resource, 'link.down', ''),
  resource,
  type: 'link.down',
  qualifier: '',
  severity: 'critical',
  text: `${resource} is down`,
  labels: { site: 'nbg', resource },
  ...more,
});

export const clear = (resource: string): AlarmEvent => {
  const { severity: _, ...rest } = raise(resource);
  return { ...rest, kind: 'clear', text: `${resource} is up` };
};

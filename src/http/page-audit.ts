import { csvText } from '../base/csv.ts';
import { DeskError } from '../base/errors.ts';
import { type Instant, instantText, parseInstant } from '../base/time.ts';
import type { Assignable } from '../console/act-bar.ts';
import { type AuditAsked, type AuditView, auditBody } from '../console/audit-page.ts';
import type { Desk } from '../desk/desk.ts';
import { hasAllWords } from '../desk/views/find.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import { ADMIN, VIEWER } from './api/parts.ts';
import type { RoutingPageParts } from './page-routing-parts.ts';
import type { Answer, Asked, Route } from './route.ts';

export const AUDIT_LIMITS = {
  lines_a_page: 100,
  words_chars_max: 256,
  /** Alarms whose lines are meant by words that stand in them. */
  subjects_max: 200,
  /** Lines of one file; the rest is in the next, which begins where it ended. */
  file_lines_max: 10_000,
  file_page_lines: 1_000,
} as const;

/** Proposed, not required: anything a verb begins with is taken. */
const VERBS = (
  'acknowledge action assign caution check close comment decision document incident maintenance ' +
  'page reopen revision rule run shelve silence ticket token unacknowledge unshelve user'
).split(' ');

type ReadAudit = Desk['store']['audit'];
type AuditWanted = NonNullable<Parameters<ReadAudit>[2]>;
type AuditLine = Awaited<ReturnType<ReadAudit>>['items'][number];
type AuditParts = Pick<RoutingPageParts, 'desk' | 'accounts' | 'site' | 'draw'>;

/** The audit log: who did what, by person, verb, object and time; as a file for admins. */
export const auditPages = (parts: AuditParts): Route[] => [
  {
    method: 'GET',
    path: '/audit',
    access: VIEWER,
    summary: 'Who did what.',
    handle: (asked) => showAudit(parts, asked),
  },
  {
    method: 'GET',
    path: '/audit.csv',
    access: ADMIN,
    summary: 'Who did what, as CSV: what the page would show, at most 10,000 lines.',
    handle: (asked) => auditFile(parts, asked),
  },
];

const textIn = ({ query }: Asked, name: string): string =>
  (query.get(name) ?? '').trim().slice(0, AUDIT_LIMITS.words_chars_max);

const askedIn = (asked: Asked): AuditAsked => ({
  by: textIn(asked, 'by'),
  verb: textIn(asked, 'verb'),
  words: textIn(asked, 'words'),
  since: textIn(asked, 'since'),
  until: textIn(asked, 'until'),
});

/** The name of the first time that is none; '' when both are, or are not given. */
const badTime = (asked: AuditAsked): 'since' | 'until' | '' =>
  (['since', 'until'] as const).find((f) => asked[f] !== '' && !timeOf(asked[f])) ?? '';

const timeOf = (text: string): Instant | undefined =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text) ? parseInstant(`${text}:00Z`) : undefined;

async function wantedOf(parts: AuditParts, asked: AuditAsked): Promise<AuditWanted> {
  const { by, verb, words } = asked;
  const [since, until] = [timeOf(asked.since), timeOf(asked.until)];
  return {
    ...(by !== '' && { by }),
    ...(verb !== '' && { verb }),
    ...(words !== '' && { words, subjects: await subjectsOf(parts, words) }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
}

/** Lines name what they are about by its id: what the words say of alarms and people, as ids. */
async function subjectsOf({ desk, accounts }: AuditParts, words: string) {
  const limit = AUDIT_LIMITS.subjects_max;
  const ask = { words, condition: 'any', labels: [], cursor: undefined, limit } as const;
  const alarms = (await desk.store.search(ask)).items.map(({ alarm }) => String(alarm.id));
  const people = accounts
    .list()
    .filter(({ login, name }) => hasAllWords(`${login} ${name}`, words));
  return [...alarms, ...people.map(({ id }) => String(id))];
}

const queryOf = (asked: AuditAsked, before = ''): string => {
  const all = Object.entries({ ...asked, before }).filter(([, text]) => text !== '');
  return all.length === 0 ? '' : `?${new URLSearchParams(all)}`;
};

const NO_TIME = 'This is no time: 2026-11-21T14:00 is one, in UTC.';

async function showAudit(parts: AuditParts, request: Asked): Promise<Answer> {
  const { desk, site, accounts, draw } = parts;
  const asked = askedIn(request);
  const before = request.query.get('before') ?? undefined;
  const faultAt = badTime(asked);
  const { items, next } =
    faultAt === ''
      ? await desk.store.audit(before, AUDIT_LIMITS.lines_a_page, await wantedOf(parts, asked))
      : { items: [], next: undefined };
  const alarmName = (id: string): string => {
    const alarm = desk.memory.get('alarms', id);
    return alarm ? `${alarm.type} on ${alarm.resource}` : '';
  };
  const view: AuditView = {
    lines: items,
    older: next && `${site.prefix}/audit${queryOf(asked, next)}`,
    isFirst: before === undefined,
    asked,
    query: queryOf(asked),
    errors: faultAt === '' ? [] : [{ field: faultAt, why: NO_TIME }],
    actors: actorsIn(parts),
    verbs: VERBS,
    nameOf: (id) => accounts.name(id),
    alarmName,
    now: desk.clock.now(),
  };
  const drawn = { title: 'Audit log', at: '/audit', status: faultAt === '' ? 200 : 422 };
  return draw(request, drawn, (reader) => auditBody(site, reader, view));
}

/** People, also those who may no longer sign in, by name; then the desk itself. */
const actorsIn = ({ accounts }: AuditParts): readonly Assignable[] =>
  [...accounts.list()]
    .map(({ id, name }) => ({ id, name }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .concat([{ id: 'desk' as UserId, name: 'the desk' }]);

/** Throws DeskError: a time that is none. */
async function auditFile(parts: AuditParts, request: Asked): Promise<Answer> {
  const asked = askedIn(request);
  const faultAt = badTime(asked);
  if (faultAt !== '')
    throw new DeskError('FIELD_INVALID', {
      field: faultAt,
      expected: 'a time like 2026-11-21T14:00, in UTC',
    });
  const wanted = await wantedOf(parts, asked);
  const lines: AuditLine[] = [];
  let cursor: string | undefined;
  do {
    const room = AUDIT_LIMITS.file_lines_max - lines.length;
    const limit = Math.min(room, AUDIT_LIMITS.file_page_lines);
    const page = await parts.desk.store.audit(cursor, limit, wanted);
    lines.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined && lines.length < AUDIT_LIMITS.file_lines_max);
  const rows = lines.map((l) => [
    ...[instantText(l.at), l.by, parts.accounts.name(l.by as UserId), l.verb, l.subject],
    ...[l.outcome, l.detail],
  ]);
  const headers = {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': 'attachment; filename="audit.csv"',
  };
  return { status: 200, headers, body: csvText('at,by,name,verb,subject,outcome,detail', rows) };
}

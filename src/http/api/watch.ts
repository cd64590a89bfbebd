import { Type } from 'typebox';
import { type Instant, instantText, parseInstant } from '../../base/time.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import { json } from '../answer.ts';
import { readQuery } from '../check.ts';
import type { Route } from '../route.ts';
import { somebodyJson } from './drawn.ts';
import { ADMIN, API, type ApiParts, VIEWER } from './parts.ts';
import { API_LIMITS, nullable, pageOf, paging, somebody, time } from './shapes.ts';

const auditQuery = Type.Object(
  {
    by: Type.Optional(Type.String({ maxLength: 256, description: 'Whoever did it, by id.' })),
    verb: Type.Optional(
      Type.String({ maxLength: 64, description: 'What the verb begins with: silence.' }),
    ),
    words: Type.Optional(
      Type.String({ maxLength: 256, description: 'Stands in the subject or the detail.' }),
    ),
    since: Type.Optional(time('That moment, and after it.')),
    until: Type.Optional(time('Before that moment.')),
    ...paging,
  },
  { additionalProperties: false },
);

const auditLine = Type.Object(
  {
    position: Type.Integer(),
    at: time('When.'),
    by: nullable(somebody),
    verb: Type.String(),
    subject: Type.String(),
    outcome: Type.String(),
    detail: Type.String(),
  },
  { $id: 'AuditLine' },
);

const figures = Type.Object({
  position: Type.Integer(),
  storePosition: Type.Integer(),
  alarmsInMemory: Type.Integer(),
  entriesWaiting: Type.Integer(),
  storeLagChanges: Type.Integer(),
  entriesCommitted: Type.Integer(),
  blocksCommitted: Type.Integer(),
  renewals: Type.Integer(),
  faults: Type.Integer(),
  floods: Type.Record(Type.String(), Type.Integer(), {
    description: 'Sources that flood the desk: 1 repeats are counted, 2 also without their words.',
  }),
  journalDown: Type.String({ description: '"" when the journal takes writes; else why not.' }),
  storeDown: Type.String(),
});

/** Its form was checked by the schema. */
const instantOf = (text: string) => parseInstant(text) ?? (0 as Instant);

/** How the desk does, and who did what. */
export const watchRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'GET',
    path: `${API}/audit`,
    access: ADMIN,
    summary: 'Who did what to what, and how it ended; newest first.',
    querySchema: auditQuery,
    answerSchema: pageOf(auditLine),
    handle: async (asked) => {
      const { limit, cursor, since, until, ...words } = readQuery(auditQuery, asked.query);
      const wanted = {
        ...words,
        ...(since !== undefined && { since: instantOf(since) }),
        ...(until !== undefined && { until: instantOf(until) }),
      };
      const items_max = limit ?? API_LIMITS.page_items_default;
      const page = await parts.desk.store.audit(cursor, items_max, wanted);
      const items = page.items.map((line) => ({
        ...line,
        at: instantText(line.at),
        by: somebodyJson(parts, line.by as UserId),
      }));
      return json(200, { items, next: page.next ?? null, asOf: page.asOf });
    },
  },
  {
    method: 'GET',
    path: `${API}/figures`,
    access: VIEWER,
    summary: 'How well the desk itself is.',
    answerSchema: figures,
    handle: () => {
      const { commitMs: _, committedAt: __, floods, ...rest } = parts.desk.figures();
      return json(200, { ...rest, floods: Object.fromEntries(floods) });
    },
  },
];

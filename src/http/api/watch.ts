import { Type } from 'typebox';
import { instantText } from '../../base/time.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import { json } from '../answer.ts';
import { readQuery } from '../check.ts';
import { roleCovers } from '../door.ts';
import type { Route } from '../route.ts';
import { maybeText, somebodyJson } from './drawn.ts';
import { ADMIN, API, type ApiParts, roleOf, VIEWER } from './parts.ts';
import { API_LIMITS, maybeTime, nullable, pageOf, paging, somebody, time } from './shapes.ts';

const auditQuery = Type.Object(paging, { additionalProperties: false });

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

const sample = Type.Object({ at: time('When.'), why: Type.String(), sample: Type.String() });

const source = Type.Object(
  {
    source: Type.String(),
    events: Type.Integer(),
    refused: Type.Integer(),
    dropped: Type.Record(Type.String(), Type.Integer()),
    counted: Type.Record(Type.String(), Type.Integer()),
    lastEventAt: maybeTime('When it was last heard.'),
    samples: Type.Array(sample, { description: 'The last refused inputs; for operators.' }),
  },
  { $id: 'Source' },
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
  journalDown: Type.String({ description: '"" when the journal takes writes; else why not.' }),
  storeDown: Type.String(),
});

/** How the desk and its sources do, and who did what. */
export const watchRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'GET',
    path: `${API}/audit`,
    access: ADMIN,
    summary: 'Who did what to what, and how it ended; newest first.',
    querySchema: auditQuery,
    answerSchema: pageOf(auditLine),
    handle: async (asked) => {
      const { limit, cursor } = readQuery(auditQuery, asked.query);
      const page = await parts.desk.store.audit(cursor, limit ?? API_LIMITS.page_items_default);
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
    path: `${API}/sources`,
    access: VIEWER,
    summary: 'How each source does: events, what was refused and dropped, when it was last heard.',
    answerSchema: Type.Object({ items: Type.Array(source) }),
    handle: ({ actor }) => {
      const has = roleOf(actor);
      const whole = has !== undefined && roleCovers(has, 'operator');
      const items = parts.figures.all().map((s) => ({
        source: s.source,
        events: s.events,
        refused: s.refused,
        dropped: s.dropped,
        counted: s.counted,
        lastEventAt: maybeText(s.lastEventAt),
        samples: whole ? s.samples.map((one) => ({ ...one, at: instantText(one.at) })) : [],
      }));
      return json(200, { items });
    },
  },
  {
    method: 'GET',
    path: `${API}/figures`,
    access: VIEWER,
    summary: 'How well the desk itself is.',
    answerSchema: figures,
    handle: () => {
      const { commitMs: _, ...rest } = parts.desk.figures();
      return json(200, rest);
    },
  },
];

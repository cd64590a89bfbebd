import { Type } from 'typebox';
import { DeskError } from '../../base/errors.ts';
import { type Instant, instantText } from '../../base/time.ts';
import type { Desk } from '../../desk/desk.ts';
import { describedBy } from '../../desk/views/types.ts';
import type { Alarm } from '../../domain/alarm/alarm.ts';
import type { AlarmId } from '../../domain/alarm/event.ts';
import { json } from '../answer.ts';
import { readQuery } from '../check.ts';
import type { Answer, Asked, Route } from '../route.ts';
import { alarmJson, changeJson, etagOf } from './drawn.ts';
import { API, type ApiParts, VIEWER } from './parts.ts';
import { API_LIMITS, alarm, asOf, change, pageOf, paging, time } from './shapes.ts';
import { typeRecord, typeRecordJson } from './types.ts';

const ALARM = `${API}/alarms/:id`;

export const idOf = (asked: Asked): AlarmId => (asked.params.id ?? '') as AlarmId;

/** As memory has it, else as history knows it. Throws ALARM_NOT_FOUND. */
export async function alarmById(desk: Desk, id: AlarmId): Promise<Alarm> {
  const found = desk.memory.get('alarms', id) ?? (await desk.store.alarm(id))?.alarm;
  if (found === undefined) throw new DeskError('ALARM_NOT_FOUND', { id });
  return found;
}

const timelineQuery = Type.Object(paging, { additionalProperties: false });

export const oneRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'GET',
    path: ALARM,
    access: VIEWER,
    summary: 'One alarm. Its ETag names revision and episode; If-None-Match answers 304.',
    answerSchema: Type.Object({
      alarm,
      described: Type.Union([typeRecord, Type.Null()], {
        description: 'What was decided about alarms of its type.',
      }),
      asOf,
    }),
    handle: (asked) => one(parts, asked),
  },
  {
    method: 'GET',
    path: `${ALARM}/timeline`,
    access: VIEWER,
    summary: 'What happened to an alarm, newest first, with the rule that led to each line.',
    querySchema: timelineQuery,
    answerSchema: pageOf(change),
    handle: (asked) => timeline(parts, asked),
  },
  {
    method: 'GET',
    path: `${ALARM}/evidence`,
    access: VIEWER,
    summary: 'What arrived last for an alarm, as it arrived, with secrets taken out.',
    answerSchema: Type.Object({ at: time('When it arrived.'), raw: Type.String() }),
    handle: async (asked) => {
      const found = await parts.desk.store.evidence(idOf(asked));
      if (found === undefined) throw new DeskError('NOT_FOUND', { what: 'evidence of this alarm' });
      return json(200, { at: instantText(found.at), raw: found.raw });
    },
  },
];

async function one(parts: ApiParts, asked: Asked): Promise<Answer> {
  const found = await alarmById(parts.desk, idOf(asked));
  const etag = etagOf(found);
  const known = (asked.headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim());
  if (known.includes(etag) || known.includes('*')) return { status: 304, headers: { etag } };
  const { memory } = parts.desk;
  const described = typeRecordJson(parts, describedBy(memory, found));
  const body = { alarm: alarmJson(parts, found), described, asOf: memory.position };
  return json(200, body, { etag });
}

async function timeline(parts: ApiParts, asked: Asked): Promise<Answer> {
  const { limit, cursor } = readQuery(timelineQuery, asked.query);
  const page = await linesOf(parts, idOf(asked), cursor, limit ?? API_LIMITS.page_items_default);
  if (page.items.length === 0 && cursor === undefined) await alarmById(parts.desk, idOf(asked));
  const items = page.items.map((line) => changeJson(parts, line));
  return json(200, { items, next: page.next ?? null, asOf: page.asOf });
}

/** History's page; before its first one, what the store has not written yet. */
export async function linesOf(
  { desk, recent }: Pick<ApiParts, 'desk' | 'recent'>,
  id: AlarmId,
  cursor: string | undefined,
  limit: number,
) {
  const page = await desk.store.timeline(id, cursor, limit);
  if (cursor !== undefined) return page;
  const fresh = recent
    .of(id, page.asOf)
    .flatMap(({ position, at, changes }) => linesIn(position, at, changes));
  return { ...page, items: [...fresh, ...page.items], asOf: desk.memory.position };
}

const linesIn = <C extends object>(
  position: number,
  receivedAt: Instant,
  changes: readonly C[],
): (C & { position: number; receivedAt: Instant })[] =>
  [...changes].reverse().map((c) => ({ ...c, position, receivedAt }));

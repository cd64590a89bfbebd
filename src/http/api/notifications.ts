import { type Static, Type } from 'typebox';
import { DeskError } from '../../base/errors.ts';
import { refusalFailure } from '../../base/refusal.ts';
import { instantText } from '../../base/time.ts';
import {
  type OpenDelivery,
  openDeliveries,
  openDelivery,
  receiverRows,
  type WayRow,
} from '../../desk/views/receivers.ts';
import { phraseText } from '../../desk/views/words.ts';
import type { DeliveryId } from '../../domain/routing/notice.ts';
import { json } from '../answer.ts';
import { readQuery } from '../check.ts';
import type { Answer, Asked, Route } from '../route.ts';
import { maybeText } from './drawn.ts';
import { attemptJson, attemptShape, labelsShape, sentence, wayName } from './notice-shapes.ts';
import { onceOf } from './once.ts';
import { API, type ApiParts, byOf, OPERATOR, VIEWER } from './parts.ts';
import { API_LIMITS, asOf, maybeTime, nullable, paging, time, words } from './shapes.ts';

const wayShape = Type.Object({
  way: wayName,
  kind: Type.String({ description: '`webhook`, `email` …' }),
  index: Type.Integer(),
  sendResolved: Type.Boolean(),
  state: words(['shadow', 'never used', 'delivering', 'failing', 'paused']),
  says: sentence,
  sent: Type.Integer({ description: 'Tries that arrived, ever.' }),
  failed: Type.Integer({ description: 'Tries that did not.' }),
  shadowed: Type.Integer({ description: 'Messages that shadow mode kept back, ever.' }),
  lastSentAt: maybeTime('When something last arrived.'),
  failingSince: maybeTime('First failure since something last arrived.'),
  lastError: Type.String({ description: '"" when the last try arrived.' }),
  pausedUntil: maybeTime('Its breaker is open: nothing is sent this way before.'),
  open: Type.Integer({ description: 'Deliveries that have not ended.' }),
});

const deliveryShape = Type.Object({
  id: Type.String(),
  way: wayName,
  reason: Type.String(),
  groupKey: Type.String(),
  alarms: Type.Integer({ description: 'Alarms it speaks of.' }),
  since: time('When it was born.'),
  attempts: Type.Integer({ description: 'Tries that ended.' }),
  dueAt: time('Not before.'),
  late: Type.Boolean({ description: 'It was given to the fallback receiver as well.' }),
  says: sentence,
});

const limitOnly = Type.Object({ limit: paging.limit }, { additionalProperties: false });
const testBody = Type.Object(
  { labels: Type.Optional(labelsShape) },
  { additionalProperties: false },
);

/** Receivers, how their ways do, what is on its way, and a test of all of it. */
export const notificationRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'GET',
    path: `${API}/receivers`,
    access: VIEWER,
    summary: 'Every receiver and how each way of it does.',
    answerSchema: Type.Object({
      items: Type.Array(
        Type.Object({
          name: Type.String(),
          routes: Type.Integer({ description: 'Routes that name it.' }),
          ways: Type.Array(wayShape),
        }),
      ),
      asOf,
    }),
    handle: () => {
      const { memory } = parts.desk;
      const rows = receiverRows(memory, parts.outbox?.());
      const items = rows.map((row) => ({ ...row, ways: row.ways.map(wayJson) }));
      return json(200, { items, asOf: memory.position });
    },
  },
  {
    method: 'POST',
    path: `${API}/receivers/:name/test`,
    access: OPERATOR,
    summary: 'Sends a test notice to every way of a receiver, through the same outbox as all else.',
    bodySchema: testBody,
    answerSchema: Type.Object({
      deliveries: Type.Array(Type.String(), { description: 'Ask for each how it went.' }),
      position: Type.Integer(),
      repeated: Type.Boolean(),
    }),
    handle: (asked) => test(parts, asked),
  },
  {
    method: 'GET',
    path: `${API}/deliveries`,
    access: VIEWER,
    summary: 'What is to be sent and has not arrived, the oldest first.',
    querySchema: limitOnly,
    answerSchema: Type.Object({ items: Type.Array(deliveryShape), total: Type.Integer(), asOf }),
    handle: (asked) => {
      const { limit } = readQuery(limitOnly, asked.query);
      const size = limit ?? API_LIMITS.page_items_default;
      const found = openDeliveries(parts.desk.memory, parts.outbox?.(), size);
      const items = found.deliveries.map(deliveryJson);
      return json(200, { items, total: found.total, asOf: parts.desk.memory.position });
    },
  },
  {
    method: 'GET',
    path: `${API}/deliveries/:id`,
    access: VIEWER,
    summary: 'One delivery: what is left to do, and each try.',
    answerSchema: Type.Object({
      id: Type.String(),
      open: nullable(deliveryShape),
      attempts: Type.Array(attemptShape, { description: 'Newest first.' }),
      asOf,
    }),
    handle: (asked) => one(parts, asked),
  },
];

async function test({ desk }: ApiParts, asked: Asked): Promise<Answer> {
  const receiver = asked.params.name ?? '';
  if (!desk.memory.routing.receiver(receiver)) {
    throw new DeskError('NOT_FOUND', { what: `receiver "${receiver}"` });
  }
  const { labels = {} } = asked.json as Static<typeof testBody>;
  const by = byOf(asked.actor);
  const done = await desk.act(by, { verb: 'notify.test', receiver, labels }, onceOf(by, asked));
  if (done.refused !== undefined) throw refusalFailure(done.refused);
  const deliveries = done.made === undefined ? [] : done.made.split(',');
  return json(200, { deliveries, position: done.position, repeated: done.repeated });
}

async function one({ desk, outbox }: ApiParts, asked: Asked): Promise<Answer> {
  const id = (asked.params.id ?? '') as DeliveryId;
  const search = { delivery: id, cursor: undefined, limit: API_LIMITS.page_items_default };
  const { items, asOf: position } = await desk.store.attempts(search);
  const row = desk.memory.get('deliveries', id);
  // What ended just now may not be in the history yet: that is no reason to deny it.
  const isWritten = position >= desk.memory.position;
  if (!row && items.length === 0 && isWritten)
    throw new DeskError('NOT_FOUND', { what: 'such delivery' });
  const open = row ? deliveryJson(openDelivery(row, outbox?.())) : null;
  return json(200, { id, open, attempts: items.map(attemptJson), asOf: position });
}

const wayJson = (way: WayRow) => ({
  ...way,
  says: phraseText(way.says),
  lastSentAt: maybeText(way.lastSentAt),
  failingSince: maybeText(way.failingSince),
  pausedUntil: maybeText(way.pausedUntil),
});

const deliveryJson = (delivery: OpenDelivery) => ({
  ...delivery,
  says: phraseText(delivery.says),
  since: instantText(delivery.since),
  dueAt: instantText(delivery.dueAt),
});

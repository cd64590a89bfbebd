import { Type } from 'typebox';
import type { Reading } from '../../desk/views/filter.ts';
import { readQuery } from '../check.ts';
import type { Answer, Asked, Route } from '../route.ts';
import { alarmJson, changeJson } from './drawn.ts';
import { type Feed, openFeed } from './feed.ts';
import { readChangeFilters } from './filters.ts';
import { filterParameter } from './list.ts';
import { API, type ApiParts, VIEWER } from './parts.ts';
import type { RecentChange } from './recent.ts';
import { API_LIMITS } from './shapes.ts';

const eventsQuery = Type.Object(
  {
    filter: filterParameter,
    lastEventId: Type.Optional(
      Type.String({
        maxLength: API_LIMITS.cursor_chars_max,
        description: 'As the header Last-Event-ID, for clients that cannot set one.',
      }),
    ),
  },
  { additionalProperties: false },
);

/** The feed behind GET /api/v1/events; close it before the server. */
export const deskFeed = (parts: ApiParts): Feed =>
  openFeed({
    recent: parts.recent,
    clock: parts.clock,
    position: () => parts.desk.memory.position,
    drawn: (change) => messageOf(parts, change),
  });

/** JSON has no raw line breaks, so one `data:` line is enough. */
function messageOf(parts: ApiParts, change: RecentChange): string {
  const { position, index, alarm, at, changes } = change;
  const id = `id: ${position}.${index}\n`;
  if (alarm === undefined)
    return `event: forgotten\n${id}data: ${JSON.stringify({ id: change.id, position })}\n\n`;
  const lines = changes.map((c) => changeJson(parts, { ...c, position, receivedAt: at }));
  const data = { position, alarm: alarmJson(parts, alarm), changes: lines };
  return `event: alarm\n${id}data: ${JSON.stringify(data)}\n\n`;
}

export const eventsRoute = (feed: Feed, reading: Reading): Route => ({
  method: 'GET',
  path: `${API}/events`,
  access: VIEWER,
  summary:
    'The event stream (SSE): `alarm` for each changed alarm, `forgotten` when one leaves memory, ' +
    '`position` at the start, `gap` when Last-Event-ID is too long ago: then load the list again.',
  querySchema: eventsQuery,
  handle: (asked) => follow(feed, reading, asked),
});

function follow(feed: Feed, reading: Reading, asked: Asked): Answer {
  const query = readQuery(eventsQuery, asked.query);
  const matchers = readChangeFilters(query.filter ?? [], reading);
  const header = asked.headers['last-event-id'];
  const last = typeof header === 'string' ? header : query.lastEventId;
  const { response } = asked.raw;
  // The first write sends the headers: a refusal to join is still an ordinary answer.
  response.statusCode = 200;
  response.setHeader('content-type', 'text/event-stream');
  response.setHeader('x-accel-buffering', 'no');
  const leave = feed.join(
    {
      write: (text) => void response.write(text),
      waiting: () => response.writableLength,
      end: () => void response.destroy(),
    },
    matchers,
    last,
  );
  response.write('retry: 2000\n\n');
  response.once('close', leave);
  return { status: 200, taken: true };
}

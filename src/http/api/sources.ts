import { Type } from 'typebox';
import { DeskError } from '../../base/errors.ts';
import { type Instant, instantText } from '../../base/time.ts';
import { devicesByTrouble, sourceHealth, type TalkerView } from '../../desk/health/view.ts';
import type { SourceState } from '../../desk/source-figures.ts';
import { json } from '../answer.ts';
import { readQuery } from '../check.ts';
import { roleCovers } from '../door.ts';
import type { Route } from '../route.ts';
import { maybeText } from './drawn.ts';
import { API, type ApiParts, roleOf, VIEWER } from './parts.ts';
import { API_LIMITS, maybeTime, nullable, time, words } from './shapes.ts';

const sample = Type.Object({
  at: time('When.'),
  why: Type.String(),
  from: Type.String({ description: "The sender's address; '' when unknown." }),
  sample: Type.String(),
});

/** What a source and a device have in common. */
const talk = {
  lastEventAt: maybeTime('When it was last heard.'),
  rates: Type.Object(
    { minute: Type.Integer(), tenMinutes: Type.Integer(), hour: Type.Integer() },
    { description: 'Reports in the last minute, ten minutes, hour.' },
  ),
  silentSince: maybeTime('Since when it is called silent; null when it is not.'),
  silentAfter: nullable(
    Type.Object(
      { seconds: Type.Integer(), by: words(['set', 'learned'] as const) },
      { description: 'Silent for longer is an alarm; null when nobody would miss it.' },
    ),
  ),
};

const source = Type.Object(
  {
    source: Type.String(),
    events: Type.Integer(),
    refused: Type.Integer(),
    dropped: Type.Record(Type.String(), Type.Integer()),
    counted: Type.Record(Type.String(), Type.Integer()),
    ...talk,
    devices: Type.Object({
      known: Type.Integer(),
      silent: Type.Integer(),
      letGo: Type.Integer({ description: 'Forgotten to make room for others.' }),
    }),
    samples: Type.Array(sample, { description: 'The last refused inputs; for operators.' }),
  },
  { $id: 'Source' },
);

const device = Type.Object(
  {
    source: Type.String(),
    device: Type.String(),
    events: Type.Integer({ description: 'Reports since it is followed.' }),
    refused: Type.Integer({ description: 'Inputs from its address that could not be used.' }),
    followedSince: time('Since when it is followed.'),
    ...talk,
  },
  { $id: 'Device' },
);

const devicesQuery = Type.Object(
  {
    q: Type.Optional(
      Type.String({ maxLength: API_LIMITS.words_chars_max, description: 'Part of a name.' }),
    ),
    silent: Type.Optional(Type.Boolean({ description: 'Only those that are silent.' })),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: API_LIMITS.page_items_max,
        description: `Default: ${API_LIMITS.page_items_default}.`,
      }),
    ),
  },
  { additionalProperties: false },
);

/** How each source does, and each device of one. */
export const sourceRoutesOf = (parts: ApiParts): Route[] => [
  {
    method: 'GET',
    path: `${API}/sources`,
    access: VIEWER,
    summary:
      'How each source does: events, rates, what was refused and dropped, when it was last ' +
      'heard, whether it is silent for too long.',
    answerSchema: Type.Object({ items: Type.Array(source) }),
    handle: ({ actor }) => {
      const has = roleOf(actor);
      const whole = has !== undefined && roleCovers(has, 'operator');
      const now = parts.clock.now();
      return json(200, { items: parts.figures.all().map((s) => sourceJson(parts, s, whole, now)) });
    },
  },
  {
    method: 'GET',
    path: `${API}/sources/:name/devices`,
    access: VIEWER,
    summary: 'The devices heard through a source, most trouble first: silent, refused, loud.',
    querySchema: devicesQuery,
    answerSchema: Type.Object({
      items: Type.Array(device),
      total: Type.Integer({ description: 'All that were asked for; `items` are the first.' }),
    }),
    handle: ({ params, query }) => {
      const { hearing } = parts.figures;
      const { q = '', silent = false, limit } = readQuery(devicesQuery, query);
      const name = params.name ?? '';
      if (!parts.figures.get(name)) throw new DeskError('NOT_FOUND', { what: 'such source' });
      const most = limit ?? API_LIMITS.page_items_default;
      const asked = { source: name, words: q, isSilent: silent, most };
      const { devices, total } = devicesByTrouble(hearing, asked, parts.clock.now());
      const items = devices.map((d) => ({
        source: d.source,
        device: d.device,
        events: d.events,
        refused: d.refused,
        followedSince: instantText(d.firstAt),
        ...talkJson(d),
      }));
      return json(200, { items, total });
    },
  },
];

function sourceJson(parts: ApiParts, s: SourceState, whole: boolean, now: Instant) {
  const health = sourceHealth(parts.figures.hearing, s.source, now);
  return {
    source: s.source,
    events: s.events,
    refused: s.refused,
    dropped: s.dropped,
    counted: s.counted,
    ...(health ? talkJson(health.total) : SILENT_SO_FAR),
    lastEventAt: maybeText(s.lastEventAt ?? health?.total.lastAt),
    devices: health?.devices ?? { known: 0, silent: 0, letGo: 0 },
    samples: whole ? s.samples.map((one) => ({ ...one, at: instantText(one.at) })) : [],
  };
}

/** Of a source that was named and never heard. */
const SILENT_SO_FAR = {
  rates: { minute: 0, tenMinutes: 0, hour: 0 },
  silentSince: null,
  silentAfter: null,
};

const talkJson = ({ lastAt, rates, silentSince, limit }: TalkerView) => ({
  lastEventAt: maybeText(lastAt),
  rates,
  silentSince: maybeText(silentSince),
  silentAfter: limit ? { seconds: Math.round(limit.after / 1_000), by: limit.by } : null,
});

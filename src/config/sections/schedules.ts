import { type Static, Type } from 'typebox';
import { daysIn } from '../../base/calendar.ts';
import { meant } from '../../base/near.ts';
import { hours, millis } from '../../base/time.ts';
import { zoneExists } from '../../base/zones.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import { wallOf } from '../../domain/rota/handoffs.ts';
import {
  type DutyWindow,
  type Every,
  type HandoverNotices,
  type Layer,
  ROTA_LIMITS,
  type Schedule,
  type WallTime,
} from '../../domain/rota/schedule.ts';
import { prometheusDuration } from '../duration.ts';
import type { Reader } from '../reader.ts';
import { nameOf, type PersonOf, peopleIn, twins } from './teams.ts';

const strict = { additionalProperties: false } as const;
const opt = Type.Optional;
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const UNITS = ['hour', 'day', 'week', 'month'] as const;

const window = Type.Object(
  {
    days: opt(
      Type.Array(Type.String(), {
        minItems: 1,
        description: 'Days on which it begins, names or ranges of them; every day when absent.',
        examples: [['monday:friday']],
      }),
    ),
    from: Type.String({ description: 'HH:MM, or a day before it: `friday 20:00`.' }),
    to: Type.String({
      description: 'HH:MM, not included. Not after `from`: on the next day. Or `monday 08:00`.',
    }),
  },
  { ...strict, title: 'a window' },
);

const layer = Type.Object(
  {
    name: nameOf('Shown beside its shifts.'),
    people: Type.Array(
      Type.Union([
        nameOf('A user.'),
        Type.Array(nameOf('A user.'), {
          minItems: 1,
          maxItems: ROTA_LIMITS.people_per_turn_max,
          description: 'Users who are on call together.',
        }),
      ]),
      {
        minItems: 1,
        maxItems: ROTA_LIMITS.turns_max,
        description: 'Whose turn it is, in order: users by login or id; a list is one turn.',
        examples: [['ada', ['bob', 'cyd']]],
      },
    ),
    every: Type.String({
      description: 'How long a turn is: `1 week`, `12 hours`, `2 days`, `1 month`.',
    }),
    start: Type.String({ description: 'When the first turn begins: `2026-01-05 09:00`.' }),
    until: opt(Type.String({ description: 'From when on nobody is on call here.' })),
    windows: opt(
      Type.Array(window, {
        maxItems: ROTA_LIMITS.windows_max,
        description: 'When this layer is on call; always when absent.',
      }),
    ),
    restricted_days: opt(
      Type.Enum(['skip', 'count'], {
        default: 'skip',
        description: 'Does a turn in which no window is use up somebody’s turn?',
      }),
    ),
    priority: opt(
      Type.Integer({
        minimum: 0,
        maximum: ROTA_LIMITS.priority_max,
        default: 0,
        description: 'The highest with somebody on call wins; of equal ones all are.',
      }),
    ),
  },
  { ...strict, title: 'a layer' },
);

const noticesShape = Type.Object(
  {
    at_handover: opt(
      Type.Boolean({
        default: true,
        description: 'Whoever comes and whoever goes, at the change.',
      }),
    ),
    before: opt(
      Type.String({
        format: 'duration',
        default: '0s',
        description: 'Whoever comes, so long before; 0s: not before.',
        examples: ['1h'],
      }),
    ),
  },
  { ...strict, title: 'notices', description: 'Whom hand-overs are told to, once each.' },
);

const schedule = Type.Object(
  {
    name: nameOf('Escalation policies name it so.'),
    time_zone: opt(
      Type.String({ default: 'UTC', description: 'IANA zone, such as Europe/London.' }),
    ),
    layers: opt(
      Type.Array(layer, {
        maxItems: ROTA_LIMITS.layers_max,
        description: 'Rotations, laid over each other by priority.',
      }),
    ),
    notices: opt(noticesShape),
  },
  { ...strict, title: 'a schedule' },
);
export type ScheduleSettings = Static<typeof schedule>;
type LayerSettings = Static<typeof layer>;
type WindowSettings = Static<typeof window>;

/** The section `schedules`. */
export const SCHEDULES = Type.Optional(
  Type.Array(schedule, {
    maxItems: ROTA_LIMITS.schedules_max,
    description: 'Who is on call when (Tocsin’s own).',
    ours: true,
  }),
);

export function readSchedules(
  reader: Reader,
  schedules: readonly ScheduleSettings[],
  personOf: PersonOf,
): readonly Schedule[] {
  twins(reader, schedules, 'schedules');
  return schedules.map((schedule) => {
    const { name = '', time_zone: zone = 'UTC', layers = [] } = schedule;
    if (!zoneExists(zone))
      reader.say(schedule, ['time_zone'], `time_zone: there is no time zone "${zone}"`);
    twins(reader, layers, 'layers');
    const read = { name, zone, layers: layers.map((layer) => layerOf(reader, layer, personOf)) };
    const { notices } = schedule;
    return notices === undefined ? read : { ...read, notices: noticesOf(reader, notices) };
  });
}

function noticesOf(reader: Reader, notices: Static<typeof noticesShape>): HandoverNotices {
  const { at_handover: atHandover = true, before: text = '0s' } = notices;
  const before = prometheusDuration(text) ?? 0;
  const most = ROTA_LIMITS.notice_before_hours_max;
  if (before > hours(most)) reader.say(notices, ['before'], `before: at most ${most}h expected`);
  return { atHandover, before: millis(before) };
}

function layerOf(reader: Reader, layer: LayerSettings, personOf: PersonOf): Layer {
  const start = wallTimeOf(reader, layer, 'start');
  const until = layer.until === undefined ? undefined : wallTimeOf(reader, layer, 'until');
  if (start && until && wallOf(until) <= wallOf(start))
    reader.say(layer, ['until'], `until: "${layer.until}" is not after the start`);
  return {
    name: layer.name ?? '',
    priority: layer.priority ?? 0,
    turns: (layer.people ?? []).map((turn, i) => turnOf(reader, layer, turn, i, personOf)),
    every: everyOf(reader, layer),
    start: start ?? NEVER,
    ...(until ? { until } : {}),
    windows: (layer.windows ?? []).flatMap((window) => windowsOf(reader, window)),
    restrictedDaysCount: layer.restricted_days === 'count',
  };
}

/** Stands where there is a fault. */
const NEVER: WallTime = { year: 9999, month: 1, day: 1, minute: 0 };

function turnOf(
  reader: Reader,
  layer: LayerSettings,
  turn: string | readonly string[],
  i: number,
  personOf: PersonOf,
): readonly UserId[] {
  if (typeof turn !== 'string') return peopleIn(reader, layer, ['people', i], turn, personOf);
  const person = personOf(turn);
  if (person !== undefined) return [person];
  reader.say(layer, ['people', i], `there is no user "${turn}" on this desk`);
  return [];
}

const EVERY = /^(\d{1,6})\s*([a-z]+?)s?$/;

function everyOf(reader: Reader, layer: LayerSettings): Every {
  const { every = '1 week' } = layer;
  const [, digits, word = ''] = EVERY.exec(every.trim().toLowerCase()) ?? [];
  const unit = UNITS.find((one) => one === word);
  const count = Number(digits);
  if (unit !== undefined && count >= 1 && count <= ROTA_LIMITS.every_max) return { count, unit };
  const near = digits === undefined || unit !== undefined ? '' : meant(word, UNITS);
  const most = ROTA_LIMITS.every_max;
  const expected = `1 to ${most} hours, days, weeks or months, such as 1 week`;
  reader.say(layer, ['every'], `every: "${every}" is not ${expected}${near}`);
  return { count: 1, unit: 'week' };
}

const WALL = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d:\d\d)$/;
const CLOCK = /^([01]\d|2[0-3]):([0-5]\d)$/;

const minuteOf = (text: string): number | undefined => {
  const [, h, m] = CLOCK.exec(text) ?? [];
  return h === undefined ? undefined : Number(h) * 60 + Number(m);
};

function wallTimeOf(
  reader: Reader,
  layer: LayerSettings,
  field: 'start' | 'until',
): WallTime | undefined {
  const text = layer[field];
  if (text === undefined) return undefined; // there is a fault already
  const [, y, mo, d, clock = ''] = WALL.exec(text.trim()) ?? [];
  const [year, month, day, minute] = [Number(y), Number(mo), Number(d), minuteOf(clock)];
  const isDate =
    year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
  if (isDate && minute !== undefined) return { year, month, day, minute };
  const expected = 'a date and time on the wall, such as 2026-01-05 09:00';
  reader.say(layer, [field], `${field}: "${text}" is not ${expected}`);
  return undefined;
}

/** `17:00` or `friday 17:00`. */
interface Edge {
  readonly day: number | undefined;
  readonly minute: number;
}

function windowsOf(reader: Reader, window: WindowSettings): readonly DutyWindow[] {
  const [from, to] = [edgeOf(reader, window, 'from'), edgeOf(reader, window, 'to')];
  const weekdays = daysOf(reader, window);
  if (from === undefined || to === undefined || weekdays === undefined) return [];
  const isNamed = from.day !== undefined;
  if (isNamed !== (to.day !== undefined) || (isNamed && window.days !== undefined)) {
    const why = 'name a day in both `from` and `to`, or in neither: then `days` says which';
    reader.say(window, ['from'], `from: ${why}`);
    return [];
  }
  if (from.day === undefined || to.day === undefined)
    return [{ weekdays, from: from.minute, to: to.minute }];
  // To the same minute of the same day is a whole week.
  const days = (to.day - from.day + 7) % 7 || (to.minute > from.minute ? 0 : 7);
  return [{ weekdays: [from.day], from: from.minute, to: days * 1_440 + to.minute }];
}

function edgeOf(reader: Reader, window: WindowSettings, field: 'from' | 'to'): Edge | undefined {
  const text = window[field];
  if (text === undefined) return undefined; // there is a fault already
  const words = text.trim().toLowerCase().split(/\s+/);
  const clock = words.pop() ?? '';
  // The end of the day is the next one's beginning.
  const minute = field === 'to' && clock === '24:00' ? 0 : minuteOf(clock);
  const [name] = words;
  const day = name === undefined ? undefined : WEEKDAYS.indexOf(name);
  if (minute !== undefined && words.length <= 1 && day !== -1) {
    const isNextDay = clock === '24:00' && day !== undefined;
    return { day: isNextDay ? (day + 1) % 7 : day, minute };
  }
  const near = name === undefined ? '' : meant(name, WEEKDAYS);
  reader.say(window, [field], `${field}: "${text}" is not HH:MM, or friday 20:00${near}`);
  return undefined;
}

function daysOf(reader: Reader, window: WindowSettings): readonly number[] | undefined {
  if (window.days === undefined) return WEEKDAYS.map((_, day) => day);
  const found = new Set<number>();
  for (const [i, text] of window.days.entries()) {
    const parts = text.toLowerCase().split(':');
    const [from = -1, to = from] = parts.map((name) => WEEKDAYS.indexOf(name.trim()));
    if (from < 0 || to < 0 || parts.length > 2) {
      const wrong = parts.find((name) => !WEEKDAYS.includes(name.trim())) ?? text;
      const near = meant(wrong.trim(), WEEKDAYS);
      reader.say(window, ['days', i], `days: "${text}" is no day such as monday${near}`);
      return undefined;
    }
    // `saturday:monday` goes on over the end of the week.
    for (let day = from; ; day = (day + 1) % 7) {
      found.add(day);
      if (day === to) break;
    }
  }
  return [...found].sort();
}

import { type Static, Type } from 'typebox';
import { CALENDAR_OUTCOMES } from '../../desk/calendar-import.ts';
import { MAINTENANCE_STATES } from '../../desk/views/maintenances.ts';
import { CALENDAR_LIMITS } from '../../domain/rules/ical-lines.ts';
import { MAINTENANCE_LIMITS } from '../../domain/rules/maintenance.ts';
import { RECURRENCE_LIMITS } from '../../domain/rules/recurrence.ts';
import { matchersField } from './alarm-rules-shapes.ts';
import { alarm, asOf, nullable, paging, somebody, time, words } from './shapes.ts';

/** Shapes of planned work. */

const windowShape = Type.Object({ from: time('It begins.'), to: time('It is over.') });

const recursFields = {
  every: Type.String({
    maxLength: 256,
    description: '`day`, `2 weeks on MO,TH`, `month on 2TU`, `month on -1FR`, `month on 15,-1`.',
  }),
  from: Type.String({
    description: 'The first time, by the clock on the wall: `2026-03-01T22:00`.',
  }),
  minutes: Type.Integer({ description: 'How long it takes, in nights when clocks change too.' }),
};
const ZONE = 'Whose clock: `Europe/Vienna`.';
const UNTIL = 'The last day, or the last moment at which it begins, by the clock on the wall.';
const TIMES = 'How often in all.';
const EXCEPT = 'Beginnings that are left out, by the clock on the wall.';

const recursBody = Type.Object(
  {
    ...recursFields,
    zone: Type.Optional(Type.String({ maxLength: 64, default: 'UTC', description: ZONE })),
    until: Type.Optional(Type.String({ description: UNTIL })),
    times: Type.Optional(
      Type.Integer({ minimum: 1, maximum: RECURRENCE_LIMITS.count_max, description: TIMES }),
    ),
    except: Type.Optional(
      Type.Array(Type.String(), {
        maxItems: RECURRENCE_LIMITS.except_max,
        description: EXCEPT,
      }),
    ),
  },
  { additionalProperties: false },
);

const recursShape = Type.Object({
  ...recursFields,
  zone: Type.String({ description: ZONE }),
  until: nullable(Type.String({ description: UNTIL })),
  times: nullable(Type.Integer({ description: TIMES })),
  except: Type.Array(Type.String(), { description: EXCEPT }),
});

export const maintenanceShape = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    state: words(MAINTENANCE_STATES),
    matchers: Type.Array(Type.String()),
    things: Type.Array(Type.String(), {
      description: 'Ids of the inventory, each with its parts.',
    }),
    window: nullable(windowShape),
    recurs: nullable(recursShape),
    windowsLeft: Type.Integer({ description: 'Windows that are not over yet.' }),
    reason: Type.String(),
    owner: Type.String(),
    by: somebody,
    madeAt: time('When it was planned first.'),
    changedAt: time('Its last change.'),
    hides: Type.Integer({ description: 'Raised alarms that it hides now.' }),
    overran: nullable(
      Type.Object({
        since: time('When the work was to be over.'),
        alarms: Type.Integer({ description: 'Still raised, and begun in the work.' }),
      }),
    ),
  },
  { $id: 'Maintenance' },
);

export const wholeShape = Type.Object({
  ...maintenanceShape.properties,
  windows: Type.Array(windowShape),
});

export const listQuery = Type.Object(
  {
    state: Type.Optional(
      Type.Array(words([...MAINTENANCE_STATES]), { description: 'Default: running and planned.' }),
    ),
    ...paging,
  },
  { additionalProperties: false },
);

const windowBody = Type.Object(
  { from: time('It begins.'), to: time('It is over.') },
  { additionalProperties: false },
);

export const setBody = Type.Object(
  {
    id: Type.Optional(Type.String({ description: 'The one to change; absent: a new one.' })),
    name: Type.String({ maxLength: MAINTENANCE_LIMITS.name_chars_max }),
    matchers: Type.Optional(matchersField(MAINTENANCE_LIMITS.matchers_max)),
    things: Type.Optional(
      Type.Array(Type.String({ maxLength: 256 }), {
        maxItems: MAINTENANCE_LIMITS.things_max,
        description: 'Ids of the inventory, each with its parts; with matchers, both must fit.',
      }),
    ),
    windows: Type.Optional(
      Type.Array(windowBody, {
        minItems: 1,
        maxItems: MAINTENANCE_LIMITS.windows_max,
        description: 'In order, none over the next. Either these or `recurs`.',
      }),
    ),
    recurs: Type.Optional(recursBody),
    reason: Type.String({ maxLength: MAINTENANCE_LIMITS.reason_chars_max }),
    owner: Type.Optional(Type.String({ maxLength: MAINTENANCE_LIMITS.owner_chars_max })),
  },
  { additionalProperties: false },
);

export const tryBody = Type.Object(
  {
    matchers: Type.Optional(matchersField(MAINTENANCE_LIMITS.matchers_max)),
    recurs: Type.Optional(recursBody),
  },
  { additionalProperties: false },
);

export const alarmsShape = Type.Object({
  hidden: Type.Array(alarm, { description: 'Hidden by it now.' }),
  overran: Type.Array(alarm, { description: 'Begun in its last window and still raised.' }),
  asOf,
});

export const tryShape = Type.Object({
  hides: Type.Integer({ description: 'Raised alarms that they fit now.' }),
  examples: Type.Array(
    Type.Object({
      id: Type.String(),
      resource: Type.String(),
      type: Type.String(),
      text: Type.String(),
    }),
  ),
  windows: Type.Array(windowShape, { description: 'The next ones of `recurs`.' }),
});

export const importBody = Type.Object(
  {
    text: Type.String({
      maxLength: CALENDAR_LIMITS.chars_max,
      description: 'A calendar (RFC 5545), with X-MAINTNOTE-… of maintenance notices where given.',
    }),
    matchers: Type.Optional(matchersField(MAINTENANCE_LIMITS.matchers_max)),
    things: Type.Optional(
      Type.Array(Type.String({ maxLength: 256 }), {
        maxItems: MAINTENANCE_LIMITS.things_max,
        description:
          'What its events touch. Without matchers and things: the circuits each event names ' +
          '(X-MAINTNOTE-OBJECT-ID), as the inventory knows them.',
      }),
    ),
    owner: Type.Optional(Type.String({ maxLength: MAINTENANCE_LIMITS.owner_chars_max })),
    zone: Type.Optional(
      Type.String({
        maxLength: 64,
        default: 'UTC',
        description: 'Whose clock times without a zone are of.',
      }),
    ),
    dryRun: Type.Optional(Type.Boolean({ description: 'Only say what would come of it.' })),
  },
  { additionalProperties: false },
);

export const importedShape = Type.Object({
  events: Type.Array(
    Type.Object({
      line: Type.Integer({
        description: 'Where in the text it, or what is wrong with it, stands.',
      }),
      uid: Type.String(),
      name: Type.String(),
      outcome: words(CALENDAR_OUTCOMES),
      why: Type.String({ description: 'Why it was not taken, or what to know of it.' }),
      id: nullable(Type.String({ description: 'The piece of work.' })),
      window: nullable(windowShape),
    }),
  ),
  counts: Type.Record(Type.String(), Type.Integer(), {
    description: 'How many events came to which outcome.',
  }),
  fault: nullable(
    Type.Object(
      { line: Type.Integer(), why: Type.String() },
      { description: 'From where on nothing could be read, and why.' },
    ),
  ),
  dryRun: Type.Boolean(),
});

export type RecursBody = Static<typeof recursBody>;

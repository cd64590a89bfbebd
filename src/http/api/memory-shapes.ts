import { type TSchema, Type } from 'typebox';
import { INCIDENT_LIMITS } from '../../domain/incident/incident.ts';
import { ACTION_LIMITS, STEPS } from '../../domain/memory/action.ts';
import { CAUTION_LIMITS } from '../../domain/memory/caution.ts';
import { DECISION_KINDS, DECISION_LIMITS } from '../../domain/memory/decision.ts';
import { RUNGS } from '../../domain/memory/recall.ts';
import { asOf, maybeTime, nullable, severity, somebody, time, words } from './shapes.ts';

const strict = { additionalProperties: false } as const;

/** A field that is '' when it is not given. */
const text = (maxLength: number, description?: string) =>
  Type.Optional(
    Type.String({ maxLength, default: '', ...(description === undefined ? {} : { description }) }),
  );
const needed = (maxLength: number, description?: string) =>
  Type.String({ maxLength, ...(description === undefined ? {} : { description }) });
const id = Type.String({ maxLength: 64 });
const strings = (maxItems: number, maxLength: number) =>
  Type.Array(Type.String({ maxLength }), { maxItems });

const about = Type.Object(
  {
    alarm: Type.String(),
    resource: Type.String(),
    type: Type.String(),
    class: Type.String({ description: 'What makes resources alike, `role=core`; "" if unknown.' }),
    object: Type.Optional(Type.String({ description: 'The thing itself: `serial=…`.' })),
    severity,
    text: Type.String(),
  },
  { description: 'The alarm, as it was then.' },
);

export const decisionShape = Type.Object(
  {
    id: Type.String(),
    about,
    incident: nullable(Type.String()),
    situation: Type.String(),
    options: Type.Array(Type.String()),
    kind: words(DECISION_KINDS),
    what: Type.String(),
    reason: Type.String(),
    by: nullable(somebody),
    at: time('When it was decided.'),
    reviewAt: time('When somebody should look whether it still holds good.'),
    outcome: Type.Object({
      is: words(['open', 'came back', 'held', 'stood', 'superseded', 'lifted']),
      at: maybeTime('When that was known.'),
      afterMs: nullable(Type.Integer({ description: 'came back: so long after the decision.' })),
      says: Type.String(),
    }),
    made: nullable(
      Type.Object(
        {
          is: words(['shelf', 'silence']),
          silence: nullable(Type.String({ description: 'Its id.' })),
          until: time('When it ends.'),
        },
        { description: 'What the desk did at once because of it.' },
      ),
    ),
    recurrences: Type.Integer({ description: 'Raises of the alarm since.' }),
    raisedAt: time('Its last raise.'),
    supersededBy: nullable(Type.String()),
  },
  { $id: 'Decision' },
);

export const actionShape = Type.Object(
  {
    id: Type.String(),
    title: Type.String(),
    detail: Type.String(),
    owner: nullable(somebody),
    dueAt: maybeTime('When it should be done.'),
    overdue: Type.Boolean(),
    about: nullable(about),
    decision: nullable(Type.String()),
    incident: nullable(Type.String()),
    step: words(STEPS),
    by: nullable(somebody),
    at: time('When it was opened.'),
    recurrences: Type.Integer({ description: 'Raises of its alarms since.' }),
    raisedAt: maybeTime('The last of them.'),
    ended: nullable(
      Type.Object({
        how: words(['done', 'dropped']),
        at: time('When.'),
        by: nullable(somebody),
        reason: Type.String(),
      }),
    ),
    says: Type.String({
      description: 'For how long it is open, and how often its alarm came back.',
    }),
  },
  { $id: 'Action' },
);

export const cautionShape = Type.Object(
  {
    id: Type.String(),
    resource: Type.String(),
    text: Type.String(),
    reason: Type.String(),
    owner: Type.String(),
    by: nullable(somebody),
    at: time('When it was put up.'),
    reviewAt: time('When somebody should look whether it still counts.'),
    pastReview: Type.Boolean(),
  },
  { $id: 'Caution' },
);

export const incidentShape = Type.Object(
  {
    id: Type.String(),
    title: Type.String(),
    lead: nullable(somebody),
    state: words(['open', 'closed', 'merged']),
    stateAt: maybeTime('When it was closed or merged.'),
    summary: Type.String(),
    into: nullable(Type.String({ description: 'The incident it is part of now.' })),
    openedAt: time('When it was opened.'),
    by: nullable(somebody),
    severity: nullable(severity),
    worst: severity,
    alarms: Type.Integer(),
    raised: Type.Integer({ description: 'Of its alarms, now.' }),
    rule: nullable(
      Type.Object(
        {
          name: Type.String(),
          values: Type.Record(Type.String(), Type.String()),
          beyond: Type.Integer({ description: 'Raises of its group since it was full.' }),
        },
        { description: 'The rule of the configuration that opened it.' },
      ),
    ),
  },
  { $id: 'Incident' },
);

const timelineLine = Type.Object({
  at: time('When.'),
  what: Type.String(),
  by: Type.String(),
  text: Type.String(),
  alarm: nullable(Type.Object({ id: Type.String(), resource: Type.String(), type: Type.String() })),
});

export const wholeIncident = Type.Object({
  ...incidentShape.properties,
  members: Type.Array(
    Type.Object({
      alarm: Type.String(),
      resource: Type.String(),
      type: Type.String(),
      joinedAt: time('When it joined.'),
      raised: Type.Boolean(),
      why: nullable(Type.String({ description: 'Why a rule let it in.' })),
    }),
  ),
  timeline: Type.Array(timelineLine, {
    description: 'People’s doings and its alarms’, newest first.',
  }),
  actions: Type.Array(actionShape),
  decisions: Type.Array(decisionShape, { description: 'The last on each of its alarms.' }),
  asOf,
});

export const recallShape = Type.Object({
  seen: Type.Integer({ description: 'Episodes of this alarm, as far as the desk knows.' }),
  lastAt: maybeTime('The raise before the one that stands.'),
  answers: Type.Array(
    Type.Object({
      rung: words(RUNGS),
      decision: decisionShape,
      stale: Type.Array(Type.String()),
    }),
    {
      description:
        'This very alarm first, the newest on top; then its like: what held, the nearer rung, ' +
        'the newest.',
    },
  ),
  incident: nullable(incidentShape),
  actions: Type.Array(actionShape),
  cautions: Type.Array(cautionShape),
  asOf,
});

export const decideBody = Type.Object(
  {
    alarm: id,
    incident: Type.Optional(id),
    kind: words(DECISION_KINDS),
    what: text(DECISION_LIMITS.what_chars_max, 'What exactly; "" when the kind says it.'),
    reason: needed(DECISION_LIMITS.reason_chars_max),
    situation: text(DECISION_LIMITS.situation_chars_max, 'Default: what the alarm says.'),
    options: Type.Optional(strings(DECISION_LIMITS.options_max, DECISION_LIMITS.option_chars_max)),
    reviewAt: Type.Optional(time('Default: in 30 days.')),
    does: Type.Optional(
      Type.Boolean({
        description:
          'shelve: shelves the alarm at once, until the review, 30 days at most; suppress until: ' +
          'silences it until the review.',
      }),
    ),
  },
  strict,
);

export const reviewBody = Type.Object(
  { reviewAt: time('The next one.'), reason: needed(DECISION_LIMITS.reason_chars_max) },
  strict,
);

export const actionBody = Type.Object(
  {
    id: Type.Optional(Type.String({ description: 'The one to change; absent: a new one.' })),
    title: needed(ACTION_LIMITS.title_chars_max),
    detail: text(ACTION_LIMITS.detail_chars_max),
    owner: text(256, 'Id of a user, or `team:NAME`; "" for nobody.'),
    dueAt: Type.Optional(time('When it should be done.')),
    step: Type.Optional(words(STEPS)),
    alarm: Type.Optional(id),
    decision: Type.Optional(id),
    incident: Type.Optional(id),
  },
  strict,
);

export const endBody = Type.Object(
  { how: words(['done', 'dropped']), reason: needed(ACTION_LIMITS.reason_chars_max) },
  strict,
);

export const cautionBody = Type.Object(
  {
    id: Type.Optional(Type.String({ description: 'The one to change; absent: a new one.' })),
    resource: needed(
      CAUTION_LIMITS.place_chars_max,
      'As alarms name it, with all that is part of it; or `device:core-1`; or matchers in ' +
        'braces: `{site="nbg", service=~"dns.*"}`.',
    ),
    text: needed(CAUTION_LIMITS.text_chars_max),
    reason: needed(CAUTION_LIMITS.reason_chars_max),
    owner: needed(CAUTION_LIMITS.owner_chars_max, 'Who answers for it.'),
    reviewAt: time('When somebody should look at it again.'),
  },
  strict,
);

const alarms = strings(INCIDENT_LIMITS.members_max, 64);

export const openBody = Type.Object(
  {
    alarms: Type.Optional(alarms),
    group: Type.Optional(
      Type.String({ maxLength: 64, description: 'All that are in this notification group.' }),
    ),
    title: needed(INCIDENT_LIMITS.title_chars_max),
    lead: text(256, 'Id of a user; "" for nobody.'),
    note: text(INCIDENT_LIMITS.note_chars_max),
  },
  strict,
);

export const setIncidentBody = Type.Object(
  {
    title: Type.Optional(Type.String({ maxLength: INCIDENT_LIMITS.title_chars_max })),
    lead: Type.Optional(
      Type.String({ maxLength: 256, description: 'Id of a user; "" for nobody.' }),
    ),
  },
  strict,
);

/** Of each thing done to an incident: `note` is the summary of a close, the why of a reopen. */
export const INCIDENT_BODIES = {
  join: Type.Object({ alarms, note: text(INCIDENT_LIMITS.note_chars_max) }, strict),
  leave: Type.Object({ alarms, note: text(INCIDENT_LIMITS.note_chars_max) }, strict),
  note: Type.Object({ note: needed(INCIDENT_LIMITS.note_chars_max) }, strict),
  close: Type.Object({ note: needed(INCIDENT_LIMITS.note_chars_max, 'Its summary.') }, strict),
  reopen: Type.Object({ note: needed(INCIDENT_LIMITS.note_chars_max, 'Why.') }, strict),
  merge: Type.Object({ into: id, note: text(INCIDENT_LIMITS.note_chars_max) }, strict),
} as const satisfies Record<string, TSchema>;

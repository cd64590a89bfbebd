import { Type } from 'typebox';
import { instantText } from '../../base/time.ts';
import {
  PLAN_CHANGES,
  type PlanExample,
  type PlanReport,
  type PlanTelling,
} from '../../desk/plan-report.ts';
import type { Revision } from '../../desk/tables.ts';
import { canRestore } from '../../desk/views/revisions.ts';
import { LIMITS } from '../../domain/alarm/alarm.ts';
import { TRIAL_DAYS_MAX } from '../config-door.ts';
import { somebodyJson } from './drawn.ts';
import type { ApiParts } from './parts.ts';
import { nullable, somebody, time, words } from './shapes.ts';

/** Shapes of the configuration and its revisions. */

export const CONFIG_DOOR_LIMITS = {
  /** Of a request: a text of 4 MiB as JSON or as a form, whatever must be escaped in it. */
  body_bytes_max: 12_582_912,
  why_chars_max: LIMITS.note_chars_max,
  file_name_chars_max: 128,
} as const;

const strict = { additionalProperties: false };

const text = Type.String({
  description: 'An alertmanager.yml. `<secret>` stays what it is in the revision in force.',
});

export const why = Type.String({
  minLength: 1,
  maxLength: CONFIG_DOOR_LIMITS.why_chars_max,
  pattern: '\\S',
  description: 'What the change is for, for whoever reads the list of revisions.',
});

export const textBody = Type.Object({ text }, strict);

export const editBody = Type.Object(
  {
    text,
    why,
    basedOn: Type.String({
      maxLength: 32,
      description: 'The revision the text was made from; "" when there is none yet.',
    }),
    file: Type.Optional(
      Type.String({
        pattern: '^[^/\\\\\\u0000-\\u001f]+$',
        maxLength: CONFIG_DOOR_LIMITS.file_name_chars_max,
        description: 'Name of the file it was read from, without its folder.',
      }),
    ),
  },
  strict,
);

export const whyBody = Type.Object({ why }, strict);

export const trialBody = Type.Object(
  { text, days: Type.Integer({ minimum: 1, maximum: TRIAL_DAYS_MAX, default: 7 }) },
  strict,
);

const headFields = {
  id: Type.String(),
  at: time('When it was applied.'),
  by: nullable(somebody),
  from: Type.String({ description: 'A file, `console`, or `apply FILE`.' }),
  why: Type.String(),
  restores: nullable(Type.String({ description: 'The revision that it took up again.' })),
  inForce: Type.Boolean(),
  canRestore: Type.Boolean(),
};

export const revisionHead = Type.Object(headFields, { $id: 'Revision' });

const unused = Type.Array(Type.String(), { description: 'Accepted, and does nothing.' });
const guarded = Type.Array(Type.String(), {
  description:
    'Ways that were entered in the console or over the API: they reach private addresses only ' +
    'where notifications.allow_private_addresses allows it.',
});

export const revisionShape = Type.Object({
  ...headFields,
  text: Type.String({ description: 'As it was written, `<secret>` for every secret.' }),
  unused,
  guarded,
});

export const configShape = Type.Object({
  revision: nullable(revisionHead),
  text: Type.String({ description: 'As it was written, `<secret>` for every secret.' }),
  original: Type.String({ description: 'With its defaults, as Alertmanager would tell it.' }),
  unused,
  guarded,
});

const fault = Type.Object({
  line: Type.Integer(),
  column: Type.Integer(),
  why: Type.String(),
});

export const checkedShape = Type.Object({
  ok: Type.Boolean(),
  faults: Type.Array(fault),
  routes: Type.Integer(),
  receivers: Type.Array(Type.String()),
  unused,
});

export const savedShape = Type.Object({
  revision: revisionHead,
  changed: Type.Boolean({ description: 'False: what is in force says the same already.' }),
  replaced: nullable(revisionHead),
  unused,
  guarded,
});

export const diffShape = Type.Object({
  before: nullable(revisionHead),
  after: revisionHead,
  added: Type.Integer(),
  removed: Type.Integer(),
  lines: Type.Array(
    Type.Object({
      is: words(['same', 'added', 'removed']),
      text: Type.String(),
      before: Type.Optional(Type.Integer({ description: 'Line number in the older text.' })),
      after: Type.Optional(Type.Integer({ description: 'Line number in the newer text.' })),
    }),
  ),
});

const place = Type.Object({ position: Type.Integer(), at: time('Desk time there.') });
const tellings = Type.Array(
  Type.Object({ receiver: Type.String(), at: time('When it is told first.') }),
);
const count = Type.Integer();
const both = Type.Object({ old: count, new: count });

const report = Type.Object({
  from: place,
  to: place,
  entries: Type.Integer({ description: 'Entries of the journal that were replayed.' }),
  tookMs: count,
  stopped: words(['', 'entries', 'time']),
  notices: both,
  episodes: Type.Integer({ description: 'Alarms somebody is told of, with either text.' }),
  same: count,
  changes: Type.Object(Object.fromEntries(PLAN_CHANGES.map((change) => [change, count]))),
  examples: Type.Array(
    Type.Object({
      change: words(PLAN_CHANGES),
      alarm: Type.String(),
      episode: count,
      text: Type.String(),
      labels: Type.Record(Type.String(), Type.String()),
      old: tellings,
      new: tellings,
    }),
  ),
});

export const trialShape = Type.Object(
  {
    done: Type.Optional(Type.Number({ description: 'How far it is, 0 to 1.' })),
    report: Type.Optional(report),
    problem: Type.Optional(Type.Object({ code: Type.String(), title: Type.String() })),
  },
  { description: 'One line. Lines with `done` come until the last, `report` or `problem`.' },
);

export const headJson = (parts: Pick<ApiParts, 'accounts'>, revision: Revision, now: string) => ({
  id: revision.id,
  at: instantText(revision.at),
  by: somebodyJson(parts, revision.by),
  from: revision.from,
  why: revision.why,
  restores: revision.restores || null,
  inForce: revision.id === now,
  canRestore: canRestore(revision),
});

export const reportJson = (report: PlanReport) => ({
  ...report,
  from: placeJson(report.from),
  to: placeJson(report.to),
  examples: report.examples.map(exampleJson),
});

const placeJson = ({ position, at }: PlanReport['from']) => ({ position, at: instantText(at) });

const exampleJson = (example: PlanExample) => ({
  ...example,
  old: example.old.map(tellingJson),
  new: example.new.map(tellingJson),
});

const tellingJson = ({ receiver, at }: PlanTelling) => ({ receiver, at: instantText(at) });

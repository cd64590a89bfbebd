import { Type } from 'typebox';
import { TRIAL_LIMITS } from '../../desk/views/rule-trial.ts';
import { RULE_STATES } from '../../desk/views/rules.ts';
import { HOLD_MAX, RULE_LIMITS } from '../../domain/rules/rule.ts';
import { nullable, priority, severity, somebody, time, words } from './shapes.ts';

/** Shapes of operators' rules: what they make of the alarms they match. */

const strict = { additionalProperties: false };
const HOLD_SECONDS_MAX = HOLD_MAX / 1_000;

export const matchersField = (max: number) =>
  Type.Array(Type.String({ maxLength: 16_384 }), {
    maxItems: max,
    description: '`site="nbg"`, `@severity=~"minor|warning"`; all of them must fit.',
  });

const doesBody = Type.Object(
  {
    severity: Type.Optional(severity),
    text: Type.Optional(
      Type.String({
        maxLength: RULE_LIMITS.text_chars_max,
        description:
          '`{text}` is what the source said, `{site}` a label, `{@resource}` the desk’s.',
      }),
    ),
    priority: Type.Optional(priority),
    hide: Type.Optional(
      Type.Boolean({ description: 'It notifies nobody, until the rule’s review.' }),
    ),
    holdSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: HOLD_SECONDS_MAX,
        description: 'A raise is told only when it stays for so long.',
      }),
    ),
  },
  strict,
);

const order = Type.Optional(
  Type.Integer({
    minimum: -RULE_LIMITS.order_max,
    maximum: RULE_LIMITS.order_max,
    default: 100,
    description: 'Lower ones are asked first; the first to say a thing has it.',
  }),
);
const id = Type.Optional(Type.String({ description: 'The rule to change; absent: a new one.' }));
const matchers = matchersField(RULE_LIMITS.matchers_max);

export const ruleBody = Type.Object(
  {
    id,
    name: Type.String({ maxLength: RULE_LIMITS.name_chars_max }),
    matchers,
    order,
    does: doesBody,
    reason: Type.String({ maxLength: RULE_LIMITS.reason_chars_max }),
    owner: Type.String({
      maxLength: RULE_LIMITS.owner_chars_max,
      description: 'Who answers for it: a team or a person.',
    }),
    reviewAt: time('Somebody must look at it again by then.'),
    enabled: Type.Optional(Type.Boolean({ default: true })),
  },
  strict,
);

export const ruleTrialBody = Type.Object(
  {
    id,
    matchers,
    order,
    does: Type.Optional(doesBody),
    days: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: TRIAL_LIMITS.days_max,
        default: 7,
        description: 'How far back history is looked at.',
      }),
    ),
  },
  strict,
);

export const reasonBody = Type.Object(
  { reason: Type.String({ maxLength: RULE_LIMITS.reason_chars_max }) },
  strict,
);

export const ruleShape = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    state: words(RULE_STATES),
    matchers: Type.Array(Type.String()),
    order: Type.Integer(),
    does: Type.Object({
      severity: nullable(severity),
      text: nullable(Type.String()),
      priority: nullable(priority),
      hide: Type.Boolean(),
      holdSeconds: nullable(Type.Number()),
    }),
    reason: Type.String(),
    owner: Type.String(),
    by: somebody,
    madeAt: time('When it was made.'),
    changedAt: time('Its last change.'),
    reviewAt: time('Somebody must look at it again by then.'),
    enabled: Type.Boolean(),
    touches: Type.Integer({ description: 'Raised alarms that it matches now.' }),
  },
  { $id: 'Rule' },
);

export const doneShape = Type.Object({
  id: Type.String(),
  position: Type.Integer({ description: 'Where in the journal it stands.' }),
  repeated: Type.Boolean({ description: 'True: done before under this key; told again.' }),
});

const seen = Type.Object({
  severity,
  text: Type.String(),
  priority: nullable(priority),
  hidden: Type.Boolean(),
});

const fittingShape = (description: string) =>
  Type.Object(
    {
      count: Type.Integer(),
      whole: Type.Boolean({ description: 'False: not all was looked at; there may be more.' }),
      examples: Type.Array(
        Type.Object({
          id: Type.String(),
          resource: Type.String(),
          type: Type.String(),
          since: time('When its last episode began.'),
          raised: Type.Boolean(),
          now: seen,
          would: seen,
        }),
      ),
    },
    { description },
  );

export const ruleTrialShape = Type.Object({
  open: fittingShape('Raised alarms that it would touch now.'),
  past: fittingShape('Alarms of the last days, still raised or not.'),
  days: Type.Integer(),
});

import { type Static, Type } from 'typebox';
import { meant } from '../../base/near.ts';
import { days, type Millis, minutes } from '../../base/time.ts';
import {
  type PageTarget,
  POLICY_LIMITS,
  type Policy,
  type PolicyStep,
} from '../../domain/escalation/policy.ts';
import type { DutyPlan } from '../../domain/rota/duty.ts';
import { durationExpected, prometheusDuration } from '../duration.ts';
import type { Reader } from '../reader.ts';
import { nameOf, type PersonOf, twins } from './teams.ts';

const strict = { additionalProperties: false } as const;
const opt = Type.Optional;

const targets = (description: string) =>
  Type.Array(
    Type.Object(
      {
        schedule: opt(nameOf('Whoever is on call in it then.')),
        person: opt(nameOf('A user, by login or id.')),
        team: opt(nameOf('All of a team.')),
      },
      { ...strict, title: 'a target' },
    ),
    { minItems: 1, maxItems: POLICY_LIMITS.targets_per_step_max, description },
  );

const step = Type.Object(
  {
    targets: targets('Who is told; each is a schedule, a person or a team.'),
    wait: opt(
      Type.String({
        format: 'duration',
        default: '5m',
        description: 'How long an answer is waited for before the next step.',
      }),
    ),
  },
  { ...strict, title: 'a step' },
);

const policy = Type.Object(
  {
    name: nameOf('Receivers name it so, under escalation_configs.'),
    steps: Type.Array(step, {
      minItems: 1,
      maxItems: POLICY_LIMITS.steps_max,
      description: 'Told one after the other until somebody answers.',
    }),
    repeat: opt(
      Type.Integer({
        minimum: 0,
        maximum: POLICY_LIMITS.repeat_max,
        default: 0,
        description: 'How often all steps are gone through again.',
      }),
    ),
    fallback: opt(targets('Told where a step has nobody, and when nobody answered at all.')),
  },
  { ...strict, title: 'an escalation policy' },
);
export type PolicySettings = Static<typeof policy>;
type StepSettings = Static<typeof step>;
type TargetSettings = StepSettings['targets'][number];

/** The section `escalation_policies`. */
export const POLICIES = opt(
  Type.Array(policy, {
    maxItems: POLICY_LIMITS.policies_max,
    description: 'Who is told after whom, until somebody answers (Tocsin’s own).',
    ours: true,
  }),
);

/** What targets may name. */
interface Known extends DutyPlan {
  readonly personOf: PersonOf;
}

export function readPolicies(
  reader: Reader,
  policies: readonly PolicySettings[],
  known: Known,
): readonly Policy[] {
  twins(reader, policies, 'escalation policies');
  return policies.map(({ name = '', steps = [], repeat = 0, fallback = [] }) => ({
    name,
    steps: steps.map((one) => stepOf(reader, one, known)),
    repeat,
    fallback: fallback.flatMap((one) => targetOf(reader, one, known) ?? []),
  }));
}

function stepOf(reader: Reader, step: StepSettings, known: Known): PolicyStep {
  return {
    targets: (step.targets ?? []).flatMap((one) => targetOf(reader, one, known) ?? []),
    wait: waitOf(reader, step),
  };
}

function waitOf(reader: Reader, step: StepSettings): Millis {
  const { wait = '5m' } = step;
  const length = prometheusDuration(wait);
  const { wait_minutes_min: least, wait_days_max: most } = POLICY_LIMITS;
  if (length === undefined) reader.say(step, ['wait'], `"${wait}" is not ${durationExpected}`);
  else if (length < minutes(least) || length > days(most))
    reader.say(step, ['wait'], `wait: ${least} minute to ${most} days expected, this is ${wait}`);
  return length ?? minutes(5);
}

function targetOf(reader: Reader, target: TargetSettings, known: Known): PageTarget | undefined {
  const { schedule, person, team } = target;
  const given = [schedule, person, team].filter((name) => name !== undefined);
  if (given.length !== 1) {
    reader.say(target, [], 'a target is one of schedule, person and team');
    return undefined;
  }
  if (schedule !== undefined) {
    const names = known.schedules.map(({ name }) => name);
    if (!names.includes(schedule))
      reader.say(
        target,
        ['schedule'],
        `there is no schedule "${schedule}"${meant(schedule, names)}`,
      );
    return { is: 'schedule', schedule };
  }
  if (person !== undefined) {
    const id = known.personOf(person);
    if (id !== undefined) return { is: 'person', person: id };
    reader.say(target, ['person'], `there is no user "${person}" on this desk`);
    return undefined;
  }
  const found = known.teams.find(({ name }) => name === team);
  if (found) return { is: 'team', team: found.name, people: found.members };
  const near = meant(
    team ?? '',
    known.teams.map(({ name }) => name),
  );
  reader.say(target, ['team'], `there is no team "${team}"${near}`);
  return undefined;
}

import { type Static, Type } from 'typebox';
import { meant } from '../../base/near.ts';
import type { Millis } from '../../base/time.ts';
import type { MatcherMode } from '../../domain/alarm/matcher.ts';
import { SEVERITIES } from '../../domain/alarm/severity.ts';
import { INCIDENT_LIMITS } from '../../domain/incident/incident.ts';
import {
  INCIDENT_RULE_LIMITS,
  type IncidentPlan,
  type IncidentRule,
  JOINS_WHILE,
  namesInTitle,
  REOPEN_WITHIN_DEFAULT,
  TITLE_WORDS,
} from '../../domain/incident/rule.ts';
import type { DutyPlan } from '../../domain/rota/duty.ts';
import { prometheusDuration } from '../duration.ts';
import type { Reader } from '../reader.ts';
import { isLabelName, termsOf } from '../terms.ts';
import { duration, nameFault, text } from './fields.ts';
import type { Section } from './section.ts';
import { nameOf, type PersonOf, twins } from './teams.ts';

const strict = { additionalProperties: false } as const;
const opt = Type.Optional;
const most = INCIDENT_RULE_LIMITS;

const count = (description: string, max: number, byDefault: number) =>
  opt(Type.Integer({ minimum: 1, maximum: max, default: byDefault, description }));

const lead = Type.Object(
  {
    schedule: opt(nameOf('Whoever is on call in it then.')),
    person: opt(nameOf('A user, by login or id.')),
  },
  { ...strict, title: 'a lead', description: 'Who leads it; nobody when absent.' },
);

const rule = Type.Object(
  {
    name: text('Incidents say which rule opened them.', { maxLength: 100 }),
    matchers: opt(
      Type.Array(Type.String(), {
        description: 'Which alarms it looks at; all must match. All alarms when absent.',
        examples: [['severity=~"critical|major"']],
      }),
    ),
    group_by: opt(
      Type.Array(Type.String(), {
        maxItems: most.group_by_max,
        description:
          'Labels and fields of the inventory whose equal values make alarms one trouble; an ' +
          'alarm that lacks one of them stands alone. Nothing: all alarms of the rule are one.',
        examples: [['site']],
      }),
    ),
    window: duration('From the first to the last of the alarms that open it.', { default: '10m' }),
    min_alarms: count('So many alarms open it.', most.alarms_min_max, 2),
    min_resources: count('On so many different resources.', most.alarms_min_max, 1),
    min_severity: opt(
      Type.Enum([...SEVERITIES], {
        default: 'indeterminate',
        description: 'Alarms below it are not looked at.',
      }),
    ),
    title: opt(
      Type.String({
        minLength: 1,
        maxLength: INCIDENT_LIMITS.title_chars_max,
        default: '{rule}: {values}',
        description: `Its title. In braces: a field of group_by, ${TITLE_WORDS.join(', ')}.`,
        examples: ['{site} is in trouble: {count} alarms'],
      }),
    ),
    join: opt(
      Type.Enum([...JOINS_WHILE], {
        default: 'open',
        description:
          'When later alarms of the group join it. open: while it is open and one of its alarms ' +
          'stands, or within the window of the last; window: only within that; never.',
      }),
    ),
    reopen_within: duration('An alarm of the group so soon after the close opens it again.', {
      default: '1h',
    }),
    max_alarms: count(
      'More are counted by it and stay outside.',
      INCIDENT_LIMITS.members_max,
      INCIDENT_LIMITS.members_max,
    ),
    lead: opt(lead),
    continue: opt(
      Type.Boolean({
        default: false,
        description: 'Ask the next rules too, until one has opened an incident for the alarm.',
      }),
    ),
  },
  { ...strict, title: 'an incident rule' },
);
type RuleSettings = Static<typeof rule>;

export const incidentRules: Section = {
  name: 'incident_rules',
  schema: Type.Array(rule, {
    maxItems: most.rules_max,
    description: 'Which alarms are one trouble; asked in order, the first that matches counts.',
    ours: true,
  }),
};

interface Known {
  readonly duty: DutyPlan | undefined;
  readonly personOf: PersonOf;
  readonly mode: MatcherMode;
}

/** What the fold must know of the section; undefined when it is not there. */
export function readIncidentRules(
  reader: Reader,
  value: unknown,
  known: Known,
): IncidentPlan | undefined {
  if (!Array.isArray(value)) return undefined;
  const rules = value as readonly RuleSettings[];
  twins(reader, rules, 'incident rules');
  return { rules: rules.map((one) => ruleOf(reader, one, known)) };
}

const ms = (written: string | undefined, byDefault: Millis): Millis =>
  prometheusDuration(written ?? '') ?? byDefault;

function ruleOf(reader: Reader, one: RuleSettings, known: Known): IncidentRule {
  const { name = '', group_by: groupBy = [], min_alarms: alarmsMin = 2, title = '' } = one;
  const { min_resources: resourcesMin = 1, max_alarms: alarmsMax = 1, join = 'open' } = one;
  if (!reader.isFaulty(one)) faults(reader, one, known.mode);
  const led = leadOf(reader, one, known);
  return {
    ...{ name, groupBy, alarmsMin, resourcesMin, title, join, alarmsMax },
    matchers: termsOf(reader, one, { prefix: '' }, known.mode),
    window: ms(one.window, REOPEN_WITHIN_DEFAULT),
    severityMin: one.min_severity ?? 'indeterminate',
    reopenWithin: ms(one.reopen_within, REOPEN_WITHIN_DEFAULT),
    ...(led ? { lead: led } : {}),
    continue: one.continue ?? false,
  };
}

function faults(reader: Reader, one: RuleSettings, mode: MatcherMode): void {
  const { group_by: groupBy = [], min_alarms: alarms = 1, max_alarms: max = alarms } = one;
  nameFault(reader, one, ['name'], one.name);
  for (const [i, name] of groupBy.entries()) {
    if (groupBy.indexOf(name) < i)
      reader.say(one, ['group_by', i], `group_by: "${name}" stands here for the second time`);
    else if (!isLabelName(name, mode) || name === '__proto__')
      reader.say(one, ['group_by', i], `group_by: "${name}" is no label name`);
  }
  if ((one.min_resources ?? 1) > alarms)
    reader.say(one, ['min_resources'], 'min_resources: not more than min_alarms expected');
  if (max < alarms) reader.say(one, ['max_alarms'], 'max_alarms: at least min_alarms expected');
  const words = [...groupBy, ...TITLE_WORDS];
  for (const name of namesInTitle(one.title ?? '')) {
    if (!words.includes(name))
      reader.say(one, ['title'], `title: {${name}} stands for nothing${meant(name, words)}`);
  }
}

function leadOf(
  reader: Reader,
  one: RuleSettings,
  { duty, personOf }: Known,
): IncidentRule['lead'] {
  const { person: login, schedule } = one.lead ?? {};
  if (one.lead === undefined) return undefined;
  if ((login === undefined) === (schedule === undefined)) {
    reader.say(one, ['lead'], 'lead: one of schedule and person expected');
    return undefined;
  }
  if (schedule !== undefined) {
    const names = (duty?.schedules ?? []).map(({ name }) => name);
    if (names.includes(schedule)) return { schedule };
    const why = `there is no schedule "${schedule}"${meant(schedule, names)}`;
    reader.say(one, ['lead', 'schedule'], why);
    return undefined;
  }
  const person = personOf(login ?? '');
  if (person !== undefined) return { person };
  reader.say(one, ['lead', 'person'], `there is no user "${login}" on this desk`);
  return undefined;
}

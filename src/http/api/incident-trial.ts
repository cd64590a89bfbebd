import { type Static, Type } from 'typebox';
import { instantText } from '../../base/time.ts';
import { INCIDENT_TRIAL_LIMITS, tryIncidentRules } from '../../desk/incident-trial.ts';
import { INCIDENT_RULE_LIMITS } from '../../domain/incident/rule.ts';
import { json } from '../answer.ts';
import { fieldsRefused } from '../problem.ts';
import type { Answer, Asked, Route } from '../route.ts';
import { runSliced } from '../sliced.ts';
import { maybeText } from './drawn.ts';
import { ADMIN, API, type ApiParts } from './parts.ts';
import { maybeTime, time } from './shapes.ts';

/** Incidents an answer lists; the first. */
const LISTED_MAX = 100;
const TEXT_BYTES_MAX = 16 * 1024 * 1024;

const tryBody = Type.Object(
  {
    text: Type.Optional(
      Type.String({ description: 'A configuration; without it the rules in force are tried.' }),
    ),
  },
  { additionalProperties: false },
);

const triedShape = Type.Object({
  rules: Type.Integer({ description: `At most ${INCIDENT_RULE_LIMITS.rules_max}.` }),
  alarms: Type.Integer({
    description: `Alarms that were played, the newest ${INCIDENT_TRIAL_LIMITS.alarms_max} at most.`,
  }),
  since: maybeTime('When the first of them was raised.'),
  opened: Type.Integer({ description: 'Incidents that would have been opened.' }),
  gathered: Type.Integer({ description: 'Alarms that would be in them.' }),
  incidents: Type.Array(
    Type.Object({
      rule: Type.String(),
      title: Type.String(),
      openedAt: time('When.'),
      alarms: Type.Integer(),
      beyond: Type.Integer({ description: 'Raises after it was full.' }),
      why: Type.String(),
    }),
    { description: `The first ${LISTED_MAX}.` },
  ),
});

export const incidentTrialRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'POST',
    path: `${API}/incidents/try`,
    access: ADMIN,
    summary: 'What incident rules would have made of the alarms in memory. Changes nothing.',
    bodyBytesMax: TEXT_BYTES_MAX,
    bodySchema: tryBody,
    answerSchema: triedShape,
    handle: (asked) => tried(parts, asked),
  },
];

async function tried({ desk, configuration }: ApiParts, asked: Asked): Promise<Answer> {
  const { text } = asked.json as Static<typeof tryBody>;
  const checked = text === undefined ? undefined : configuration.check(text);
  if (checked?.ok === false) {
    const [fault] = checked.faults;
    const expected = `line ${fault?.line}: ${fault?.why}`;
    throw fieldsRefused([{ field: 'text', expected }]);
  }
  const held = desk.memory.get('incidentPlans', 'incidents')?.plan;
  const plan = (checked ? checked.incidents : held) ?? { rules: [] };
  const trial = await runSliced(tryIncidentRules(plan, [...desk.memory.all('alarms')]));
  const { alarms, since, incidents } = trial;
  return json(200, {
    rules: plan.rules.length,
    ...{ alarms, since: maybeText(since), opened: incidents.length },
    gathered: incidents.reduce((sum, one) => sum + one.members.length, 0),
    incidents: incidents.slice(0, LISTED_MAX).map((one) => ({
      rule: one.rule?.name ?? '',
      title: one.title,
      openedAt: instantText(one.openedAt),
      alarms: one.members.length,
      beyond: one.rule?.beyond ?? 0,
      why: one.lines[0]?.text ?? '',
    })),
  });
}

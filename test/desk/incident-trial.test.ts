import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hours, type Instant, minutes } from '../../src/base/time.ts';
import { INCIDENT_TRIAL_LIMITS, tryIncidentRules } from '../../src/desk/incident-trial.ts';
import type { Alarm } from '../../src/domain/alarm/alarm.ts';
import type { IncidentRule } from '../../src/domain/incident/rule.ts';
import { anAlarm, clearedAlarm } from '../store/samples.ts';

const AT = 1_767_225_600_000;
const rule: IncidentRule = {
  ...{ name: 'site', matchers: [], groupBy: ['site'], window: minutes(10), alarmsMin: 3 },
  ...{ resourcesMin: 1, severityMin: 'minor', title: '{site}', join: 'open', continue: false },
  ...{ reopenWithin: hours(1), alarmsMax: 1_000 },
};
const down = (n: number, minute: number, more: Partial<Alarm> = {}): Alarm =>
  anAlarm(n, {
    labels: { alertname: 'Down', site: 'nbg' },
    condition: { is: 'raised', since: (AT + minutes(minute)) as Instant },
    ...more,
  });

function tried(alarms: readonly Alarm[]) {
  const work = tryIncidentRules({ rules: [rule] }, alarms);
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

test('a trial opens what the rules would have opened, each alarm raised and cleared at its time', () => {
  const over = { is: 'cleared', since: AT, at: AT + minutes(1), why: 'resource' } as const;
  const gone = down(9, 0, { condition: over as never });
  const { alarms, incidents } = tried([down(3, 4), down(1, 0), down(2, 2), down(4, 300), gone]);
  assert.equal(alarms, 5);
  assert.deepEqual(
    incidents.map(({ title, members }) => `${title}: ${members.length}`),
    ['nbg: 4'],
    'the fourth joins while they stand; what was over counts for nothing',
  );
  assert.equal(incidents[0]?.openedAt, AT + minutes(4));
  assert.deepEqual(tried([down(1, 0), down(2, 11)]).incidents, []);
  assert.deepEqual(tried([clearedAlarm(1, 5)]).incidents, []);
});

test('of too many alarms the newest are played', () => {
  const max = INCIDENT_TRIAL_LIMITS.alarms_max;
  const many = Array.from({ length: max + 1 }, (_, n) => down(n, n));
  const { alarms, since } = tried(many);
  assert.equal(alarms, max);
  assert.equal(since, AT + minutes(1));
});

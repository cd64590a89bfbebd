import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KINDS } from '../../../test/support/kinds.ts';
import { hours, minutes } from '../../base/time.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import { INCIDENT_RULE_LIMITS } from '../../domain/incident/rule.ts';
import { readConfig } from '../read.ts';

const personOf = (name: string): UserId | undefined =>
  name === 'ada' ? ('u-ada' as UserId) : undefined;

const read = (rules: string) =>
  readConfig(
    `route: {receiver: ops}\nreceivers: [{name: ops}]\nincident_rules:\n${rules}\n`,
    'am.yml',
    KINDS,
    { personOf },
  );
const faults = (rules: string): readonly string[] => {
  const found = read(rules);
  return 'faults' in found ? found.faults.map(({ line, why }) => `${line}: ${why}`) : [];
};
const rulesIn = (rules: string) => {
  const found = read(rules);
  assert.ok(!('faults' in found), JSON.stringify(found));
  return found.incidents?.rules ?? assert.fail();
};

test('a rule says little, and the rest has a default', () => {
  const [rule] = rulesIn('- {name: site, group_by: [site]}');
  assert.deepEqual(rule, {
    name: 'site',
    matchers: [],
    groupBy: ['site'],
    window: minutes(10),
    alarmsMin: 2,
    resourcesMin: 1,
    severityMin: 'indeterminate',
    title: '{rule}: {values}',
    join: 'open',
    reopenWithin: hours(1),
    alarmsMax: 1_000,
    continue: false,
  });
  assert.equal(rulesIn('- {name: a, window: 0s}')[0]?.window, 0);
});

test('people are named by login, and kept by their id', () => {
  const [rule] = rulesIn('- {name: site, lead: {person: ada}}');
  assert.deepEqual(rule?.lead, { person: 'u-ada' });
});

test('what is wrong is told with its line', () => {
  const says = (rule: string, why: RegExp): void => assert.match(faults(rule)[0] ?? '', why);
  says('- {group_by: [site]}', /^4: .*name/);
  says('- {name: a b}', /^4: "a b": a name/);
  says('- {name: a}\n- {name: a}', /^5: there are two incident rules "a"/);
  says('- {name: a, group_by: [site, site]}', /second time/);
  says('- {name: a, title: "{sit}", group_by: [site]}', /\{sit\} stands for nothing.*site/);
  says('- {name: a, min_resources: 3}', /min_resources: not more than min_alarms/);
  says('- {name: a, min_alarms: 5, max_alarms: 4}', /max_alarms: at least min_alarms/);
  says('- {name: a, lead: {}}', /lead: one of schedule and person/);
  says('- {name: a, lead: {schedule: noc}}', /there is no schedule "noc"/);
  says('- {name: a, lead: {person: bob}}', /there is no user "bob"/);
  says(`- {name: a, matchers: ["x"]}`, /bad matcher format/);
  says('- {name: a, min_severity: cleared}', /min_severity/);
});

test('at each limit it is taken, and beyond it is a fault', () => {
  const { alarms_min_max: alarms, group_by_max: fields, rules_max: rules } = INCIDENT_RULE_LIMITS;
  assert.deepEqual(faults(`- {name: a, min_alarms: ${alarms}}`), []);
  assert.equal(faults(`- {name: a, min_alarms: ${alarms + 1}}`).length, 1);
  const by = (n: number) => Array.from({ length: n }, (_, i) => `l${i}`).join(', ');
  assert.deepEqual(faults(`- {name: a, group_by: [${by(fields)}]}`), []);
  assert.equal(faults(`- {name: a, group_by: [${by(fields + 1)}]}`).length, 1);
  const many = (n: number) => Array.from({ length: n }, (_, i) => `- {name: r${i}}`).join('\n');
  assert.deepEqual(faults(many(rules)), []);
  assert.equal(faults(many(rules + 1)).length, 1);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHANNELS } from '../../channels/index.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import { POLICY_LIMITS } from '../../domain/escalation/policy.ts';
import { readConfig } from '../read.ts';

const HEAD = `route: {receiver: page}
receivers: [{name: page, escalation_configs: [{policy: noc}]}]
teams: [{name: noc, members: [ada]}]
schedules: [{name: first}]
escalation_policies:
`;

const PEOPLE = ['ada', 'bob'];
const personOf = (name: string): UserId | undefined =>
  PEOPLE.includes(name) ? (`u_${name}` as UserId) : undefined;

const read = (policies: string, head = HEAD) =>
  readConfig(head + policies, 'a.yml', CHANNELS, { personOf });

const faultsOf = (policies: string, head = HEAD): readonly string[] => {
  const found = read(policies, head);
  return 'faults' in found
    ? found.faults.map(({ line, column, why }) => `${line}:${column} ${why}`)
    : [];
};

test('a policy is read: people by id, teams with their members, waits with their default', () => {
  const found = read(
    `  - name: noc
    steps:
      - targets: [{schedule: first}, {person: bob}]
      - targets: [{team: noc}]
        wait: 10m
    repeat: 2
`,
  );
  assert.ok(!('faults' in found), JSON.stringify(found));
  assert.deepEqual(found.duty?.policies, [
    {
      name: 'noc',
      steps: [
        {
          targets: [
            { is: 'schedule', schedule: 'first' },
            { is: 'person', person: 'u_bob' },
          ],
          wait: 300_000,
        },
        { targets: [{ is: 'team', team: 'noc', people: ['u_ada'] }], wait: 600_000 },
      ],
      repeat: 2,
      fallback: [],
    },
  ]);
  const [page] = found.plan.receivers;
  assert.deepEqual(page?.ways, [
    { kind: 'escalation', index: 0, sendResolved: true, policy: 'noc' },
  ]);
  assert.doesNotMatch(found.original, /escalation/, 'Alertmanager’s tools know no such thing');
});

test('whoever is named and is not there is a fault at its place, with the nearest name', () => {
  const steps = (target: string) => `  - {name: noc, steps: [{targets: [${target}]}]}\n`;
  assert.match(faultsOf(steps('{schedule: frist}'))[0] ?? '', /no schedule "frist".*first/);
  assert.match(faultsOf(steps('{team: nco}'))[0] ?? '', /no team "nco".*noc/);
  assert.match(faultsOf(steps('{person: cyd}'))[0] ?? '', /no user "cyd"/);
  assert.match(faultsOf(steps('{person: ada, team: noc}'))[0] ?? '', /one of schedule, person/);
  assert.match(faultsOf(steps('{}'))[0] ?? '', /one of schedule, person/);
});

test('a receiver that names no policy there is is a fault', () => {
  const policies = '  - {name: ops, steps: [{targets: [{person: ada}]}]}\n';
  assert.match(faultsOf(policies)[0] ?? '', /^2:.*no escalation policy "noc"/);
});

test('how long an answer is waited for has its limits', () => {
  const wait = (text: string) =>
    faultsOf(`  - {name: noc, steps: [{targets: [{person: ada}], wait: ${text}}]}\n`);
  assert.deepEqual(wait('1m'), []);
  assert.match(wait('59s')[0] ?? '', /1 minute to 7 days/);
  assert.deepEqual(wait('7d'), []);
  assert.match(wait('169h')[0] ?? '', /1 minute to 7 days/);
  assert.match(wait('soon')[0] ?? '', /"soon" is not/);
});

test('steps, targets, rounds and policies have their limits', () => {
  const policy = (steps: number, targets: number, repeat: number, name = 'noc') => {
    const step = `{targets: [${'{person: ada}, '.repeat(targets)}]}`;
    return `  - {name: ${name}, repeat: ${repeat}, steps: [${`${step}, `.repeat(steps)}]}\n`;
  };
  const { steps_max, targets_per_step_max, repeat_max, policies_max } = POLICY_LIMITS;
  assert.deepEqual(faultsOf(policy(steps_max, targets_per_step_max, repeat_max)), []);
  assert.match(faultsOf(policy(steps_max + 1, 1, 0))[0] ?? '', /more than 20/);
  assert.match(faultsOf(policy(1, targets_per_step_max + 1, 0))[0] ?? '', /more than 20/);
  assert.notDeepEqual(faultsOf(policy(1, 1, repeat_max + 1)), []);
  assert.notDeepEqual(faultsOf(policy(0, 1, 0)), []);
  const many = (count: number) =>
    Array.from({ length: count }, (_, n) => policy(1, 1, 0, n === 0 ? 'noc' : `p${n}`)).join('');
  assert.deepEqual(faultsOf(many(policies_max)), []);
  assert.match(faultsOf(many(policies_max + 1))[0] ?? '', /more than 1000/);
});

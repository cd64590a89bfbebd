import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Instant, minutes } from '../../base/time.ts';
import type { Episode } from '../alarm/alarm.ts';
import type { AlarmId } from '../alarm/event.ts';
import {
  gathered,
  groupKey,
  groupValues,
  INCIDENT_RULE_LIMITS,
  type IncidentRule,
  titleOf,
  type Waiting,
} from './rule.ts';

const rule = (more: Partial<IncidentRule> = {}): IncidentRule => ({
  name: 'site-down',
  matchers: [],
  groupBy: ['site'],
  window: minutes(10),
  alarmsMin: 3,
  resourcesMin: 1,
  severityMin: 'indeterminate',
  title: '{site}: {count} alarms on {resources} resources, {severity} ({rule})',
  join: 'open',
  reopenWithin: minutes(60),
  alarmsMax: 1_000,
  continue: false,
  ...more,
});

const waits = (name: string, minute: number, resource = name): Waiting => ({
  alarm: name as AlarmId,
  episode: 1 as Episode,
  resource,
  at: minutes(minute) as number as Instant,
});
const yes = (_one: Waiting): boolean => true;

/** What becomes of alarms that come at these minutes: how many opened it, or how many wait. */
const course = (one: IncidentRule, all: readonly Waiting[], stands = yes) => {
  let waiting: readonly Waiting[] = [];
  for (const news of all) {
    const did = gathered(one, waiting, news, stands);
    if (did.is === 'opens') return `opens with ${did.with.length}`;
    ({ waiting } = did);
  }
  return `${waiting.length} wait`;
};

test('enough alarms within the window open it, and not a moment later', () => {
  const [a, b] = [waits('a', 0), waits('b', 5)];
  assert.equal(course(rule(), [a, b, waits('c', 10)]), 'opens with 3');
  assert.equal(course(rule(), [a, b, waits('c', 10.001)]), '2 wait');
  assert.equal(course(rule(), [a, b]), '2 wait');
  assert.equal(course(rule({ alarmsMin: 1 }), [a]), 'opens with 1');
});

test('an alarm that comes twice is one, and what is over counts no more', () => {
  assert.equal(course(rule(), [waits('a', 0), waits('a', 1), waits('a', 2)]), '1 wait');
  const gone = ({ alarm }: Waiting): boolean => alarm !== 'a';
  assert.equal(course(rule(), [waits('a', 0), waits('b', 1), waits('c', 2)], gone), '2 wait');
});

test('it may ask for so many resources', () => {
  const one = rule({ resourcesMin: 2 });
  const [a, b, c] = [waits('a', 0, 'r1'), waits('b', 1, 'r1'), waits('c', 2, 'r1')];
  assert.equal(course(one, [a, b, c]), '3 wait');
  assert.equal(course(one, [a, b, c, waits('d', 3, 'r2')]), 'opens with 4');
});

test('no more wait in one group than any rule may ask for', () => {
  const max = INCIDENT_RULE_LIMITS.alarms_min_max;
  const one = rule({ resourcesMin: 2 });
  const all = Array.from({ length: max + 1 }, (_, n) => waits(`a${n}`, n / 100, 'r1'));
  assert.equal(course(one, all.slice(0, max)), `${max} wait`);
  assert.equal(course(one, all), `${max} wait`);
});

test('who lacks a field stands alone, and equal values are one group', () => {
  const one = rule({ groupBy: ['site', 'service'] });
  const of = (labels: Record<string, string>) => groupValues(one, (name) => labels[name] ?? '');
  assert.equal(of({ site: 'nbg' }), undefined);
  const values = of({ service: 'dns', site: 'nbg' }) ?? assert.fail();
  assert.equal(groupKey(one, values), groupKey(one, of({ site: 'nbg', service: 'dns' }) ?? {}));
  assert.notEqual(groupKey(one, values), groupKey(one, { site: 'nbg', service: 'ntp' }));
  assert.notEqual(groupKey(one, values), groupKey({ ...one, name: 'other' }, values));
});

test('a title says what was gathered', () => {
  const alarms = [
    { resource: 'r1', type: 'link.down' },
    { resource: 'r1', type: 'bgp.down' },
  ];
  const says = titleOf(rule(), { site: 'nbg' }, alarms, 'major');
  assert.equal(says, 'nbg: 2 alarms on 1 resources, major (site-down)');
  assert.equal(
    titleOf(rule({ title: '{values} {type}' }), { a: 'x', b: 'y' }, alarms, 'major'),
    'x, y link.down',
  );
});

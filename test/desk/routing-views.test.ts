import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, type Instant, minutes, seconds } from '../../src/base/time.ts';
import {
  labelSubject,
  readAs,
  readLabelText,
  readLabelWords,
} from '../../src/desk/views/label-set.ts';
import { lengthText } from '../../src/desk/views/notice-words.ts';
import { nextTurn, OUTLOOK_MEMBERS_MAX, outlook } from '../../src/desk/views/outlook.ts';
import { ROUTE_MAP_LIMITS, routeMap } from '../../src/desk/views/route-map.ts';
import { ROUTE_STEPS_PASSED_MAX, routeWay } from '../../src/desk/views/route-steps.ts';
import { hiddenBySilences, wouldHide } from '../../src/desk/views/silenced.ts';
import { WHY_LIMITS, why } from '../../src/desk/views/why.ts';
import type { PlanRoute } from '../../src/domain/routing/plan.ts';
import type { SilenceId } from '../../src/domain/routing/silence.ts';
import { alert } from '../support/desk.ts';
import { NORA, openNotified } from '../support/notified.ts';
import { planRoute, planWith } from '../support/plan.ts';
import { compiled, terms } from '../support/routing.ts';

const child = (id: string, text: string, rest: Partial<PlanRoute> = {}): PlanRoute =>
  planRoute({ id, key: id, matchers: terms(text), ...rest });

const children = (n: number): PlanRoute[] =>
  Array.from({ length: n }, (_, i) => child(`r${i}`, `site="s${i}"`));

test('a group of the largest size is foreseen, a larger one is not', async () => {
  const d = await openNotified(planWith({ groupWait: minutes(10) }));
  const raise = (from: number, to: number) =>
    d.desk.receive(
      'test',
      Array.from({ length: to - from }, (_, i) =>
        alert(`web-${from + i}`, { since: d.clock.now() }),
      ),
    );
  for (let n = 0; n < OUTLOOK_MEMBERS_MAX; n += 500) await raise(n, n + 500);
  const group = () => {
    const [only] = d.desk.memory.all('groups');
    assert.ok(only);
    return only;
  };
  assert.equal(outlook(d.desk.memory, group())?.firing.length, OUTLOOK_MEMBERS_MAX);
  await raise(OUTLOOK_MEMBERS_MAX, OUTLOOK_MEMBERS_MAX + 1);
  assert.equal(outlook(d.desk.memory, group()), undefined);
});

test('of routes passed by, so many are named and the rest is counted', async () => {
  for (const more of [0, 1]) {
    const routes = [...children(ROUTE_STEPS_PASSED_MAX + more), child('x', 'site="x"')];
    const d = await openNotified(planWith({ routes }));
    const { tree } = d.desk.memory.routing;
    assert.ok(tree);
    const { steps, leftOut, taken } = routeWay(tree, labelSubject({ site: 'x' }));
    assert.deepEqual([steps.length, leftOut], [ROUTE_STEPS_PASSED_MAX + 2, more]);
    assert.deepEqual([steps.at(-1)?.took, taken[0]?.route.id], [true, 'x']);
  }
});

test('so many routes are drawn and the rest is counted', async () => {
  for (const more of [0, 1]) {
    const routes = children(ROUTE_MAP_LIMITS.routes_max - 1 + more);
    const d = await openNotified(planWith({ routes }));
    const map = routeMap(d.desk.memory, d.clock.now());
    assert.deepEqual([map.routes.length, map.leftOut], [ROUTE_MAP_LIMITS.routes_max, more]);
  }
});

test('why tells so many decisions, and says that there are older ones', async () => {
  const d = await openNotified(planWith({ groupWait: seconds(0), groupInterval: seconds(1) }));
  const { id } = alert('web-1');
  await d.desk.receive('test', [alert('web-1', { since: d.clock.now() })]);
  const turn = async (n: number) => {
    const act = { on: [{ id }], note: '' };
    await d.desk.act(NORA, { verb: n % 2 === 0 ? 'close' : 'reopen', ...act });
    await d.pass(1_000);
  };
  for (let n = 0; n < 2 * WHY_LIMITS.lines_max + 2; n++) await turn(n);
  await d.pass(1_000);
  const found = await why({ desk: d.desk, nameOf: (who) => who }, id);
  assert.equal(found?.decisions.length, WHY_LIMITS.lines_max);
  assert.equal(found?.more, true);
});

test('the turn of an interval is found within two days, and not beyond', async () => {
  const day = (weekday: number) => ({
    ...{ times: [], daysOfMonth: [], months: [], years: [], zone: 'UTC' },
    weekdays: [[weekday, weekday]] as const,
  });
  const intervals = [{ name: 'day', spans: [day(0)] }];
  const d = await openNotified(planWith({ muteIntervals: ['day'] }, { intervals }));
  const node = d.desk.memory.routing.tree?.node('{}');
  assert.ok(node);
  // 2026-03-01 is a Sunday.
  const sunday = Date.UTC(2026, 2, 1) as Instant;
  const turn = (at: number) => nextTurn(d.desk.memory, node, at as Instant);
  assert.equal(turn(sunday), after(sunday, minutes(1_440)));
  assert.equal(turn(sunday - minutes(2_880)), sunday);
  assert.equal(turn(sunday - minutes(2_881)), undefined);
});

test('what silences hide is counted, and the last end of what they hid is remembered', async () => {
  const d = await openNotified(planWith());
  const newId = '11111111-1111-4111-8111-111111111111' as SilenceId;
  const times = { startsAt: d.clock.now(), endsAt: after(d.clock.now(), minutes(60)) };
  const said = { createdBy: '', comment: 'x', annotations: {} };
  const matchers = terms('instance=~"web-.*"');
  await d.desk.act(NORA, { verb: 'silence.set', newId, matchers, ...times, ...said });
  await d.desk.receive('test', [alert('web-1'), alert('web-2'), alert('db-1')]);
  const run = <T>(work: Generator<undefined, T>): T => {
    for (;;) {
      const { done, value } = work.next();
      if (done) return value;
    }
  };
  const hides = () => run(hiddenBySilences(d.desk.memory, d.clock.now())).get(newId);
  assert.deepEqual(hides(), { now: 2, lastEnd: undefined });
  const found = run(wouldHide(d.desk.memory, compiled(matchers), 1));
  assert.deepEqual([found.count, found.examples.length], [2, 1]);
  await d.pass(1_000);
  const ends = ['web-1', 'web-2'].map((name) => alert(name, { kind: 'clear' }));
  await d.desk.receive('test', ends);
  assert.deepEqual(hides(), { now: 0, lastEnd: d.at(1_000) });
});

for (const [text, want] of [
  ['{team="ops", site=nbg}', { team: 'ops', site: 'nbg' }],
  ['team="ops" site="n b\\"g"', { team: 'ops', site: 'n b"g' }],
  ['', {}],
  ['team!="ops"', 'labels are written name="value"; team!= is a question, not a label'],
  ['team', 'labels are written name="value": bad matcher format: team'],
] as const) {
  test(`labels in a box: ${text}`, () => {
    const read = readLabelText(text);
    assert.deepEqual('why' in read ? read.why : read.labels, want);
  });
}

test('labels as words: all after the first = is the value', () => {
  const read = readLabelWords(['team=ops', 'query=a=b', 'quoted="x"', 'empty=']);
  assert.deepEqual(read, { labels: { team: 'ops', query: 'a=b', quoted: 'x', empty: '' } });
  for (const word of ['team', '=ops', 'team!=ops', 'team=~ops']) {
    assert.ok('why' in readLabelWords([word]), word);
  }
});

test('lengths are written as the configuration writes them', () => {
  const said = [0, 500, 30_000, 5_400_000, 86_400_000].map(lengthText);
  assert.deepEqual(said, ['0s', '500ms', '30s', '1h30m', '1d']);
});

test('labels are read as those of an alert are, unless a name beside them is given', () => {
  const labels = { severity: 'page', alertname: 'X' };
  const subject = labelSubject(labels);
  assert.deepEqual(readAs(labels), { '@severity': 'critical', '@type': 'X' });
  assert.equal(subject.value('@severity'), 'critical');
  assert.equal(subject.value('severity'), 'page', 'the word itself stays');
  assert.equal(labelSubject({ ...labels, '@severity': 'minor' }).value('@severity'), 'minor');
  assert.deepEqual(readAs({ severity: 'blue' }), {});
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minutes } from '../../src/base/time.ts';
import { LANE_WEIGHT_MAX } from '../../src/desk/committer.ts';
import {
  LAG_ROWS_MAX,
  LAG_ROWS_QUIET_MAX,
  LAG_ROWS_RESERVED,
} from '../../src/desk/write-behind.ts';
import { type AlarmEvent, identify } from '../../src/domain/alarm/event.ts';
import { alert, openLife } from '../support/desk.ts';
import { SOON } from '../support/happenings.ts';
import { type NotifiedDesk, openNotified } from '../support/notified.ts';
import { planRoute, planWith } from '../support/plan.ts';
import { terms } from '../support/routing.ts';

/** One source floods the desk with alarms that are all new; those of another must be told. */
const BATCH = 1_000;

const link = (n: number, of: string): AlarmEvent => ({
  kind: 'raise',
  id: identify(`${of}-${n}`, 'link', ''),
  resource: `${of}-${n}`,
  type: 'link',
  qualifier: '',
  severity: 'warning',
  text: 'down',
  labels: {},
});
const links = (from: number, of: string): AlarmEvent[] =>
  Array.from({ length: BATCH }, (_, i) => link(from + i, of));

/** Hands in new alarms until they are refused; how many were taken. */
async function flood({ desk }: Pick<NotifiedDesk, 'desk'>, source: string): Promise<number> {
  for (let n = 0; ; n += BATCH) if (!(await desk.receive(source, links(n, source))).ok) return n;
}

/** The flood is told to nobody: what counts is whether the others are. */
const quiet = planRoute({
  id: '{}/0',
  key: '{}/0',
  receiver: 'none',
  matchers: terms('@type="link"'),
});
const PLAN = planWith(
  { ...SOON, repeatInterval: minutes(600), routes: [quiet] },
  {
    receivers: [
      { name: 'ops', ways: [{ kind: 'webhook', index: 0, sendResolved: true }] },
      { name: 'none', ways: [] },
    ],
  },
);

test('history stands still: who floods is refused first, all others are taken and told, nothing answered is lost', async () => {
  const d = await openNotified(PLAN);
  d.store.faults.beforeWrite = () => new Promise(() => {});
  const lag = (): number => d.desk.figures().storeLagChanges;
  const taken = await flood(d, 'syslog');
  assert.ok(lag() >= LAG_ROWS_MAX);
  const refused = await d.desk.receive('syslog', links(0, 'syslog'));
  assert.deepEqual(refused.ok || [refused.overBudget, refused.retryAfterSeconds], [undefined, 1]);

  const say = async (instance: string, kind: 'raise' | 'clear'): Promise<void> => {
    const times = kind === 'raise' ? { since: d.clock.now() } : {};
    const { ok } = await d.desk.receive('alertmanager', [alert(instance, { kind, ...times })]);
    assert.ok(ok, `${instance} ${kind} is taken`);
  };
  await say('web-1', 'raise');
  await say('web-2', 'raise');
  await d.pass(5_000);
  await say('web-1', 'clear');
  await d.pass(minutes(6), 20_000);
  const said = d.said().join('\n');
  for (const what of [/web-1 firing/, /web-2 firing/, /web-1 resolved/]) assert.match(said, what);
  assert.ok((await d.desk.receive('desk', [link(0, 'desk')])).ok, 'the desk speaks of itself');

  const before = lag();
  await flood(d, 'snmp'); // a second source that floods is one that floods
  const own = lag() - before;
  assert.ok(own > LAG_ROWS_QUIET_MAX && own <= LAG_ROWS_QUIET_MAX + 4 * BATCH, `${own}`);
  await say('web-3', 'raise');
  for (let n = 0; lag() < LAG_ROWS_MAX + LAG_ROWS_RESERVED; n++) await flood(d, `more-${n}`);
  assert.ok(!(await d.desk.receive('new', [link(7, 'new')])).ok, 'the room for others has an end');

  const again = await openNotified(undefined, d.crash(1_000));
  const is = (id: AlarmEvent['id']) => again.desk.memory.get('alarms', id)?.condition.is;
  for (let n = 0; n < taken; n++) assert.equal(is(link(n, 'syslog').id), 'raised');
  const web = ['web-1', 'web-2', 'web-3'].map((name) => is(alert(name).id));
  assert.deepEqual(web, ['cleared', 'raised', 'raised']);
});

test('over its own budget a source is told so, and another is not', async () => {
  const { desk } = await openLife();
  const answers = [];
  const onTheirWay = 20_000; // blocks that are being committed have left the queue
  for (let n = 0; n < LANE_WEIGHT_MAX + onTheirWay; n += BATCH) {
    answers.push(desk.receive('snmp', links(n, 'snmp')));
  }
  const other = desk.receive('alertmanager', [alert('web-1')]);
  const refused = (await Promise.all(answers)).filter(({ ok }) => !ok);
  assert.ok(refused.length > 0 && refused.length <= onTheirWay / BATCH, `${refused.length}`);
  for (const one of refused) assert.ok(!one.ok && one.overBudget);
  assert.ok((await other).ok);
});

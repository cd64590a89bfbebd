import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seconds } from '../../src/base/time.ts';
import { identifyLabels, type Labels } from '../../src/domain/alarm/event.ts';
import { type Notice, wayText } from '../../src/domain/routing/notice.ts';
import type { SilenceId } from '../../src/domain/routing/silence.ts';
import { AlertmanagerModel, type ModelRoute, told } from '../support/alertmanager-model.ts';
import { alert } from '../support/desk.ts';
import { silence } from '../support/happenings.ts';
import { openNotified } from '../support/notified.ts';
import { planRoute, planWith } from '../support/plan.ts';
import { pick, type Rng, seeded, terms } from '../support/routing.ts';

const SEEDS = 300;
const STEPS = 90;
/** Seconds from one moment to the next. */
const STEP = 5;

const NAMES = ['web-1', 'web-2', 'web-3', 'web-4', 'db-1', 'db-2'];

/** Who it is decides everything else about it. */
function labelsOf(instance: string): Labels {
  const team = instance.startsWith('db') ? 'b' : 'a';
  return { alertname: 'Down', instance, team };
}

interface Times {
  readonly wait: number;
  readonly interval: number;
  readonly repeat: number;
}

const anyTimes = (rng: Rng): Times => ({
  wait: pick(rng, [0, 10, 30]),
  interval: pick(rng, [10, 25, 60]),
  repeat: pick(rng, [5, 60, 600]),
});

const planTimes = ({ wait, interval, repeat }: Times) => ({
  groupWait: seconds(wait),
  groupInterval: seconds(interval),
  repeatInterval: seconds(repeat),
});

const WEB = { kind: 'webhook', index: 0, sendResolved: true };
const CHAT = { kind: 'slack', index: 0, sendResolved: false };
const RECEIVERS = [
  { name: 'ops', ways: [WEB] },
  { name: 'dba', ways: [WEB, CHAT] },
];

/** Team b goes to the dba, by instance, and on to ops as everything does. */
function world(rng: Rng) {
  const [all, some] = [anyTimes(rng), anyTimes(rng)];
  const dba = planRoute({
    id: '{}/{team="b"}',
    key: '{}/{team="b"}',
    matchers: terms('team="b"'),
    receiver: 'dba',
    groupBy: ['instance'],
    continue: true,
    ...planTimes(some),
  });
  const rest = planRoute({
    ...{ id: '{}/{}', key: '{}/{}', groupBy: ['alertname'] },
    ...planTimes(all),
  });
  const inhibitions = [
    { name: '', source: terms('instance="web-1"'), target: terms('team="b"'), equal: [] },
  ];
  const plan = planWith({ routes: [dba, rest] }, { receivers: RECEIVERS, inhibitions });
  const way = (receiver: string, { kind, index, sendResolved }: typeof WEB) => ({
    text: wayText({ receiver, kind, index }),
    sendResolved,
  });
  const routes: readonly ModelRoute[] = [
    {
      ...{ name: '{}/{team="b"}:', takes: (l) => l['team'] === 'b', groupBy: ['instance'] },
      ...some,
      ways: [way('dba', WEB), way('dba', CHAT)],
    },
    {
      ...{ name: '{}/{}:', takes: () => true, groupBy: ['alertname'] },
      ...{ ...all, ways: [way('ops', WEB)] },
    },
  ];
  return { plan, routes };
}

const isInhibited = (target: Labels, source: Labels): boolean =>
  target['team'] === 'b' && source['instance'] === 'web-1';

const event = (instance: string, more: object) => {
  const labels = labelsOf(instance);
  return alert(instance, { labels, id: identifyLabels(labels), ...more });
};

function lineOf({ to, groupKey, alerts }: Notice, now: number): string {
  const names = (status: string) =>
    told(alerts.filter((a) => a.status === status).map((a) => a.labels['instance'] ?? ''));
  return `${now} ${wayText(to)} ${groupKey} ${names('firing')} over ${names('resolved')}`;
}

/** A far side refuses for good now and then, by way and second alone. */
const takesAt =
  (seed: number) =>
  (way: string, now: number): boolean =>
    (seed + now + way.length * 7) % 11 !== 0 || seed % 3 === 0;

async function asAlertmanager(seed: number): Promise<void> {
  const rng = seeded(seed);
  const { plan, routes } = world(rng);
  const takes = takesAt(seed);
  const model = new AlertmanagerModel(routes, isInhibited, takes);
  const lines: string[] = [];
  let d = await openNotified(plan);
  let now = 0;
  const follow = (): void => {
    d.far.answer = (notice) => {
      if (!takes(wayText(notice.to), now)) return { result: 'never', detail: '400' };
      lines.push(lineOf(notice, now));
      return { result: 'sent', detail: '200' };
    };
  };
  follow();
  for (let step = 0; step < STEPS; step++) {
    now += STEP;
    d.clock.pass(seconds(STEP));
    await d.pump();
    model.pass(now);
    const what = rng(12);
    const instance = pick(rng, NAMES);
    if (what < 4) {
      const old = pick(rng, [0, 0, 20, 100]);
      const since = d.clock.now() - seconds(old);
      await d.desk.receive('test', [event(instance, { since })]);
      await d.pump();
      model.raise(instance, labelsOf(instance), now - old, now);
    } else if (what < 8) {
      await d.desk.receive('test', [event(instance, { kind: 'clear' })]);
      model.clear(instance);
    } else if (what === 8) {
      const [from, to] = [now + pick(rng, [0, 15]), now + pick(rng, [30, 90])];
      const minutesIn = (second: number) => (d.now() + seconds(second - now)) / 60_000;
      const on = [`instance="${instance}"`];
      const { made } = await silence(d, on, minutesIn(from), minutesIn(to));
      const hides = (labels: Labels) => labels['instance'] === instance;
      model.silences.push({ id: made ?? '', hides, from, to });
    } else if (what === 9) {
      const one = model.silences.find((s) => s.from <= now && now < s.to);
      if (one) {
        one.to = now;
        await d.desk.act('nora' as never, {
          verb: 'silence.expire',
          silence: one.id as SilenceId,
        });
      }
    } else if (what === 10) {
      d = await openNotified(undefined, d.crash(0));
      follow();
    }
    await d.pump();
    assert.deepEqual([...lines].sort(), [...model.sent].sort(), `seed ${seed}, second ${now}`);
  }
  assert.deepEqual([...d.desk.memory.all('faults')], []);
}

test('while nobody acts, the desk tells what Alertmanager would, to the second', async () => {
  for (let seed = 1; seed <= SEEDS; seed++) await asAlertmanager(seed);
});

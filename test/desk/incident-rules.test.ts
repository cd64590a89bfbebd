import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hours, minutes } from '../../src/base/time.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import type { AlarmId } from '../../src/domain/alarm/event.ts';
import {
  INCIDENT_LIMITS,
  type Incident,
  type IncidentId,
} from '../../src/domain/incident/incident.ts';
import { INCIDENT_RULE_LIMITS, type IncidentRule } from '../../src/domain/incident/rule.ts';
import { alert } from '../support/desk.ts';
import { raise, shelve, unshelve } from '../support/happenings.ts';
import { NORA, type NotifiedDesk, openNotified } from '../support/notified.ts';
import { planWith } from '../support/plan.ts';

const BASE: IncidentRule = {
  name: 'site',
  matchers: [],
  groupBy: ['site'],
  window: minutes(10),
  alarmsMin: 3,
  resourcesMin: 1,
  severityMin: 'minor',
  title: '{site} is in trouble',
  join: 'open',
  reopenWithin: hours(1),
  alarmsMax: 100,
  continue: false,
};

async function open(...rules: readonly Partial<IncidentRule>[]): Promise<NotifiedDesk> {
  const d = await openNotified();
  await apply(d, rules);
  return d;
}

const apply = (d: NotifiedDesk, rules: readonly Partial<IncidentRule>[]) =>
  d.desk.act(NORA, {
    verb: 'revision.apply',
    ...{ text: '', from: 'a.yml', unused: [], why: '' },
    plan: planWith(),
    incidents: { rules: rules.map((more) => ({ ...BASE, ...more })) },
  });

/** An alarm of a site: its labels are its own. */
const down = (d: NotifiedDesk, host: string, site = 'nbg', more = {}): Promise<AlarmId> =>
  raise(d, host, { labels: { alertname: 'Down', instance: host, site }, ...more });

async function up(d: NotifiedDesk, host: string, site = 'nbg'): Promise<void> {
  const labels = { alertname: 'Down', instance: host, site };
  await d.desk.receive('test', [alert(host, { kind: 'clear', labels })]);
  await d.pump();
}

const incidents = (d: NotifiedDesk): readonly Incident[] => [...d.desk.memory.all('incidents')];
const only = (d: NotifiedDesk): Incident => {
  const [one, ...more] = incidents(d);
  assert.equal(more.length, 0, 'more than one incident');
  return one ?? assert.fail('no incident');
};
const hosts = ({ members }: Incident): string => members.map((m) => m.resource).join(' ');
const close = (d: NotifiedDesk, { id }: Incident) =>
  d.desk.act(NORA, { verb: 'incident.close', incident: id, note: 'mended' });

test('enough alarms of one site are an incident, opened by the rule, which says why', async () => {
  const d = await open({});
  await down(d, 'r1');
  await down(d, 'r2');
  await down(d, 'r9', 'fra');
  assert.equal(incidents(d).length, 0);
  await d.pass(minutes(2));
  await down(d, 'r3');
  const is = only(d);
  assert.equal(is.title, 'nbg is in trouble');
  assert.equal(is.by, 'rule:site');
  assert.equal(hosts(is), 'r1 r2 r3');
  assert.match(is.lines[0]?.text ?? '', /^3 alarms within 120 s with site="nbg"$/);
  await d.pass(minutes(1));
  await down(d, 'r4');
  assert.equal(hosts(only(d)), 'r1 r2 r3 r4');
  assert.equal(only(d).members[3]?.why, 'site="nbg"; 60 s after the alarm before it');
});

test('alarms further apart, below the severity, over or hidden open nothing', async () => {
  const d = await open({});
  await down(d, 'r1');
  await d.pass(minutes(11), minutes(1));
  await down(d, 'r2');
  await down(d, 'r3', 'nbg', { severity: 'warning' });
  await down(d, 'r4');
  await up(d, 'r4');
  const hidden = await down(d, 'r5', 'nbg', { severity: 'warning' });
  await shelve(d, hidden, 60);
  await down(d, 'r5', 'nbg', { severity: 'critical' });
  await raise(d, 'r6', { labels: { alertname: 'Down' } });
  assert.equal(incidents(d).length, 0);
  await down(d, 'r3', 'nbg', { severity: 'critical' });
  assert.equal(incidents(d).length, 0, 'r2 and r3 alone');
  await unshelve(d, hidden);
  assert.equal(hosts(only(d)), 'r2 r3 r5', 'shown again, it counts');
});

test('a thousand alarms of one batch are one incident, its limit says how many stay outside', async () => {
  const d = await open({ alarmsMax: 10 });
  const many = Array.from({ length: 200 }, (_, n) =>
    alert(`r${n}`, { labels: { alertname: 'Down', instance: `r${n}`, site: 'nbg' } }),
  );
  await d.desk.receive('test', many);
  const is = only(d);
  assert.equal(is.members.length, 10);
  assert.equal(is.rule?.beyond, 190);
  assert.equal(is.lines.filter(({ what }) => what === 'full').length, 1);
  assert.equal([...d.desk.memory.all('alarms')].length, 200, 'none was lost');
  assert.equal(d.desk.memory.count('gatherings'), 0);
});

test('one batch may open many incidents, each with an id of its own', async () => {
  const d = await open({ alarmsMin: 1 });
  const many = Array.from({ length: 50 }, (_, n) =>
    alert(`r${n}`, { labels: { alertname: 'Down', instance: `r${n}`, site: `s${n % 25}` } }),
  );
  await d.desk.receive('test', many);
  assert.equal(incidents(d).length, 25);
  for (const one of incidents(d)) {
    assert.equal(one.members.length, 2);
    await close(d, one);
  }
  await d.pass(1_000);
  await up(d, 'r7', 's7');
  await down(d, 'r7', 's7');
  assert.equal(incidents(d).filter(({ state }) => state.is === 'open').length, 1, 'reopened');
});

test('who was taken out by a person comes in again with its next episode only', async () => {
  const d = await open({ alarmsMin: 2 });
  const a = await down(d, 'r1');
  await down(d, 'r2');
  const { id: incident } = only(d);
  await d.desk.act(NORA, { verb: 'incident.leave', incident, alarms: [a], note: 'cable work' });
  await down(d, 'r1', 'nbg', { severity: 'critical' });
  await down(d, 'r3');
  assert.equal(hosts(only(d)), 'r2 r3');
  await up(d, 'r1');
  await down(d, 'r1');
  assert.equal(hosts(only(d)), 'r2 r3 r1');
});

test('what comes soon after the close opens it again; later it is another trouble', async () => {
  const d = await open({ alarmsMin: 2, reopenWithin: minutes(30) });
  await down(d, 'r1');
  await down(d, 'r2');
  await close(d, only(d));
  await d.pass(minutes(29), minutes(1));
  await down(d, 'r3');
  assert.equal(only(d).state.is, 'open');
  assert.equal(hosts(only(d)), 'r1 r2 r3');
  assert.equal(only(d).lines.at(-1)?.by, 'rule:site');
  await close(d, only(d));
  await d.pass(minutes(31), minutes(1));
  await down(d, 'r4');
  assert.equal(only(d).state.is, 'closed');
  await down(d, 'r5');
  assert.equal(incidents(d).length, 2);
  await up(d, 'r1');
  await down(d, 'r1');
  assert.equal(hosts(incidents(d)[1] ?? assert.fail()), 'r4 r5 r1', 'the old one is over');
});

test('an open incident whose alarms are all over does not swallow what comes later', async () => {
  const d = await open({ alarmsMin: 2 });
  await down(d, 'r1');
  await down(d, 'r2');
  await d.pass(minutes(30), minutes(1));
  await down(d, 'r3');
  assert.equal(hosts(only(d)), 'r1 r2 r3', 'one of them stands');
  for (const host of ['r1', 'r2', 'r3']) await up(d, host);
  await down(d, 'r4');
  assert.equal(hosts(only(d)), 'r1 r2 r3 r4', 'within the window');
  await up(d, 'r4');
  await d.pass(minutes(11), minutes(1));
  await down(d, 'r5');
  await down(d, 'r6');
  assert.deepEqual(incidents(d).map(hosts), ['r1 r2 r3 r4', 'r5 r6']);
});

test('join: window and never say when nothing joins', async () => {
  const d = await open({ alarmsMin: 2, join: 'window' });
  await down(d, 'r1');
  await down(d, 'r2');
  await d.pass(minutes(11), minutes(1));
  await down(d, 'r3');
  assert.equal(hosts(only(d)), 'r1 r2');
  await apply(d, [{ alarmsMin: 2, join: 'never' }]);
  await down(d, 'r4');
  assert.deepEqual(incidents(d).map(hosts), ['r1 r2', 'r3 r4']);
});

test('the first rule that matches counts, unless it says that the next are asked too', async () => {
  const first = { name: 'critical', severityMin: 'critical', alarmsMin: 3 } as const;
  const d = await open(first, { alarmsMin: 2 });
  await down(d, 'r1', 'nbg', { severity: 'critical' });
  await down(d, 'r2', 'nbg', { severity: 'critical' });
  assert.equal(incidents(d).length, 0);
  const e = await open({ ...first, continue: true }, { alarmsMin: 2 });
  await down(e, 'r1', 'nbg', { severity: 'critical' });
  await down(e, 'r2', 'nbg', { severity: 'critical' });
  assert.equal(only(e).by, 'rule:site');
});

test('what was merged goes on gathering in what it is part of now', async () => {
  const d = await open({ alarmsMin: 2 });
  await down(d, 'r1');
  await down(d, 'r2');
  const x = await down(d, 'x', '');
  const { made } = await d.desk.act(NORA, {
    verb: 'incident.open',
    ...{ alarms: [x], title: 'Cable cut', lead: '', note: '' },
  });
  const [old] = incidents(d);
  const into = made as IncidentId;
  await d.desk.act(NORA, {
    verb: 'incident.merge',
    incident: old?.id as IncidentId,
    into,
    note: '',
  });
  await down(d, 'r3');
  assert.equal(hosts(d.desk.memory.get('incidents', into) ?? assert.fail()), 'x r1 r2 r3');
});

test('who is on call leads it, and nobody who is not there', async () => {
  const d = await open({ alarmsMin: 1, lead: { person: 'gone' as UserId } });
  await down(d, 'r1');
  assert.equal(only(d).lead, undefined);
});

test('with all incidents open nothing is opened, and nothing is lost', async () => {
  const d = await open({ alarmsMin: 1, window: hours(1) });
  const max = INCIDENT_LIMITS.incidents_max;
  for (let n = 0; n < max; n += 1_000) {
    const events = Array.from({ length: 1_000 }, (_, i) =>
      alert(`r${n + i}`, {
        labels: { alertname: 'Down', instance: `r${n + i}`, site: `s${n + i}` },
      }),
    );
    await d.desk.receive('test', events);
  }
  assert.equal(incidents(d).length, max);
  const late = await down(d, 'late', 'late');
  assert.equal(incidents(d).length, max);
  assert.equal(d.desk.memory.count('gatherings'), 1, 'it waits for room');
  await close(d, incidents(d)[7] ?? assert.fail());
  await down(d, 'late2', 'late');
  assert.equal(incidents(d).length, max);
  assert.ok(d.desk.memory.remembered.openIncidentOf(late), 'the closed one made room');
});

test('with as many groups waiting as may no new one is begun, and those there go on', async () => {
  const d = await open({ alarmsMin: 2 });
  const max = INCIDENT_RULE_LIMITS.gatherings_max;
  for (let n = 0; n < max + 1_000; n += 1_000) {
    const events = Array.from({ length: 1_000 }, (_, i) =>
      alert(`r${n + i}`, {
        labels: { alertname: 'Down', instance: `r${n + i}`, site: `s${n + i}` },
      }),
    );
    await d.desk.receive('test', events);
  }
  assert.equal(d.desk.memory.count('gatherings'), max);
  await down(d, 'again', 's5');
  assert.equal(only(d).members.length, 2);
  await d.pass(minutes(13), minutes(1));
  await d.pass(minutes(1)); // a sweep takes so many at a time
  assert.equal(d.desk.memory.count('gatherings'), 0, 'what waited in vain is forgotten');
});

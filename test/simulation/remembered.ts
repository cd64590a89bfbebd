import assert from 'node:assert/strict';
import { days, type Instant, millis } from '../../src/base/time.ts';
import type { Memory } from '../../src/desk/desk.ts';
import type { Act } from '../../src/desk/entry.ts';
import type { Alarm, UserId } from '../../src/domain/alarm/alarm.ts';
import { INCIDENT_LIMITS, type Incident } from '../../src/domain/incident/incident.ts';
import { byRule, type IncidentPlan, JOINS_WHILE } from '../../src/domain/incident/rule.ts';
import { aboutOf } from '../../src/domain/memory/about.ts';
import { STEPS } from '../../src/domain/memory/action.ts';
import { DECISION_KINDS } from '../../src/domain/memory/decision.ts';
import type { SilenceId } from '../../src/domain/routing/silence.ts';
import type { PlacedChange } from '../../src/ports/store.ts';
import type { Chance } from './random.ts';
import { documentAct } from './written.ts';

const REVIEW_MIN_MS = 60_000;

/** Something a person may write down about an alarm, or about what was written before. */
export function writtenDown(c: Chance, memory: Memory, alarm: Alarm, now: Instant): Act {
  const about = aboutOf(alarm);
  const incident = newest(memory.all('incidents'), c);
  const other = newest(memory.all('incidents'), c);
  const action = newest(memory.all('actions'), c);
  const decision = newest(memory.all('decisions'), c);
  const caution = newest(memory.all('cautions'), c);
  const acts: Act[] = [
    {
      verb: 'decision.record',
      about,
      situation: alarm.text,
      options: [],
      kind: c.pick(DECISION_KINDS),
      what: '',
      reason: 'as last time',
      reviewAt: (now + REVIEW_MIN_MS + c.below(600_000)) as Instant,
    },
    {
      verb: 'decision.record',
      ...{ about, situation: '', options: [], what: '', reason: 'the spare is ordered' },
      kind: c.pick(['shelve', 'suppress until']),
      reviewAt: (now + REVIEW_MIN_MS + c.below(600_000)) as Instant,
      does: { silence: `s-d${now}-${c.below(1_000)}` as SilenceId, createdBy: 'Nora' },
    },
    {
      verb: 'action.set',
      about,
      title: 'look at it',
      detail: '',
      owner: 'nora' as UserId,
      step: 'someday',
    },
    {
      verb: 'revision.apply',
      ...{ text: '', from: 'a.yml', unused: [], why: 'what is one trouble' },
      incidents: incidentPlan(c),
    },
    { verb: 'incident.open', alarms: [alarm.id], title: 'trouble', lead: '', note: '' },
    {
      verb: 'caution.set',
      resource: alarm.resource,
      text: 'mind the gap',
      reason: 'there is one',
      owner: 'network',
      reviewAt: (now + days(1)) as Instant,
    },
  ];
  if (incident) {
    const on = { incident: incident.id, note: 'as seen' };
    acts.push({ verb: 'incident.join', alarms: [alarm.id], ...on });
    acts.push({ verb: 'incident.leave', alarms: [alarm.id], ...on });
    acts.push({ verb: c.pick(['incident.close', 'incident.note', 'incident.reopen']), ...on });
  }
  if (incident && other) {
    acts.push({ verb: 'incident.merge', incident: incident.id, into: other.id, note: '' });
    acts.push({ verb: 'incident.set', incident: other.id, title: 'other trouble' });
  }
  if (decision) {
    const reviewAt = (now + REVIEW_MIN_MS + c.below(600_000)) as Instant;
    acts.push({ verb: 'decision.review', decision: decision.id, reviewAt, reason: 'still right' });
  }
  acts.push(documentAct(c, memory));
  if (caution) acts.push({ verb: 'caution.end', caution: caution.id, reason: 'closed' });
  if (action) acts.push({ verb: 'action.end', action: action.id, how: 'done', reason: 'done' });
  return c.pick(acts);
}

/** Rules that gather what the simulated senders say, in ever other ways. */
const incidentPlan = (c: Chance): IncidentPlan => ({
  rules: ['@type', '@source', 'nothing'].map((field, n) => ({
    name: `rule-${n}`,
    matchers: n === 0 ? [{ name: '@resource', op: '=~', value: '.*1.*' }] : [],
    groupBy: [field],
    window: millis(1_000 + c.below(120_000)),
    alarmsMin: 1 + c.below(4),
    resourcesMin: 1,
    severityMin: c.pick(['indeterminate', 'major']),
    title: '{values}: {count} alarms',
    join: c.pick(JOINS_WHILE),
    reopenWithin: millis(c.below(300_000)),
    alarmsMax: 4 + c.below(4),
    continue: c.in100(50),
  })),
});

const newest = <R extends { readonly position: number }>(
  rows: Iterable<R>,
  c: Chance,
): R | undefined => {
  const found = [...rows].sort((a, b) => b.position - a.position).slice(0, 3);
  return found.length === 0 ? undefined : c.pick(found);
};

/** What was written down says of each alarm what its timeline says. */
export function checkRemembered(
  memory: Memory,
  changes: Iterable<Pick<PlacedChange, 'alarm' | 'what' | 'position'>>,
  now: Instant,
): void {
  const raises = new Map<string, number[]>();
  for (const { alarm, what, position } of changes) {
    if (what !== 'raised') continue;
    raises.set(alarm, [...(raises.get(alarm) ?? []), position]);
  }
  const since = (alarm: string, position: number): number =>
    (raises.get(alarm) ?? []).filter((at) => at > position).length;
  for (const one of memory.all('decisions')) {
    if (one.supersededBy !== undefined) continue;
    const count = since(one.about.alarm, one.position);
    assert.equal(one.recurrences, count, `${one.id}: raises lost or counted twice`);
    const isDue = one.reviewAt <= now - 2_000;
    // That it comes back is what a shelf or a silence is made for.
    const isWrong = isDue || (count > 0 && one.made === undefined);
    assert.ok(!(one.outcome.is === 'open' && isWrong), `${one.id} is still open`);
    if (one.outcome.is === 'lifted') assert.ok(one.made && one.outcome.at < one.made.until);
    const { is } = one.outcome;
    if (is === 'held')
      // What was decided late, after a crash, may be due soon.
      assert.ok(one.outcome.at > one.at, `${one.id} held too early`);
  }
  for (const action of memory.all('actions')) {
    if (action.ended || !action.about) continue;
    const count = since(action.about.alarm, action.position);
    assert.equal(action.recurrences, count, `${action.id}: raises lost or counted twice`);
    assert.equal(action.step === STEPS[0], count === 0, `${action.id} did not rise`);
  }
  checkIncidents(memory);
}

/** One alarm is in one open incident; a rule lets in only what it may. */
function checkIncidents(memory: Memory): void {
  const taken = new Map<string, string>();
  for (const incident of memory.all('incidents')) {
    checkOfRule(incident);
    if (incident.state.is !== 'open') continue;
    for (const { alarm } of incident.members) {
      assert.equal(taken.get(alarm), undefined, `${alarm} is in two incidents`);
      taken.set(alarm, incident.id);
      assert.equal(memory.remembered.openIncidentOf(alarm), incident.id);
    }
  }
}

function checkOfRule({ id, by, rule, lines, members, out = [] }: Incident): void {
  const [opened] = lines;
  assert.equal(rule === undefined, opened?.by !== by || by === 'nora', `${id}: opened by ${by}`);
  assert.equal(new Set(members.map(({ alarm }) => alarm)).size, members.length, `${id}: twice in`);
  assert.ok(members.length <= INCIDENT_LIMITS.members_max);
  if (!rule) return;
  assert.equal(by, byRule(rule.name));
  const count = Number(/^(\d+) alarm/.exec(opened?.text ?? '')?.[1]);
  assert.ok(count >= 1 && count <= 8, `${id} was opened with ${count}`);
  const isKept = lines.length < INCIDENT_LIMITS.lines_max;
  const isFull = lines.some(({ what }) => what === 'full');
  assert.ok(!isKept || rule.beyond === 0 || isFull, `${id} says nowhere that it was full`);
  assert.ok(out.length <= INCIDENT_LIMITS.out_max);
}

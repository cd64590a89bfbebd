import assert from 'node:assert/strict';
import { test } from 'node:test';
import { days, type Instant } from '../../src/base/time.ts';
import { applyAt } from '../../src/desk/apply.ts';
import type { Draft } from '../../src/desk/draft.ts';
import type { Act } from '../../src/desk/entry.ts';
import { MemoryIndex } from '../../src/desk/memory-index.ts';
import { State } from '../../src/desk/state.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { type AlarmId, identify } from '../../src/domain/alarm/event.ts';
import { MATCHER_LIMITS } from '../../src/domain/alarm/matcher.ts';
import { INCIDENT_LIMITS } from '../../src/domain/incident/incident.ts';
import type { About } from '../../src/domain/memory/about.ts';
import { ACTION_LIMITS } from '../../src/domain/memory/action.ts';
import { CAUTION_LIMITS } from '../../src/domain/memory/caution.ts';
import { DECISION_LIMITS } from '../../src/domain/memory/decision.ts';
import { RECALL_LIMITS, recall } from '../../src/domain/memory/recall.ts';
import { saidOf } from '../support/refusals.ts';

const NORA = 'nora' as UserId;
const AT = 1_767_225_600_000 as Instant;

const aboutOf = (resource: string): About => ({
  alarm: identify(resource, 'Down', ''),
  resource,
  type: 'Down',
  class: 'job=web',
  severity: 'major',
  text: 'down',
});

/** A fold alone: so many acts in no time. */
function fold() {
  const state = new State();
  const apply = (entry: Parameters<typeof applyAt>[2]): Draft =>
    applyAt(state, state.position + 1, entry);
  const act = (asked: Act): Draft => apply({ kind: 'act', at: AT, by: NORA, act: asked });
  const raise = (resource: string): AlarmId => {
    const { alarm: id, type, text } = aboutOf(resource);
    const event = { id, resource, type, text, qualifier: '', labels: {} };
    const raised = { ...event, kind: 'raise' as const, severity: 'major' as const };
    apply({ kind: 'events', at: AT, source: 'test', events: [raised] });
    return id;
  };
  return { state, act, raise };
}

const decision = (resource: string): Act => ({
  verb: 'decision.record',
  about: aboutOf(resource),
  situation: '',
  options: [],
  kind: 'accept',
  what: '',
  reason: 'harmless',
  reviewAt: (AT + days(30)) as Instant,
});

test('with as many decisions as are kept the oldest superseded one goes, and the audit has it', () => {
  const { state, act } = fold();
  act(decision('web-0'));
  act(decision('web-1'));
  const first = act(decision('web-1')).outcome?.made;
  for (let n = 2; state.count('decisions') < DECISION_LIMITS.decisions_max; n++) {
    assert.equal(act(decision(`web-${n}`)).audit.length, 1);
  }
  const { audit } = act(decision('more'));
  assert.deepEqual(
    audit.map(({ verb, subject }) => [verb, subject]),
    [
      ['decision.forgotten', 'd2'],
      ['decision.record', `d${state.position}`],
    ],
  );
  assert.equal(state.count('decisions'), DECISION_LIMITS.decisions_max);
  assert.equal(state.remembered.lastOn(aboutOf('web-1').alarm)?.id, first);
  assert.equal(state.get('timers', 'decision.review/d2'), undefined);
  assert.equal(act(decision('still more')).audit[0]?.subject, 'd1', 'with none, the oldest');
});

test('with as many open incidents as are kept no more are taken; a closed one makes room', () => {
  const { state, act, raise } = fold();
  const open = (resource: string): Draft =>
    act({
      verb: 'incident.open',
      alarms: [raise(resource)],
      title: resource,
      lead: '',
      note: '',
    });
  const first = open('web-0').outcome?.made;
  for (let n = 1; n < INCIDENT_LIMITS.incidents_max; n++) open(`web-${n}`);
  assert.match(saidOf(open('one more').outcome?.refused), /close some/);
  act({ verb: 'incident.close', incident: first as never, note: 'over' });
  const { outcome, audit } = open('one more');
  assert.equal(outcome?.refused, undefined);
  assert.deepEqual([audit[0]?.verb, audit[0]?.subject], ['incident.forgotten', first]);
  assert.equal(state.count('incidents'), INCIDENT_LIMITS.incidents_max);
});

test('an incident has so many alarms and no more', () => {
  const { act, raise, state } = fold();
  const alarms = Array.from({ length: INCIDENT_LIMITS.members_max + 1 }, (_, n) =>
    raise(`web-${n}`),
  );
  const opening = { verb: 'incident.open' as const, title: 'web', lead: '' as const, note: '' };
  assert.match(saidOf(act({ ...opening, alarms }).outcome?.refused), /at most/);
  const { made = '' } = act({ ...opening, alarms: alarms.slice(1) }).outcome ?? {};
  assert.equal(state.get('incidents', made)?.members.length, INCIDENT_LIMITS.members_max);
  const join = { verb: 'incident.join' as const, incident: made as never, note: '' };
  assert.match(saidOf(act({ ...join, alarms: alarms.slice(0, 1) }).outcome?.refused), /at most/);
});

test('with as many open actions as are kept no more are taken; one that ended makes room', () => {
  const { act } = fold();
  const set = (): Draft =>
    act({ verb: 'action.set', title: 'look', detail: '', owner: '', step: 'someday' });
  const first = set().outcome?.made;
  for (let n = 1; n < ACTION_LIMITS.actions_max; n++) set();
  assert.match(saidOf(set().outcome?.refused), /end some/);
  act({ verb: 'action.end', action: first as never, how: 'dropped', reason: 'no need' });
  const { outcome, audit } = set();
  assert.equal(outcome?.refused, undefined);
  assert.deepEqual([audit[0]?.verb, audit[0]?.subject], ['action.forgotten', first]);
});

test('with as many cautions as are kept no more are taken', () => {
  const { act } = fold();
  const put = (n: number): Draft =>
    act({
      verb: 'caution.set',
      resource: `web-${n}`,
      text: 'careful',
      reason: 'old',
      owner: 'web',
      reviewAt: (AT + days(1)) as Instant,
    });
  for (let n = 0; n < CAUTION_LIMITS.cautions_max; n++) put(n);
  assert.match(saidOf(put(-1).outcome?.refused), /take some down/);
});

test('with as many cautions by matchers as are kept no more are, and a change needs no room', () => {
  const { state, act } = fold();
  const put = (n: number, more = {}): Draft =>
    act({
      verb: 'caution.set',
      resource: '',
      matchers: [{ name: 'site', op: '!=', value: `s${n}` }],
      text: 'careful',
      reason: 'old',
      owner: 'web',
      reviewAt: (AT + days(1)) as Instant,
      ...more,
    });
  const max = CAUTION_LIMITS.by_matchers_max;
  let made: string | undefined;
  for (let n = 0; n < max; n++) made = put(n).outcome?.made;
  assert.equal(state.remembered.cautionsByMatchers, max);
  assert.match(saidOf(put(-1).outcome?.refused), /1000 cautions by matchers/);
  assert.equal(put(-1, { caution: made }).outcome?.refused, undefined);
  const plain = { matchers: undefined, resource: 'web-1' };
  assert.equal(put(0, plain).outcome?.refused, undefined);
  const many = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ name: `l${n}`, op: '=' as const, value: 'x' }));
  const most = MATCHER_LIMITS.matchers_max;
  assert.equal(put(0, { caution: made, matchers: many(most) }).outcome?.refused, undefined);
  const tooMany = { caution: made, matchers: many(most + 1) };
  assert.match(saidOf(put(0, tooMany).outcome?.refused), /at most 64/);
});

test('a recall looks at so many decisions of each rung at most, however many there are', () => {
  const { state, act } = fold();
  for (let n = 0; n < 2_000; n++) act(decision(`web-${n % 1_500}`));
  let read = 0;
  const index = new MemoryIndex((table, id) => {
    read++;
    return state.get(table, id);
  });
  for (const one of state.all('decisions')) index.noteDecision(undefined, one);
  const answers = recall(index, aboutOf('web-7'), AT);
  assert.deepEqual(
    answers.map(({ decision: { id } }) => id).slice(0, 2),
    ['d1508', 'd8'],
    'both on this very alarm first',
  );
  assert.equal(answers.length, 2 + RECALL_LIMITS.answers_max);
  const most = RECALL_LIMITS.looked_at_max;
  assert.ok(read > most && read <= most + 5, `${read} decisions were read`);
});

test('a caution on a thing of the inventory holds for all that is part of it', () => {
  const { state, act, raise } = fold();
  const things = [
    { key: 'device:core-1', names: ['192.0.2.1'] },
    { key: 'port:core-1/xe-0', partOf: 'device:core-1' },
    { key: 'device:core-2' },
  ] as never;
  const id = '00f1c2d3e4a5b697';
  act({ verb: 'inventory.put', feed: 'net', parts: [{ id, things }] });
  const counts = { things: 3, added: 3, changed: 0, removed: 0 };
  const version = { feed: 'net', basedOn: '', parts: [id], counts, from: 'net.yml', why: '' };
  act({ verb: 'inventory.switch', ...version } as never);
  act({
    verb: 'caution.set',
    resource: 'device:core-1',
    text: 'Call the bank',
    reason: 'their line',
    owner: 'net',
    reviewAt: (AT + days(1)) as Instant,
  });
  const told = ['core-1/xe-0', '192.0.2.1', 'core-2'].map((resource) => {
    const alarm = state.get('alarms', raise(resource));
    assert.ok(alarm);
    return state.remembered.cautionsOn(alarm, state.inventory).length;
  });
  assert.deepEqual(told, [1, 1, 0]);
});

test('each text and date of actions, cautions and incidents has its limit, which is taken', () => {
  const { act, raise } = fold();
  const x = (n: number): string => 'x'.repeat(n);
  const late = (n: number): Instant => (AT + days(n)) as Instant;
  const action = {
    verb: 'action.set',
    title: 'look',
    detail: '',
    owner: '',
    step: 'soon',
  } as const;
  const caution = {
    verb: 'caution.set',
    resource: 'r',
    text: 't',
    reason: 'w',
    owner: 'o',
  } as const;
  const made = (asked: Act): string => act(asked).outcome?.made ?? assert.fail();
  const open = { verb: 'incident.open', title: 'web', lead: '', note: '' } as const;
  const incident = made({ ...open, alarms: [raise('web-0')] }) as never;
  const [a, c, i] = [ACTION_LIMITS, CAUTION_LIMITS, INCIDENT_LIMITS];
  let n = 0;
  const cases: readonly (readonly [most: number, make: (size: number) => Act])[] = [
    [a.title_chars_max, (size) => ({ ...action, title: x(size) })],
    [a.detail_chars_max, (size) => ({ ...action, detail: x(size) })],
    [a.due_days_max, (size) => ({ ...action, dueAt: late(size) })],
    [
      a.reason_chars_max,
      (size) => {
        const ending = { verb: 'action.end', how: 'done', reason: x(size) } as const;
        return { ...ending, action: made(action) as never };
      },
    ],
    [c.text_chars_max, (size) => ({ ...caution, text: x(size), reviewAt: late(1) })],
    [c.reason_chars_max, (size) => ({ ...caution, reason: x(size), reviewAt: late(1) })],
    [c.owner_chars_max, (size) => ({ ...caution, owner: x(size), reviewAt: late(1) })],
    [c.review_days_max, (size) => ({ ...caution, reviewAt: late(size) })],
    [512, (size) => ({ ...caution, resource: x(size), reviewAt: late(1) })],
    [i.title_chars_max, (size) => ({ ...open, title: x(size), alarms: [raise(`w-${n++}`)] })],
    [i.note_chars_max, (size) => ({ ...open, note: x(size), alarms: [raise(`w-${n++}`)] })],
    [i.title_chars_max, (size) => ({ verb: 'incident.set', incident, title: x(size) })],
    [i.note_chars_max, (size) => ({ verb: 'incident.note', incident, note: x(size) })],
  ];
  for (const [k, [most, make]] of cases.entries()) {
    assert.equal(act(make(most)).outcome?.refused, undefined, `case ${k} at its limit`);
    assert.notEqual(act(make(most + 1)).outcome?.refused, undefined, `case ${k} beyond it`);
  }
  for (const bad of [{ title: ' ' }, { step: 'now' }, { decision: 'd0' }, { incident: 'i0' }]) {
    const { outcome } = act({ ...action, ...bad } as Act);
    assert.notEqual(outcome?.refused, undefined, JSON.stringify(bad));
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '../../src/base/time.ts';
import { apply } from '../../src/desk/apply.ts';
import { encode } from '../../src/desk/codec.ts';
import type { LazyText } from '../../src/desk/committer.ts';
import { LANE_WEIGHT_MAX } from '../../src/desk/committer.ts';
import type { Draft } from '../../src/desk/draft.ts';
import type { EventsEntry } from '../../src/desk/entry.ts';
import { COALESCE_FROM, COUNT_FROM, folded, Ladder, stepOf } from '../../src/desk/ladder.ts';
import { State } from '../../src/desk/state.ts';
import { type AlarmEvent, identify } from '../../src/domain/alarm/event.ts';
import { openLife, turn } from '../support/desk.ts';

const AT = 1_000_000 as Instant;

const word = (resource: string, more: Partial<AlarmEvent> = {}): AlarmEvent => ({
  kind: 'raise',
  id: identify(resource, 'link.down', ''),
  resource,
  type: 'link.down',
  qualifier: '',
  severity: 'major',
  text: 'down',
  labels: {},
  ...more,
});

/** A ladder whose entries wait until they are taken, and the fold they end in. */
function waiting() {
  const state = new State();
  const queue: { entry: EventsEntry; text: LazyText; resolve: (draft: Draft) => void }[] = [];
  const ladder = new Ladder(
    (entry, text) => new Promise((resolve) => queue.push({ entry, text, resolve })),
    encode,
  );
  let position = 0;
  return {
    state,
    ladder,
    queue,
    take: (most = queue.length) => {
      for (const { entry, text, resolve } of queue.splice(0, most)) {
        text.make();
        resolve(apply(state, ++position, entry));
      }
    },
  };
}

test('the ladder is climbed at these parts of the budget and of the lag, and not before', () => {
  const e = 1e-9;
  assert.equal(stepOf(COALESCE_FROM.budget - e, COALESCE_FROM.lag - e), 0);
  assert.equal(stepOf(COALESCE_FROM.budget, 0), 1);
  assert.equal(stepOf(0, COALESCE_FROM.lag), 1);
  assert.equal(stepOf(COUNT_FROM.budget - e, COUNT_FROM.lag - e), 1);
  assert.equal(stepOf(COUNT_FROM.budget, 0), 2);
  assert.equal(stepOf(0, COUNT_FROM.lag), 2);
});

for (const [what, b, step, want] of [
  ['the same again', {}, 1, { count: 2 }],
  ['counts of both', { count: 5 }, 1, { count: 6 }],
  ['other words, at the first step', { text: 'still down' }, 1, undefined],
  ['other words', { text: 'still down' }, 2, { count: 2, text: 'still down', unkept: 1 }],
  ['other words thrice', { text: 'x', count: 3 }, 2, { count: 4, text: 'x', unkept: 1 }],
  ['another severity', { severity: 'minor' }, 2, undefined],
  ['a clear', { kind: 'clear' }, 2, undefined],
  ['another thing with the same id', { resource: 'b' }, 2, undefined],
  ['with a time of its own', { at: AT }, 2, undefined],
  ['with a lease', { lease: 5 as never }, 2, undefined],
] as const) {
  test(`a raise and then ${what}: ${want ? 'one' : 'two'}`, () => {
    const made = folded(word('a'), { ...word('a'), ...b } as AlarmEvent, step);
    assert.deepEqual(made, want && { ...word('a'), ...want });
  });
}

test('of two with times of their own the later one speaks, in whatever order they came', () => {
  const early = word('a', { at: AT, text: 'early' });
  const late = word('a', { at: (AT + 1) as Instant, text: 'late', until: (AT + 5) as Instant });
  assert.equal(folded(early, late, 2), undefined, 'only one of them promises something');
  const promised = { ...early, until: (AT + 9) as Instant };
  for (const [a, b] of [
    [promised, late],
    [late, promised],
  ] as const) {
    const made = folded(a, b, 2);
    assert.deepEqual([made?.text, made?.at, made?.until, made?.count], ['late', AT + 1, AT + 9, 2]);
  }
});

test('what was dropped is told in the timeline of the alarm, and all of it is counted', async () => {
  const { state, ladder, take } = waiting();
  const all = [1, 2, 3, 4].map((n) => ladder.add('x', [word('a', { text: `no. ${n}` })], AT, 2));
  take();
  const drafts = (await Promise.all(all)).flat();
  const alarm = state.get('alarms', word('a').id);
  assert.deepEqual([alarm?.occurrences, alarm?.unkept, alarm?.text], [4, 3, 'no. 4']);
  const whys = drafts[0]?.changes.map(({ why }) => why);
  assert.match(whys?.at(-1) ?? '', /^3 reports were counted without their words/);
});

/** A small generator with a seed: the same numbers in every run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) % below;
  };
}

function anyWord(rng: (below: number) => number, n: number): AlarmEvent {
  const kind = (['raise', 'raise', 'raise', 'clear', 'change', 'occurrence'] as const)[rng(6)];
  const severity = (['major', 'major', 'minor'] as const)[rng(3)] ?? 'major';
  const event = word(`r${rng(3)}`, {
    kind: kind ?? 'raise',
    text: ['down', 'down', 'broken'][rng(3)] ?? '',
    ...(rng(3) === 0 ? { at: (AT + n * 10 - rng(50)) as Instant } : {}),
    ...(rng(4) === 0 ? { count: 1 + rng(5) } : {}),
  });
  const { severity: _, ...cleared } = event;
  return event.kind === 'clear' ? cleared : { ...event, severity };
}

test('no raise, no clear and no count is lost at any step: the fold ends the same, by seeds', async () => {
  for (let seed = 1; seed <= 400; seed++) {
    const rng = random(seed);
    const climbed = waiting();
    const plain = new State();
    const answers: Promise<unknown>[] = [];
    for (let n = 0; n < 60; n++) {
      const events = Array.from({ length: 1 + rng(5) }, () => anyWord(rng, n));
      answers.push(climbed.ladder.add('x', events, AT, (1 + rng(2)) as 1 | 2));
      apply(plain, n + 1, { kind: 'events', at: AT, source: 'x', events });
      if (rng(5) === 0) climbed.take(rng(4));
    }
    climbed.take();
    await Promise.all(answers);
    for (const resource of ['r0', 'r1', 'r2']) {
      const { id } = word(resource);
      const seen = (state: State) => {
        const alarm = state.get('alarms', id);
        return alarm && [alarm.condition.is, alarm.severity, alarm.text, alarm.occurrences];
      };
      assert.deepEqual(seen(climbed.state), seen(plain), `seed ${seed}, ${resource}`);
    }
  }
});

test('a repeat never moves ahead of a clear, nor of a word with a key of its own', async () => {
  const { ladder, queue, take, state } = waiting();
  const one = ladder.add('x', [word('a'), word('a', { kind: 'clear' }), word('a')], AT, 2);
  assert.equal(queue[0]?.entry.events.length, 3);
  ladder.pass('x', [word('a')]);
  const two = ladder.add('x', [word('a')], AT, 2);
  assert.equal(queue.length, 2);
  take();
  await Promise.all([one, two]);
  assert.equal(state.get('alarms', word('a').id)?.episodes, 2);
  assert.equal(ladder.isOpen('x'), false);
});

test('a desk that is flooded counts repeats, answers all, and says when it is over', async () => {
  const { desk, clock } = await openLife();
  const many = (n: number) =>
    Array.from({ length: 1_000 }, (_, i) => word(`flood-${n * 1_000 + i}`));
  const answers = [];
  const rounds = (LANE_WEIGHT_MAX * COALESCE_FROM.budget) / 1_000 + 12;
  for (let n = 0; n < rounds; n++) answers.push(desk.receive('snmp', many(n)));
  assert.equal(desk.figures().floods.get('snmp'), 1);
  answers.push(desk.receive('snmp', [word('late')]));
  const before = desk.figures().entriesWaiting;
  for (let n = 0; n < 500; n++) answers.push(desk.receive('snmp', [word('late')]));
  assert.equal(desk.figures().entriesWaiting, before, 'repeats take no room');
  for (const delivered of await Promise.all(answers)) assert.ok(delivered.ok);
  assert.equal(desk.memory.get('alarms', word('late').id)?.occurrences, 501);
  clock.pass(10_001);
  await desk.receive('snmp', [word('calm')]);
  await turn();
  assert.equal(desk.figures().floods.size, 0);
});

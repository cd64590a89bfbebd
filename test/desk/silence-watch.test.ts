import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hours, type Instant, type Millis, minutes, seconds } from '../../src/base/time.ts';
import { LEARN_EVENTS_MIN, LEARN_SPAN_MIN, LEARNED_MIN } from '../../src/desk/health/habit.ts';
import {
  Hearing,
  type KeptTalker,
  LEARN_ALL,
  type SilenceRules,
} from '../../src/desk/health/hearing.ts';
import { SilenceWatch } from '../../src/desk/health/silence.ts';
import { SelfWatch } from '../../src/desk/self-watch.ts';
import { isRaised, type UserId } from '../../src/domain/alarm/alarm.ts';
import { type AlarmEvent, identify } from '../../src/domain/alarm/event.ts';
import { parseMatchers } from '../../src/domain/alarm/matcher.ts';
import { openLife, type Remains } from '../support/desk.ts';

const LOOK = seconds(5);

const rules = (more: Partial<SilenceRules>): SilenceRules => ({ ...LEARN_ALL, ...more });
const match = (text: string) => {
  const read = parseMatchers(text);
  assert.ok(!('error' in read));
  return read;
};

const word = (device: string, more: Partial<AlarmEvent> = {}): AlarmEvent => ({
  kind: 'occurrence',
  id: identify(`${device}/a`, 'hello', ''),
  resource: `${device}/a`,
  type: 'hello',
  qualifier: '',
  severity: 'warning',
  text: 'hello',
  labels: {},
  ...more,
});

/** A desk that listens to one source, and looks at itself every 5 s. */
async function listening(
  by: SilenceRules = LEARN_ALL,
  before?: { readonly remains: Remains; readonly kept: readonly KeptTalker[] },
) {
  const life = await openLife(before?.remains);
  const { desk, clock } = life;
  const hearing = new Hearing(by, clock.now());
  hearing.takeOver(before?.kept ?? []);
  hearing.expect('snmp');
  const silence = new SilenceWatch(hearing, desk.memory);
  let isListening = true;
  const watch = new SelfWatch(desk, clock, () => ({
    sources: [],
    diskFreeBytes: undefined,
    driftMs: 0,
    others: silence.findings(clock.now(), isListening),
  }));
  const pass = async (length: Millis) => {
    for (const end = clock.now() + length; clock.now() < end; ) {
      clock.pass(Math.min(LOOK, end - clock.now()));
      await watch.look();
    }
  };
  return {
    ...life,
    hearing,
    pass,
    listen: (is: boolean) => {
      isListening = is;
    },
    says: (...events: AlarmEvent[]) => hearing.heard('snmp', events, clock.now()),
    /** Talks every ten minutes until it is a habit. */
    async makesAHabit(...events: AlarmEvent[]) {
      for (let n = 0; n <= LEARN_SPAN_MIN / minutes(10); n++) {
        hearing.heard('snmp', events, clock.now());
        await pass(minutes(10));
      }
      hearing.heard('snmp', events, clock.now());
    },
    silent: () =>
      [...desk.memory.all('alarms')]
        .filter((a) => a.type === 'source.silent' && isRaised(a))
        .map((a) => `${a.resource} ${a.severity}`),
    restart: (downFor: Millis, kept = [...hearing.kept()]) =>
      listening(by, { remains: life.crash(downFor), kept }),
  };
}

const often = (device: string) => word(device, { count: LEARN_EVENTS_MIN / 10 });

test('a source over the limit that was set is silent, and no longer when it speaks', async () => {
  const own = await listening(rules({ sources: new Map([['snmp', minutes(10)]]) }));
  own.says(word('core-1'));
  await own.pass(minutes(10));
  assert.deepEqual(own.silent(), []);
  await own.pass(LOOK);
  assert.deepEqual(own.silent(), ['snmp major']);
  assert.match(own.changes.at(-1)?.text ?? '', /snmp was last heard .*tocsin.yml gives it 10 min/);
  own.says(word('core-1'));
  await own.pass(LOOK);
  assert.deepEqual(own.silent(), []);
});

test('a source that never spoke is missed too, from the start on', async () => {
  const own = await listening(rules({ sources: new Map([['snmp', minutes(10)]]) }));
  await own.pass((minutes(10) + LOOK) as Millis);
  assert.deepEqual(own.silent(), ['snmp major']);
  assert.match(own.changes.at(-1)?.text ?? '', /snmp was never heard/);
});

test('a device has the limit of the first rule that matches, also one that never spoke', async () => {
  const devices = [
    { matchers: match('source="snmp", device="ups-9"'), after: hours(1) },
    { matchers: match('device=~"lab-.*"'), after: 'never' as const },
    { matchers: match('source="snmp"'), after: minutes(5) },
  ];
  const own = await listening(rules({ devices }));
  own.says(word('core-1'), word('lab-1'));
  const keepTalking = async (length: Millis) => {
    for (let ms = 0; ms < length; ms += minutes(1)) {
      own.says(word('core-2'));
      await own.pass(minutes(1));
    }
  };
  await keepTalking(minutes(6));
  assert.deepEqual(own.silent(), ['snmp/core-1 minor']);
  await keepTalking(hours(1));
  assert.deepEqual(own.silent(), ['snmp/core-1 minor', 'snmp/ups-9 minor']);
  const alarm = own.desk.memory.get('alarms', identify('snmp/core-1', 'source.silent', ''));
  assert.deepEqual(alarm?.labels, {
    alertname: 'source.silent',
    instance: 'core-1',
    source: 'snmp',
    device: 'core-1',
  });
});

test('a habit of a day is missed after three times its longest pause', async () => {
  const own = await listening();
  await own.makesAHabit(often('core-1'));
  own.says(often('core-2')); // so that the source is heard later than core-1
  await own.pass(minutes(30));
  assert.deepEqual(own.silent(), []);
  await own.pass(LOOK);
  assert.deepEqual(own.silent(), ['snmp major'], 'its devices are silent because it is');
});

test('when a silent source speaks again, its other devices get their whole time', async () => {
  const own = await listening();
  await own.makesAHabit(often('core-1'), often('core-2'));
  await own.pass(hours(3));
  assert.deepEqual(own.silent(), ['snmp major']);
  const talks = async (minutesLong: number) => {
    for (let n = 0; n < minutesLong; n++) {
      own.says(often('core-1'));
      await own.pass(minutes(1));
    }
  };
  await talks(30);
  assert.deepEqual(own.silent(), []);
  await talks(1);
  assert.deepEqual(own.silent(), ['snmp/core-2 minor']);
  const source = own.hearing.get('snmp');
  assert.equal(source?.devices.get('core-1')?.longestGap, minutes(10));
});

test('without learning, or when it talks rarely, nobody is missed', async () => {
  const deaf = await listening(rules({ learn: false }));
  await deaf.makesAHabit(often('core-1'));
  await deaf.pass(hours(12));
  assert.deepEqual(deaf.silent(), []);
  const rare = await listening();
  for (let n = 0; n < 10; n++) {
    rare.says(word('core-1', { count: LEARN_EVENTS_MIN }));
    await rare.pass(hours(5));
  }
  assert.deepEqual(rare.silent(), []);
});

test('a device whose last word was a clear, or that repeats under a lease, is not missed', async () => {
  const own = await listening();
  const leased = word('b', { kind: 'raise', lease: minutes(5), count: 10 });
  await own.makesAHabit(often('a'), leased, often('c'), often('d'));
  own.says(word('a', { kind: 'clear' }));
  for (let n = 0; n < 60; n++) {
    own.says(often('d'));
    await own.pass(minutes(1));
  }
  assert.deepEqual(own.silent(), ['snmp/c minor']);
});

test('time in which the desk could not listen is no silence', async () => {
  const own = await listening(rules({ sources: new Map([['snmp', minutes(10)]]) }));
  own.says(word('core-1'));
  own.listen(false);
  await own.pass(hours(1));
  own.listen(true);
  await own.pass(minutes(10));
  assert.deepEqual(own.silent(), []);
  own.clock.pass(hours(1)); // the machine slept: nobody looked
  await own.pass(minutes(10));
  assert.deepEqual(own.silent(), []);
  await own.pass((2 * LOOK) as Millis);
  assert.deepEqual(own.silent(), ['snmp major']);
});

test('after a restart nobody is missed who had no chance to speak', async () => {
  const own = await listening(rules({ sources: new Map([['snmp', minutes(10)]]) }));
  own.says(word('core-1'));
  await own.pass(minutes(9));
  const again = await own.restart(hours(5));
  assert.deepEqual(again.silent(), []);
  await again.pass(minutes(10));
  assert.deepEqual(again.silent(), []);
  await again.pass(LOOK);
  assert.deepEqual(again.silent(), ['snmp major']);
});

test('a silence that was told outlives a restart, and ends when the source speaks', async () => {
  const own = await listening();
  await own.makesAHabit(often('core-1'));
  await own.pass(hours(1));
  assert.deepEqual(own.silent(), ['snmp major']);
  for (const kept of [[...own.hearing.kept()], []]) {
    const again = await own.restart(minutes(1), kept);
    await again.pass(hours(1));
    assert.deepEqual(again.silent(), ['snmp major'], `${kept.length} talkers kept`);
    again.says(word('core-1'));
    await again.pass(LOOK);
    assert.deepEqual(again.silent(), []);
  }
});

test('a habit outlives a restart', async () => {
  const own = await listening();
  await own.makesAHabit(often('core-1'));
  const again = await own.restart(hours(1));
  await again.pass(minutes(30));
  assert.deepEqual(again.silent(), []);
  await again.pass(LOOK);
  assert.deepEqual(again.silent(), ['snmp major']);
  const source = again.hearing.get('snmp');
  assert.equal(source?.total.longestGap, minutes(10), 'the hour it was down is no pause');
});

test('a silence by habit that a person closes is over, and the habit is forgotten', async () => {
  const own = await listening();
  await own.makesAHabit(often('core-1'));
  await own.pass(hours(1));
  const id = identify('snmp', 'source.silent', '');
  const by = 'nora' as UserId;
  await own.desk.act(by, { verb: 'close', on: [{ id }], note: 'taken down' });
  await own.pass(LOOK);
  assert.deepEqual(own.silent(), []);
  own.says(often('core-1'));
  await own.pass(hours(12));
  assert.deepEqual(own.silent(), []);
});

test('closing does not end a silence whose limit was set', async () => {
  const own = await listening(rules({ sources: new Map([['snmp', LEARNED_MIN]]) }));
  await own.pass(hours(1));
  const id = identify('snmp', 'source.silent', '');
  const by = 'nora' as UserId;
  await own.desk.act(by, { verb: 'close', on: [{ id }], note: 'known' });
  await own.pass(hours(1));
  assert.deepEqual(own.silent(), ['snmp major']);
  assert.equal(own.changes.filter((c) => c.what === 'raised').length, 1);
});

test('a source that is no source of this desk any more is not missed', async () => {
  const own = await listening();
  own.hearing.heard('gone', [often('x')], own.clock.now());
  await own.makesAHabit(often('core-1'));
  const kept = [...own.hearing.kept()].map(([, device, row]): KeptTalker => ['gone', device, row]);
  const again = await own.restart(minutes(1), kept);
  await again.pass(hours(12));
  assert.deepEqual(again.silent(), []);
  assert.equal([...again.hearing.all()].length, 1);
});

test('the desk hears what its intake took, and not what it says to itself', async () => {
  const heard: (readonly [string, number, Instant])[] = [];
  const hearing = new Hearing();
  hearing.heard('desk', [word('core-1')], 0 as Instant);
  assert.deepEqual([...hearing.all()], []);
  const life = await openLife(undefined, undefined, (source, events, at) =>
    heard.push([source, events.length, at]),
  );
  const at = life.clock.now();
  await life.desk.receive('snmp', [word('a'), word('b')]);
  const renewed = word('c', { kind: 'raise', lease: minutes(5) });
  await life.desk.receive('snmp', [renewed]);
  await life.desk.receive('snmp', [renewed]);
  await life.desk.receive('snmp', [renewed]);
  assert.equal(life.desk.figures().renewals, 1);
  await life.desk.receiveText('syslog', JSON.stringify([word('d')]));
  life.journal.failNext('no space left', 1);
  await life.desk.receive('snmp', [word('e')]);
  assert.deepEqual(heard, [
    ['snmp', 2, at],
    ...Array.from({ length: 3 }, () => ['snmp', 1, at]),
    ['syslog', 1, at],
  ]);
});

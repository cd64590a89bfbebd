import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AlarmEvent, identify } from '../../domain/alarm/event.ts';
import {
  BATCH_CHARS_MAX,
  BATCH_EVENTS_MAX,
  COUNT_MAX,
  Fold,
  TOLD_MAX,
  WAITING_CHARS_MAX,
  WAITING_EVENTS_MAX,
} from './fold.ts';

const WINDOW_MS = 10_000;

const event = (name: string, rest: Partial<AlarmEvent> = {}): AlarmEvent => ({
  kind: 'raise',
  id: identify(name, 'link', ''),
  resource: name,
  type: 'link',
  qualifier: '',
  severity: 'major',
  text: 'down',
  labels: {},
  raw: 'line',
  ...rest,
});
const clear = (name: string): AlarmEvent => event(name, { kind: 'clear' });

/** What the next batch says: `resource kind`, with `*n` for a count. */
function next(fold: Fold): string[] {
  const events = JSON.parse(fold.next()?.text ?? '[]') as AlarmEvent[];
  return events.map(({ resource, kind, count = 1 }) => `${resource} ${kind}*${count}`);
}

test('a line that comes 4,000 times is one report with a count, then one for each window', () => {
  const fold = new Fold(WINDOW_MS);
  const say = (now: number, times: number): void => {
    for (let i = 0; i < times; i++) assert.ok(fold.add(event('a'), now, false));
  };
  say(0, 1_000);
  assert.deepEqual(next(fold), ['a raise*1000']);
  say(1, 1_000); // while the batch is on its way
  fold.done(2);
  say(3, 2_000);
  fold.tick(2 + WINDOW_MS - 1);
  assert.deepEqual(next(fold), []);
  fold.tick(2 + WINDOW_MS);
  assert.deepEqual(next(fold), ['a raise*3000']);
  assert.equal(fold.left, 3_000);
  fold.done(20_000);
  assert.ok(fold.empty);
  assert.equal(fold.left, 0);
});

test('a clear goes at once and in its place: behind the repeats, before the next raise', () => {
  const fold = new Fold(WINDOW_MS);
  fold.add(event('a'), 0, false);
  fold.next();
  fold.done(0);
  fold.add(event('a'), 1, false);
  fold.add(event('a'), 2, false);
  fold.add(clear('a'), 3, false);
  fold.add(event('a'), 4, false);
  assert.deepEqual(next(fold), ['a raise*2', 'a clear*1', 'a raise*1']);
});

test('another severity or another text is no repeat', () => {
  const fold = new Fold(WINDOW_MS);
  fold.add(event('a'), 0, false);
  fold.add(event('a', { severity: 'critical' }), 0, false);
  fold.add(event('a', { severity: 'critical', text: 'further down' }), 0, false);
  assert.equal(next(fold).length, 3);
});

test('an occurrence repeats whatever its numbers say, and the newest words are kept', () => {
  const fold = new Fold(WINDOW_MS);
  for (const text of ['port 1', 'port 2', 'port 3']) {
    fold.add(event('a', { kind: 'occurrence', text }), 0, false);
  }
  assert.match(fold.next()?.text ?? '', /"text":"port 3".*"count":3/);
});

test('what one line says of its own repeats is counted', () => {
  const fold = new Fold(WINDOW_MS);
  fold.add(event('a', { count: 5 }), 0, false);
  fold.add(event('a'), 0, false);
  assert.deepEqual(next(fold), ['a raise*6']);
});

test('a batch the desk does not take is handed over again, before anything newer', () => {
  const fold = new Fold(WINDOW_MS);
  fold.add(event('a'), 0, false);
  assert.deepEqual(next(fold), ['a raise*1']);
  fold.add(clear('a'), 1, false);
  assert.deepEqual(next(fold), ['a raise*1']);
  fold.done(2);
  assert.deepEqual(next(fold), ['a clear*1']);
});

test('after the window the next repeat goes at once again', () => {
  const fold = new Fold(WINDOW_MS);
  fold.add(event('a'), 0, false);
  fold.next();
  fold.done(0);
  fold.add(event('a'), WINDOW_MS, false);
  assert.deepEqual(next(fold), ['a raise*1']);
});

test('without a window only what waits is folded', () => {
  const fold = new Fold(0);
  fold.add(event('a'), 0, false);
  fold.add(event('a'), 0, false);
  assert.deepEqual(next(fold), ['a raise*2']);
  fold.done(1);
  fold.add(event('a'), 1, false);
  assert.deepEqual(next(fold), ['a raise*1']);
});

test('the queue takes its maximum of reports; more are refused, repeats and the patient are not', () => {
  const fold = new Fold(WINDOW_MS);
  for (let i = 0; i < WAITING_EVENTS_MAX; i++) assert.ok(fold.add(event(`e${i}`), 0, false));
  assert.ok(fold.full);
  assert.equal(fold.add(event('one more'), 0, false), false);
  assert.equal(fold.add(event('e7'), 0, false), true);
  assert.equal(fold.add(event('one more'), 0, true), true);
  assert.equal(fold.left, WAITING_EVENTS_MAX + 2);
  let lines = 0;
  for (let batch = fold.next(); batch; batch = fold.next()) {
    lines += batch.lines;
    fold.done(1);
  }
  assert.equal(lines, WAITING_EVENTS_MAX + 2);
  assert.ok(fold.empty && !fold.full);
});

test('the queue takes its maximum of characters, and repeats do not wear it out', () => {
  const fold = new Fold(WINDOW_MS);
  const raw = 'x'.repeat(30_000); // counts twice: labels are cut from it
  let taken = 0;
  while (fold.add(event(`e${taken}`, { raw }), 0, false)) taken++;
  assert.ok(taken > WAITING_CHARS_MAX / 62_000 && taken < WAITING_CHARS_MAX / 59_000, `${taken}`);
  while (fold.next()) fold.done(0);
  assert.ok(!fold.full);
  for (let i = 0; i < 10_000; i++) {
    fold.add(event('long', { raw }), 0, false);
    fold.add(event('long', { raw: '' }), 0, false);
  }
  assert.ok(!fold.full);
});

test('a call has its maximum of reports', () => {
  const fold = new Fold(WINDOW_MS);
  for (let i = 0; i <= BATCH_EVENTS_MAX; i++) fold.add(event(`e${i}`), 0, false);
  assert.equal(next(fold).length, BATCH_EVENTS_MAX);
  fold.done(0);
  assert.equal(next(fold).length, 1);
});

test('so many alarms are remembered for the sake of their repeats, and no more', () => {
  const fold = new Fold(WINDOW_MS);
  for (let i = 0; i <= TOLD_MAX; i++) fold.add(event(`e${i}`), 0, true);
  while (fold.next()) fold.done(0);
  fold.add(event('e0'), 1, false); // forgotten: handed over at once
  fold.add(event('e1'), 1, false); // remembered: held
  assert.deepEqual(next(fold), ['e0 raise*1']);
  assert.equal(fold.held, 1);
});

test('a stop hands over what is held', () => {
  const fold = new Fold(WINDOW_MS);
  fold.add(event('a'), 0, false);
  fold.next();
  fold.done(0);
  fold.add(event('a'), 1, false);
  fold.tick(2, true);
  assert.deepEqual(next(fold), ['a raise*1']);
});

test('a call has its maximum of characters', () => {
  const fold = new Fold(WINDOW_MS);
  const raw = 'x'.repeat(50_000); // weighs twice, and 400 and a few more for the rest
  const fit = Math.ceil(BATCH_CHARS_MAX / 100_410);
  for (let i = 0; i < 2 * fit; i++) fold.add(event(`e${i}`, { raw }), 0, false);
  assert.equal(next(fold).length, fit);
});

test('one report stands for so many lines at most', () => {
  const fold = new Fold(WINDOW_MS);
  fold.add(event('a', { count: COUNT_MAX - 1 }), 0, false);
  fold.add(event('a'), 0, false);
  fold.add(event('a'), 0, false);
  assert.deepEqual(next(fold), [`a raise*${COUNT_MAX}`]);
});

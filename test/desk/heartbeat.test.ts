import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogFacts } from '../../src/base/log.ts';
import { type Instant, seconds } from '../../src/base/time.ts';
import { Heartbeat, TIMER_OVERDUE_MAX } from '../../src/desk/heartbeat.ts';
import type { Timer } from '../../src/desk/tables.ts';
import type { SendResult } from '../../src/ports/channel.ts';
import { BUSY, SENT } from '../support/channel.ts';
import { manualClock } from '../support/clock.ts';
import { turn } from '../support/desk.ts';

const EVERY_MS = 30_000;
const URL = 'https://watch.example.net/9f3c-secret';

function setUp(timeout = seconds(10)) {
  const clock = manualClock();
  const timers: Timer[] = [];
  const calls: string[] = [];
  const logged: string[] = [];
  const note = (event: string, facts: LogFacts = {}) =>
    logged.push(`${event} ${JSON.stringify(facts)}`);
  const answer = SENT as SendResult | 'wait' | Error;
  const seen = { journalDown: '', position: 7, entriesWaiting: 0, answer };
  const ways: { way: string; failuresInRow: number; lastResult: object | undefined }[] = [];
  const heartbeat = new Heartbeat({
    settings: { url: URL, every: seconds(30), timeout },
    desk: { memory: { all: (() => timers.values()) as never }, figures: () => seen },
    ways: () => ways as never,
    clock,
    log: { debug: note, info: note, warn: note, error: note },
    send: async (url) => {
      calls.push(url);
      if (seen.answer instanceof Error) throw seen.answer;
      return seen.answer === 'wait' ? new Promise(() => {}) : seen.answer;
    },
  });
  const pass = async (ms: number) => {
    await turn();
    clock.pass(ms);
    await turn();
  };
  const overdue = (ms: number): void => {
    const at = (clock.now() - ms) as Instant;
    timers.splice(0, 1, { id: 'sweep', at, generation: 1, does: { is: 'sweep' } });
  };
  return { clock, heartbeat, seen, timers, ways, calls, logged, pass, overdue };
}

test('the url is called at the start and then every so often, until the desk stops', async () => {
  const { heartbeat, calls, pass } = setUp();
  heartbeat.begin();
  await pass(0);
  assert.deepEqual(calls, [URL]);
  await pass(EVERY_MS - 1);
  assert.equal(calls.length, 1);
  await pass(1);
  assert.equal(calls.length, 2);
  heartbeat.stop();
  await pass(EVERY_MS * 10);
  assert.equal(calls.length, 2);
});

test('a journal that refuses holds the heartbeat, and says why once', async () => {
  const { heartbeat, seen, calls, logged, pass } = setUp();
  seen.journalDown = 'disk full';
  heartbeat.begin();
  await pass(EVERY_MS * 3);
  assert.deepEqual(calls, []);
  assert.equal(heartbeat.figures().held, 'journal: disk full');
  seen.journalDown = '';
  await pass(EVERY_MS);
  assert.equal(calls.length, 1);
  assert.equal(heartbeat.figures().held, '');
  assert.deepEqual(logged, ['heartbeat.held {"why":"journal: disk full"}', 'heartbeat.resumed {}']);
});

test('a journal that hangs holds it from the second look on, until something is committed', async () => {
  const { heartbeat, seen, calls, pass } = setUp();
  seen.entriesWaiting = 3;
  heartbeat.begin();
  await pass(EVERY_MS);
  assert.equal(calls.length, 1, 'entries wait at any moment of a busy desk');
  assert.equal(heartbeat.figures().held, 'journal: 3 entries wait, and none was committed');
  seen.position = 8;
  await pass(EVERY_MS);
  assert.equal(calls.length, 2);
});

test('a timer more than 10 s overdue holds it; exactly 10 s does not', async () => {
  const { heartbeat, overdue, calls, pass } = setUp();
  overdue(TIMER_OVERDUE_MAX);
  heartbeat.begin();
  await pass(0);
  assert.equal(calls.length, 1);
  heartbeat.stop();
  overdue(TIMER_OVERDUE_MAX + 1);
  heartbeat.begin();
  await pass(0);
  assert.equal(calls.length, 1);
  assert.equal(heartbeat.figures().held, 'timers: sweep is 10 s overdue');
});

test('it is held while every channel that was tried fails, and beats when one works', async () => {
  const { heartbeat, ways, calls, pass } = setUp();
  const lastResult = { detail: '503' };
  ways.push({ way: 'new/webhook[0]', failuresInRow: 0, lastResult: undefined });
  heartbeat.begin();
  await pass(0);
  assert.equal(calls.length, 1, 'what was never tried says nothing');
  ways.push({ way: 'ops/webhook[0]', failuresInRow: 1, lastResult });
  await pass(EVERY_MS);
  assert.equal(calls.length, 1);
  assert.match(heartbeat.figures().held, /^channels: every .* \(ops\/webhook\[0\]: 503\)$/);
  ways.push({ way: 'ops/email[0]', failuresInRow: 0, lastResult });
  await pass(EVERY_MS);
  assert.equal(calls.length, 2);
});

test('a call that fails is counted and logged once, without the url', async () => {
  const { heartbeat, seen, calls, logged, pass } = setUp();
  seen.answer = BUSY;
  heartbeat.begin();
  await pass(EVERY_MS);
  seen.answer = new Error('connect refused');
  await pass(EVERY_MS);
  const { calls: counted, failed, lastError } = heartbeat.figures();
  assert.deepEqual([calls.length, counted, failed, lastError], [3, 3, 3, 'connect refused']);
  assert.deepEqual(logged, ['heartbeat.failed {"why":"503"}']);
  seen.answer = SENT;
  await pass(EVERY_MS);
  assert.equal(heartbeat.figures().lastError, '');
  seen.answer = BUSY;
  await pass(EVERY_MS);
  assert.equal(logged.length, 2);
  assert.ok(!logged.join().includes('secret'));
});

test('a call ends after its timeout, and the next one follows at its time', async () => {
  const { heartbeat, seen, calls, pass } = setUp();
  seen.answer = 'wait';
  heartbeat.begin();
  await pass(10_000 - 1);
  assert.equal(heartbeat.figures().failed, 0);
  await pass(1);
  assert.equal(heartbeat.figures().lastError, 'no answer within 10 s');
  await pass(EVERY_MS);
  assert.equal(calls.length, 2);
});

test('a call that hangs until the next is due is not doubled', async () => {
  const { heartbeat, seen, calls, pass } = setUp(seconds(30));
  seen.answer = 'wait';
  heartbeat.begin();
  await pass(EVERY_MS);
  assert.equal(calls.length, 1);
  await pass(EVERY_MS);
  assert.equal(calls.length, 2);
});

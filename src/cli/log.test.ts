import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../base/clock.ts';
import type { Instant } from '../base/time.ts';
import { HELD_LINES_MAX, heldLog, makeLog } from './log.ts';
import type { LogFormat, LogLevel } from './serve-options.ts';

const clock: Clock = { now: () => 1_767_225_600_000 as Instant, at: () => () => {} };

function logged(format: LogFormat, level: LogLevel) {
  const lines: string[] = [];
  const log = makeLog({ format, level, clock, write: (line) => lines.push(line) });
  return { log, lines };
}

test('the line that clients of Alertmanager wait for', () => {
  const { log, lines } = logged('logfmt', 'info');
  log.info('Listening on', { address: '127.0.0.1:9093' });
  assert.deepEqual(lines, [
    'time=2026-01-01T00:00:00.000Z level=info msg="Listening on" address=127.0.0.1:9093\n',
  ]);
});

test('one event is one line, whatever is in it', () => {
  const { log, lines } = logged('logfmt', 'debug');
  const round: { self?: unknown } = {};
  round.self = round;
  log.warn('x.happened', {
    'a b': 'say "hi"\nthere',
    empty: '',
    n: 1,
    nothing: undefined,
    list: [1],
    round,
    error: new Error('broken'),
  });
  assert.equal(lines.length, 1);
  assert.equal(lines[0]?.trimEnd().includes('\n'), false);
  assert.match(
    lines[0] ?? '',
    /a_b="say \\"hi\\"\\nthere" empty="" n=1 nothing=undefined list=\[1\]/,
  );
  assert.match(lines[0] ?? '', /error="Error: broken/);
});

test('json is one document a line, with the error in it', () => {
  const { log, lines } = logged('json', 'info');
  log.error('x.failed', { key: 'v', error: new Error('broken') });
  const line = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
  assert.equal(line.level, 'error');
  assert.equal(line.msg, 'x.failed');
  assert.equal(line.key, 'v');
  assert.equal(line.time, '2026-01-01T00:00:00.000Z');
  assert.equal((line.error as { message?: string }).message, 'broken');
});

test('what is below the level is not written', () => {
  for (const format of ['logfmt', 'json'] as const) {
    const { log, lines } = logged(format, 'warn');
    log.debug('a');
    log.info('b');
    log.warn('c');
    log.error('d');
    assert.equal(lines.length, 2, format);
  }
});

function held(isHeld: boolean) {
  const lines: string[] = [];
  let now = 1_767_225_600_000;
  const ticking: Clock = { now: () => now++ as Instant, at: () => () => {} };
  const write = (line: string) => lines.push(line);
  return { ...heldLog({ format: 'json', level: 'info', clock: ticking, write }, isHeld), lines };
}

const said = (lines: readonly string[]) =>
  lines.map((line) => (JSON.parse(line) as { msg: string }).msg);

test('what is held back waits until it is released, with the times it had; faults do not wait', () => {
  const { log, release, lines } = held(true);
  log.info('a.happened');
  log.warn('b.went-wrong');
  assert.deepEqual(said(lines), ['b.went-wrong']);
  release();
  log.info('c.happened');
  assert.deepEqual(said(lines), ['b.went-wrong', 'a.happened', 'c.happened']);
  const times = lines.map((line) => (JSON.parse(line) as { time: string }).time);
  assert.ok((times[1] ?? '') < (times[0] ?? ''), 'it says when it happened');
  release();
  assert.equal(lines.length, 3, 'once');
});

test('what is not held back is written at once', () => {
  const { log, lines } = held(false);
  log.info('a.happened');
  assert.deepEqual(said(lines), ['a.happened']);
});

test('at most HELD_LINES_MAX lines wait, and none is lost', () => {
  const { log, lines } = held(true);
  for (let n = 1; n < HELD_LINES_MAX; n++) log.info('a.happened');
  assert.equal(lines.length, 0);
  log.info('the.last');
  assert.equal(lines.length, HELD_LINES_MAX);
});

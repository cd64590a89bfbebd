import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { millis, seconds } from '../../src/base/time.ts';
import { OUTBOX_LIMITS, Outbox } from '../../src/desk/outbox.ts';
import { NOTICE_LIMITS, type Notice } from '../../src/domain/routing/notice.ts';
import type { Rendering } from '../../src/ports/channel.ts';
import { TemplateError } from '../../src/template/fault.ts';
import { BUSY, fakeChannel, REFUSED } from '../support/channel.ts';
import { manualClock } from '../support/clock.ts';
import { turn } from '../support/desk.ts';
import {
  delivery,
  deliveryDesk,
  fail,
  idOf,
  openOutbox,
  RETRY_MS,
  results,
  upTo,
} from './outbox-desk.ts';

test('a delivery goes out when its time has come, and its end is an entry', async () => {
  const fake = fakeChannel();
  const own = openOutbox({ ops: fake.way() });
  own.born([1]);
  own.born([2], { dueInMs: 5_000 });
  await turn();
  assert.deepEqual(fake.asked, ['d1.0']);
  await own.pass(4_999);
  assert.deepEqual(fake.asked, ['d1.0']);
  await own.pass(1);
  assert.deepEqual(fake.asked, ['d1.0', 'd2.0']);
  assert.deepEqual(results(own), ['d1.0 1 sent: 200', 'd2.0 1 sent: 200']);
  assert.equal(own.rows.size, 0);
});

test('what an earlier run left open is sent after the start, with the same id and attempt', async () => {
  const fake = fakeChannel();
  fake.says('wait');
  const first = openOutbox({ ops: fake.way() });
  first.born([1]);
  await turn();
  assert.deepEqual(fake.open, ['d1.0'], 'sent, and not answered when the process dies');
  const second = openOutbox({ ops: fake.way() }, { rows: new Map(first.rows), clock: first.clock });
  await turn();
  assert.deepEqual(fake.asked, ['d1.0', 'd1.0']);
  assert.deepEqual(results(second), ['d1.0 1 sent: 200']);
});

test('a result that was recorded before the end is not sent again', async () => {
  const fake = fakeChannel();
  const first = openOutbox({ ops: fake.way() });
  first.born([1]);
  await turn();
  openOutbox({ ops: fake.way() }, { rows: new Map(first.rows), clock: first.clock });
  await turn();
  assert.deepEqual(fake.asked, ['d1.0']);
});

test('later is tried again when the desk says so, with the pause the far side asked for', async () => {
  const fake = fakeChannel();
  fake.says(BUSY, { is: 'later', why: '429', retryAfter: millis(60_000) });
  const own = openOutbox({ ops: fake.way() });
  own.born([1]);
  await own.pass(RETRY_MS - 1);
  assert.equal(fake.asked.length, 1);
  const dueAt = own.clock.now() + 1;
  assert.deepEqual(own.outbox.whyOpen(idOf(1)), ['try 2 is due ', { at: dueAt, as: 'left' }]);
  await own.pass(1);
  assert.equal(fake.asked.length, 2);
  assert.equal(own.entries[1]?.retryAfter, 60_000);
  await own.pass(59_999);
  assert.equal(fake.asked.length, 2);
  await own.pass(1);
  assert.deepEqual(results(own), ['d1.0 1 later: 503', 'd1.0 2 later: 429', 'd1.0 3 sent: 200']);
});

test('a delivery that was withdrawn, or moved on, right before its send is not sent', async () => {
  const fake = fakeChannel();
  fake.says('wait');
  const own = openOutbox({ ops: fake.way({ sendsMax: 1 }) });
  own.born([1, 2, 3, 4]);
  await turn();
  own.put(idOf(2), undefined);
  const third = own.rows.get(idOf(3));
  assert.ok(third);
  own.rows.set(idOf(3), { ...third, attempts: 1 });
  fake.answer();
  await turn();
  assert.deepEqual(fake.asked, ['d1.0', 'd4.0']);
});

test('a delivery that waits for its turn and is put off is sent at its new time', async () => {
  const fake = fakeChannel();
  fake.says('wait');
  const own = openOutbox({ ops: fake.way({ sendsMax: 1 }) });
  own.born([1, 2]);
  await turn();
  own.born([2], { dueInMs: 60_000 });
  fake.answer();
  await own.pass(59_999);
  assert.deepEqual(fake.asked, ['d1.0']);
  await own.pass(1);
  assert.deepEqual(fake.asked, ['d1.0', 'd2.0']);
});

test('a row that changed and is due as before is sent once', async () => {
  const fake = fakeChannel();
  fake.says('wait');
  const own = openOutbox({ ops: fake.way({ sendsMax: 1 }) });
  own.born([1, 2]);
  await turn();
  for (const n of [1, 2]) {
    const row = own.rows.get(idOf(n));
    assert.ok(row);
    own.put(idOf(n), { ...row, late: true });
  }
  fake.answer();
  await turn();
  assert.deepEqual(fake.asked, ['d1.0', 'd2.0']);
  assert.equal(own.rows.size, 0);
});

test('a faulty template costs no page: a plain line goes out, and the detail says why', async () => {
  const fake = fakeChannel();
  const place = { template: 'slack.text', file: 'ours.tmpl', line: 3, column: 9 };
  const fault = new TemplateError(place, 'nothing is called .Alrets');
  const failing = { text: () => assert.fail(fault), html: () => assert.fail(fault) };
  const way = fake.way({
    rendering: () => failing as never,
    plainRendering: (_notice, say) => {
      say(fault.message);
      return { text: () => '[FIRING:1] Down web-1' } as never;
    },
  });
  const channel = {
    ...way.channel,
    render: (notice: Notice, _settings: unknown, rendering: Rendering) => ({
      id: notice.id,
      text: rendering.text('{{ .Alrets }}'),
    }),
  };
  const own = openOutbox({ ops: { ...way, channel } });
  own.born([1]);
  await turn();
  assert.deepEqual(results(own), [
    `d1.0 1 sent: 200; its template failed, so it said less: ${fault.message}`,
  ]);
});

test('what no plain line can mend is never, with name, line and column', async () => {
  const fake = fakeChannel();
  const place = { template: 'slack.text', file: 'ours.tmpl', line: 3, column: 9 };
  fake.renderThrows(new TemplateError(place, 'nothing is called .Alrets'));
  const own = openOutbox({ ops: fake.way() });
  own.born([1]);
  await turn();
  fake.renderThrows(new Error('too long'));
  own.born([2]);
  await turn();
  assert.deepEqual(results(own), [
    'd1.0 1 never: could not be rendered: ours.tmpl:3:9: in "slack.text": nothing is called .Alrets',
    'd2.0 1 never: could not be rendered: too long',
  ]);
  assert.deepEqual(fake.asked, []);
  assert.equal(own.way('ops')?.latency.sumMs, 0);
});

test('a way that is no longer in the configuration is never, and says so', async () => {
  const own = openOutbox({});
  own.born([1]);
  await turn();
  assert.deepEqual(results(own), ['d1.0 1 never: no such way in the configuration']);
});

test('what a channel throws is later; what it says is cut to its maximum', async () => {
  const fake = fakeChannel();
  const { detail_chars_max } = NOTICE_LIMITS;
  const exact = 'x'.repeat(detail_chars_max);
  fake.says(new Error('broken pipe\nat line 2'), { is: 'sent', detail: exact });
  fake.says({ is: 'never', why: `${exact}x` });
  const own = openOutbox({ ops: fake.way({ sendsMax: 1 }) });
  own.born([1, 2, 3]);
  await turn();
  assert.equal(results(own)[0], 'd1.0 1 later: broken pipe at line 2');
  assert.equal(own.entries[1]?.detail, exact);
  assert.equal(own.entries[2]?.detail, `${exact.slice(1)}…`);
});

test('a try takes as long as its way allows; then it is later, and its signal has fired', async () => {
  const fake = fakeChannel();
  fake.says('wait');
  const own = openOutbox({ ops: fake.way({ timeout: seconds(7) }) });
  own.born([1]);
  await own.pass(6_999);
  assert.deepEqual(fake.aborted, []);
  await own.pass(1);
  assert.deepEqual(fake.aborted, ['d1.0']);
  assert.deepEqual(results(own), ['d1.0 1 later: no answer within 7 s']);
  assert.equal(own.entries[0]?.tookMs, 7_000);
});

test('a new configuration is used by the next send; one in flight ends with the old one', async () => {
  const [old, next] = [fakeChannel(), fakeChannel()];
  old.says('wait');
  const own = openOutbox({ ops: old.way({ sendsMax: 1 }) });
  own.born([1, 2]);
  await turn();
  own.follow({ ops: next.way({ sendsMax: 1 }) });
  await turn();
  assert.deepEqual(next.asked, []);
  old.answer();
  await turn();
  assert.deepEqual([old.asked, next.asked], [['d1.0'], ['d2.0']]);
  assert.equal(own.rows.size, 0);
});

test('a new configuration ends the pause of a way, and forgets ways that are gone and idle', async () => {
  const fake = fakeChannel();
  fake.always(BUSY);
  const own = openOutbox({ ops: fake.way(), gone: fake.way() });
  await fail(own, 1, 5);
  own.born([6]);
  own.born([7], { to: 'gone' });
  await turn();
  assert.equal(fake.asked.at(-1), 'd7.0', 'the sixth waits out the pause');
  own.follow({ ops: fake.way() });
  await turn();
  assert.equal(fake.asked.at(-1), 'd6.0');
  assert.equal(own.way('gone')?.way, 'gone/fake[0]', 'its delivery was still open');
  await own.pass(RETRY_MS);
  own.follow({ ops: fake.way() });
  assert.equal(own.way('gone'), undefined);
});

test('while the journal is down news goes out, repeats wait, and results are told when it is back', async () => {
  const fake = fakeChannel();
  fake.says(BUSY);
  const own = openOutbox({ ops: fake.way() });
  own.born([1]);
  await turn();
  own.setDown('disk full');
  own.born([2, 3]);
  await own.pass(RETRY_MS);
  assert.deepEqual(fake.asked, ['d1.0', 'd2.0', 'd3.0']);
  assert.equal(own.outbox.figures().unrecorded, 2);
  own.setDown('');
  await own.pass(1_000);
  assert.deepEqual(fake.asked, ['d1.0', 'd2.0', 'd3.0', 'd1.0']);
  assert.deepEqual(results(own).slice(1, 3).sort(), ['d2.0 1 sent: 200', 'd3.0 1 sent: 200']);
  assert.deepEqual(results(own).slice(3), ['d1.0 2 sent: 200']);
  assert.equal(own.outbox.figures().unrecorded, 0);
});

test('a journal that is down is asked once a second, not once per result', async () => {
  const own = openOutbox({ ops: fakeChannel().way() });
  own.setDown('disk full');
  own.born(upTo(100));
  await turn();
  const before = own.calls();
  await own.pass(1_000);
  await own.pass(1_000);
  assert.equal(own.calls(), before + 2);
});

test('nothing more is sent when the maximum of unrecorded results is reached', async () => {
  const fake = fakeChannel();
  const { unrecorded_max } = OUTBOX_LIMITS;
  const own = openOutbox({ ops: fake.way({ sendsMax: 256 }) });
  own.setDown('disk full');
  own.born(upTo(unrecorded_max + 50));
  await turn();
  assert.equal(fake.asked.length, unrecorded_max);
  own.setDown('');
  await own.pass(1_000);
  assert.equal(fake.asked.length, unrecorded_max + 50);
  assert.equal(own.rows.size, 0, 'and nothing is lost');
});

test('a delivery whose result the desk set aside is tried again after a minute', async () => {
  const fake = fakeChannel();
  const own = openOutbox({ ops: fake.way() });
  own.setAside(true);
  own.born([1]);
  await own.pass(59_999);
  assert.equal(fake.asked.length, 1);
  own.setAside(false);
  await own.pass(1);
  assert.equal(fake.asked.length, 2);
  assert.equal(own.rows.size, 0);
});

test('a stop begins nothing more and waits for what is in flight', async () => {
  const fake = fakeChannel();
  fake.always('wait');
  const own = openOutbox({ ops: fake.way({ sendsMax: 1 }) });
  own.born([1, 2]);
  await turn();
  let stopped = false;
  const stopping = own.outbox.stop(seconds(5)).then(() => {
    stopped = true;
  });
  await turn();
  assert.equal(stopped, false);
  fake.answer();
  await stopping;
  assert.deepEqual(results(own), ['d1.0 1 sent: 200']);
  assert.deepEqual(fake.asked, ['d1.0']);
  assert.deepEqual([...own.rows.keys()], ['d2.0']);
});

test('what a stop cannot wait for stays open, and goes out after the next start', async () => {
  const fake = fakeChannel();
  fake.says('wait');
  const own = openOutbox({ ops: fake.way() });
  own.born([1]);
  await turn();
  const stopping = own.outbox.stop(seconds(5));
  await own.pass(5_000);
  await stopping;
  assert.deepEqual(fake.aborted, ['d1.0']);
  assert.deepEqual([...own.rows.keys()], ['d1.0']);
  openOutbox({ ops: fake.way() }, { rows: own.rows, clock: own.clock });
  await turn();
  assert.deepEqual(fake.asked, ['d1.0', 'd1.0']);
  assert.equal(own.rows.size, 0);
});

test('figures count what was sent, what failed and how long it took', async () => {
  const fake = fakeChannel();
  fake.says('wait', BUSY, REFUSED);
  const own = openOutbox({ ops: fake.way() });
  own.born([1, 2, 3]);
  own.born([4], { dueInMs: 1_000_000 });
  await own.pass(5);
  fake.answer();
  await turn();
  const { ways, ...totals } = own.outbox.figures();
  assert.deepEqual(totals, {
    inFlight: 0,
    waiting: 0,
    scheduled: 2,
    unrecorded: 0,
    sent: 1,
    later: 1,
    never: 1,
    shadow: 0,
  });
  const [ops] = ways;
  assert.deepEqual([ops?.sent, ops?.failed, ops?.lastResult?.is], [1, 2, 'sent']);
  assert.deepEqual(ops?.latency.counts.slice(0, 4), [2, 0, 1, 0]);
  assert.equal(ops?.latency.sumMs, 5);
});

test('whoever watches hears of each try once its result is recorded', async () => {
  const fake = fakeChannel();
  const own = openOutbox({ ops: fake.way() });
  const heard: string[] = [];
  own.outbox.watch((notice, { is }) => heard.push(`${notice.id} ${is} ${own.rows.size}`));
  own.born([1]);
  await turn();
  assert.deepEqual(heard, ['d1.0 sent 0']);
});

test('in one turn of the loop no more are rendered and sent than its maximum', async () => {
  const fake = fakeChannel();
  const { desk, rows } = deliveryDesk();
  const clock = manualClock();
  const max = OUTBOX_LIMITS.starts_per_turn_max;
  for (const n of upTo(max + 1)) rows.set(idOf(n), delivery(n, clock.now()));
  const turns: (() => void)[] = [];
  const soon = (task: () => void) => turns.push(task);
  const ways = () => fake.way({ sendsMax: max + 1 });
  new Outbox({ desk, clock, log: silentLog, ways, soon }).begin();
  fake.always('wait');
  turns.shift()?.();
  await turn();
  assert.equal(fake.asked.length, max);
  turns.shift()?.();
  await turn();
  assert.equal(fake.asked.length, max + 1);
});

test('2,000 deliveries due at once arm one timer for all that wait', async () => {
  const fake = fakeChannel();
  const own = openOutbox({ ops: fake.way() });
  let timers = 0;
  const { at } = own.clock;
  own.clock.at = (...args) => {
    timers++;
    return at(...args);
  };
  own.born(upTo(2_000), { dueInMs: 1_000 });
  assert.equal(timers, 1);
  await own.pass(1_000);
  assert.equal(fake.asked.length, 2_000);
  assert.deepEqual(fake.asked, upTo(2_000).map(idOf));
});

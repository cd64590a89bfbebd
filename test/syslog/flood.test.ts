import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AlarmEvent } from '../../src/domain/alarm/event.ts';
import { WAITING_EVENTS_MAX } from '../../src/sources/syslog/fold.ts';
import {
  DEVICES_MAX,
  KINDS_PER_DEVICE_MAX,
  Listener,
  STOP_MS_MAX,
} from '../../src/sources/syslog/listener.ts';
import type { Settings } from '../../src/sources/syslog/settings.ts';
import type { FromListener } from '../../src/sources/syslog/thread.ts';
import { AT, settingsWith } from './lines.ts';

/** A listener without sockets, behind a desk that answers when the test says so. */
class Place {
  readonly posted: FromListener[] = [];
  readonly told: boolean[] = [];
  readonly listener: Listener;
  now = 0;

  constructor(given: Partial<Settings> = {}) {
    this.listener = new Listener({
      settings: settingsWith({ fold_seconds: 0, ...given }),
      rules: '',
      clock: { now: () => AT },
      post: (message) => this.posted.push(message),
      kernelDrops: () => 3,
      now: () => this.now,
      full: (isFull) => this.told.push(isFull),
      ended: () => {},
    });
  }

  take(line: string, patient = false): void {
    this.listener.take(line, '192.0.2.1', patient);
  }

  /** Ends: hands over all that waits. Everything that was handed over since the beginning. */
  end(): AlarmEvent[] {
    this.listener.hear({ is: 'stop' });
    for (let at = 0; at < this.posted.length; at++) {
      if (this.posted[at]?.is !== 'batch') continue;
      this.listener.hear({ is: 'answer', ok: true, retryAfterMs: 0 });
    }
    return this.posted.flatMap((message) =>
      message.is === 'batch' ? (JSON.parse(message.text) as AlarmEvent[]) : [],
    );
  }

  /** Its timers would keep the test alive. */
  [Symbol.dispose](): void {
    this.end();
  }

  report(): Extract<FromListener, { is: 'report' }> {
    this.listener.report();
    const report = this.posted.findLast((message) => message.is === 'report');
    if (report?.is !== 'report') throw new Error('no report');
    return report;
  }
}

const rulesFor = (severity: string): string =>
  `rules: [{match: tag="LINK-UPDOWN", raise: down, type: link, severity: ${severity}}]`;

test("people's own rules hold at once, also for lines that were known before", () => {
  using place = new Place();
  place.take(link(1));
  place.listener.hear({ is: 'rules', text: rulesFor('minor') });
  place.take(link(1));
  place.listener.hear({ is: 'rules', text: rulesFor('loud') }); // unusable: as none
  place.take(link(2));
  assert.deepEqual(
    place.end().map(({ severity }) => severity),
    ['major', 'minor', 'major'],
  );
});

test('what is kept for trying rules is without secrets, and each kind comes again after a minute', () => {
  using place = new Place();
  const say = (): void => place.take('<14>Jul 23 12:00:00 web1 app: login with password=hunter2');
  const seen = (): readonly string[] => place.report().seen.map(({ line }) => line);
  say();
  assert.deepEqual(seen(), ['<14>Jul 23 12:00:00 web1 app: login with password=(redacted)']);
  say();
  assert.deepEqual(seen(), []);
  for (let reports = 0; reports < 60; reports++) place.report();
  say();
  assert.equal(seen().length, 1);
});

const link = (n: number): string =>
  `<187>Jul 23 12:00:00 r1: %LINK-3-UPDOWN: Interface Gi0/${n}, changed state to down`;

test('behind a desk that never answers the queue has its maximum, and what is over is counted', () => {
  using place = new Place();
  const over = 1_000;
  for (let n = 0; n < WAITING_EVENTS_MAX + over; n++) place.take(link(n));
  const report = place.report();
  assert.deepEqual([report.droppedByQueue, report.droppedByKernel], [over, 3]);
  assert.equal(report.waiting, WAITING_EVENTS_MAX);
  place.take(link(1)); // a repeat takes no room
  assert.equal(place.report().droppedByQueue, 0);
  assert.equal(
    place.end().reduce((sum, { count = 1 }) => sum + count, 0),
    WAITING_EVENTS_MAX + 1,
  );
  assert.deepEqual(place.posted.at(-1), { is: 'stopped', left: 0 });
});

test('senders that can wait are asked to, lose nothing, and are told when there is room', () => {
  using place = new Place();
  for (let n = 0; n < WAITING_EVENTS_MAX + 500; n++) place.take(link(n), true);
  assert.deepEqual(place.told, [true]);
  assert.equal(place.report().droppedByQueue, 0);
  assert.equal(place.end().length, WAITING_EVENTS_MAX + 500);
  assert.deepEqual(place.told, [true, false]);
});

/** Words without digits: each is a kind of line of its own. */
const word = (n: number): string =>
  Array.from(String(n), (digit) => String.fromCharCode(103 + Number(digit))).join('');

test('a device that says something else each time is one alarm beyond so many kinds of line', () => {
  using place = new Place();
  const say = (device: string, kinds: number): void => {
    for (let n = 0; n < kinds; n++) place.take(`<11>Jul 23 12:00:00 ${device} app: ${word(n)}`);
  };
  say('web1', KINDS_PER_DEVICE_MAX);
  say('web1', KINDS_PER_DEVICE_MAX + 20);
  say('web2', 1);
  place.now += 60_001; // a minute later they count anew
  say('web1', 1);
  const events = place.end();
  const many = events.filter(({ type }) => type === 'syslog.many');
  assert.equal(new Set(many.map(({ id }) => id)).size, 1);
  assert.equal(
    many.reduce((sum, { count = 1 }) => sum + count, 0),
    20,
  );
  assert.match(many[0]?.text ?? '', /^More than 100 kinds of error lines in a minute, one: /);
  const kinds = new Set(events.map(({ id }) => id));
  assert.equal(kinds.size, KINDS_PER_DEVICE_MAX + 2);
});

test('what rules know is not counted among the kinds', () => {
  using place = new Place();
  for (let n = 0; n < KINDS_PER_DEVICE_MAX + 20; n++) place.take(link(n));
  assert.ok(place.end().every(({ type }) => type === 'link'));
});

test('devices whose last word is remembered have a maximum', () => {
  using place = new Place();
  const says = (device: number, text: string): void =>
    place.take(`<11>Jul 23 12:00:00 h${device} ${text}`);
  const REPEATED = 'last message repeated 3 times';
  for (let n = 0; n < DEVICES_MAX; n++) says(n, 'app: broken');
  says(0, REPEATED);
  says(DEVICES_MAX, 'app: broken'); // one too many: all are forgotten but this one
  says(1, REPEATED);
  says(DEVICES_MAX, REPEATED);
  const counts = new Map<string, number>();
  for (const { resource, count = 1 } of place.end()) {
    counts.set(resource, (counts.get(resource) ?? 0) + count);
  }
  const of = (device: number): number | undefined => counts.get(`h${device}`);
  assert.deepEqual([of(0), of(1), of(DEVICES_MAX)], [4, 1, 4]);
});

test('a stop waits so long for a desk that does not answer, and says what is left', async () => {
  const place = new Place();
  place.take(link(1));
  place.listener.hear({ is: 'stop' });
  const ended = (): boolean => place.posted.some((message) => message.is === 'stopped');
  place.now = STOP_MS_MAX - 1;
  place.listener.report();
  assert.ok(!ended());
  place.now = STOP_MS_MAX;
  const patience = AbortSignal.timeout(10_000);
  while (!ended() && !patience.aborted) await new Promise((again) => setTimeout(again, 10));
  assert.deepEqual(place.posted.at(-1), { is: 'stopped', left: 1 });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { days, hours, type Instant, type Millis, minutes } from '../../base/time.ts';
import type { Alarm, Episode, UserId } from '../../domain/alarm/alarm.ts';
import { type Course, courseOf, type Turn } from '../../domain/alarm/course.ts';
import type { Decision } from '../../domain/memory/decision.ts';
import { nth, type SentenceFacts, sentenceOf } from './sentence.ts';
import { phraseText } from './words.ts';

const NOW = 1_772_323_200_000 as Instant; // 2026-03-01 00:00 UTC
const ago = (ms: Millis): Instant => (NOW - ms) as Instant;
const NORA = 'u_nora' as UserId;

const fibre = (differs: Partial<Alarm> = {}): Alarm =>
  ({
    type: 'link.down',
    resource: 'par-1/xe-1/0/1',
    severity: 'critical',
    condition: { is: 'raised', since: ago(minutes(50)) },
    handling: { is: 'none' },
    suppressions: [],
    ...differs,
  }) as Partial<Alarm> as Alarm;

/** Episodes that lasted ten minutes each, but the last; a word of nora's where it has one. */
function course(...raised: readonly (readonly [Millis, string?])[]): Course {
  const turns = raised.flatMap(([before, word = ''], i): Turn[] => {
    const about = { episode: (i + 1) as Episode, severity: 'critical', text: '', why: '' } as const;
    const at = ago(before);
    const all: Turn[] = [{ ...about, what: 'raised', at }];
    if (word !== '') all.push({ ...about, what: 'commented', at, by: NORA, text: word });
    const over = (at + minutes(10)) as Instant;
    if (i < raised.length - 1) all.push({ ...about, what: 'cleared', at: over });
    return all;
  });
  return courseOf(turns);
}

function says(differs: Partial<SentenceFacts>): string {
  const facts: SentenceFacts = {
    alarm: fibre(),
    course: course([minutes(50)]),
    isCut: false,
    seen: 1,
    decisions: [],
    nameOf: () => 'nora',
    now: NOW,
    ...differs,
  };
  return phraseText(sentenceOf(facts), NOW);
}

test('the first time: what, since when, who has it', () => {
  assert.equal(
    says({}),
    'link.down on par-1/xe-1/0/1, critical since 2026-02-28 23:10:00 UTC (50 min ago), ' +
      'nobody has it yet; for the first time.',
  );
});

test('how often in 7 days, and what somebody wrote the last time', () => {
  const three = course([days(6)], [days(2), 'Replaced the optic.'], [minutes(50)]);
  assert.match(
    says({ course: three, seen: 9 }),
    /nobody has it yet; 3rd time in 7 days; last time, 2 d 0 h ago, nora wrote “Replaced the optic”\.$/,
  );
});

test('what was decided goes before what was written in the same episode', () => {
  const two = course([days(2), 'hm'], [minutes(50)]);
  const decision = (at: Instant, outcome: string): Decision =>
    ({ kind: 'restart', what: 'line card 0', by: NORA, at, outcome: { is: outcome } }) as never;
  const decisions = [decision(ago(minutes(20)), 'open'), decision(ago(days(2)), 'held')];
  assert.match(
    says({ course: two, seen: 2, decisions }),
    /; last time, 2 d 0 h ago, nora decided “restart: line card 0”, and it held\.$/,
  );
  const old = [decision(ago(days(30)), 'came back')];
  assert.match(says({ course: two, seen: 2, decisions: old }), /nora wrote “hm”\.$/);
  assert.match(
    says({ decisions: old }),
    /nora decided “restart: line card 0”, and it came back\.$/,
  );
});

test('who closed it is quoted before who wrote later, and a long word is cut', () => {
  const two = course([days(1), 'later'], [minutes(50)]);
  const [first] = two.episodes;
  assert.ok(first);
  const long = 'x'.repeat(200);
  const closed = { at: ago(hours(23)), by: NORA, what: 'closed', text: long } as const;
  const episodes = [{ ...first, said: [closed, ...first.said] }, ...two.episodes.slice(1)];
  const told = says({ course: { ...two, episodes }, seen: 2 });
  assert.match(told, /nora wrote “x{120}…”\.$/);
});

test('over: since when, after how long, and whether anybody knows', () => {
  const over = (why: 'resource' | 'timeout') =>
    fibre({ condition: { is: 'cleared', since: ago(hours(3)), at: ago(hours(1)), why } });
  assert.match(
    says({ alarm: over('resource') }),
    /critical until it cleared 1 h 00 ago after 2 h 00, nobody acknowledged it/,
  );
  assert.match(
    says({ alarm: over('timeout') }),
    /1 h 00 ago after 2 h 00 \(the source went silent: unverified\), nobody/,
  );
});

test('seldom and too often are said as such', () => {
  assert.match(says({ seen: 4 }), /; 4th time, the first in 7 days\.$/);
  const many = course([hours(3)], [hours(2)], [minutes(50)]);
  assert.match(says({ course: many, isCut: true, seen: 900 }), /; more than 3 times in 7 days\.$/);
});

test('ordinals', () => {
  const all = [1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111, 112].map(nth).join(' ');
  assert.equal(all, '1st 2nd 3rd 4th 11th 12th 13th 21st 22nd 101st 111th 112th');
});

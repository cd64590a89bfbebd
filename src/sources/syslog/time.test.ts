import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Instant, parseInstant } from '../../base/time.ts';
import { stampOf } from './time.ts';

const at = (text: string, now = '2026-07-23T12:00:00Z', assumeUtc = false): string => {
  const stamp = stampOf(text, parseInstant(now) as Instant, assumeUtc);
  if (stamp === undefined) return 'none';
  const time = stamp.at === undefined ? '-' : new Date(stamp.at).toISOString();
  return `${time} ${JSON.stringify(text.slice(stamp.length))}`;
};

test('a time that names its zone is the time of the report', () => {
  for (const [text, says] of [
    ['2026-07-23T09:30:45Z h', '2026-07-23T09:30:45.000Z " h"'],
    ['2026-07-23T09:30:45.123456+02:00 h', '2026-07-23T07:30:45.123Z " h"'],
    ['2026-07-23T09:30:45.1+0200 h', '2026-07-23T07:30:45.100Z " h"'],
    ['Jul 23 09:30:45.5 UTC: %A', '2026-07-23T09:30:45.500Z ": %A"'],
    ['Jul 23 09:30:45 CEST: %A', '2026-07-23T07:30:45.000Z ": %A"'],
    ['2026 Jul 23 09:30:45 UTC: %A', '2026-07-23T09:30:45.000Z ": %A"'],
    ['Jul 23 2025 09:30:45 UTC: %A', '2025-07-23T09:30:45.000Z ": %A"'],
    ['Jul 23 09:30:45 2025 UTC: %A', '2025-07-23T09:30:45.000Z ": %A"'],
    ['Jul 23 09:30:45 UTC 2025 host', '2025-07-23T09:30:45.000Z " host"'],
    ['Jul 23 09:30:45 UTC host', '2026-07-23T09:30:45.000Z " host"'],
    ['1379967288.409907843 MX84', '2013-09-23T20:14:48.409Z " MX84"'],
  ] as const) {
    assert.equal(at(text), says, text);
  }
});

test('without a zone, with one of many meanings or an unset clock, order is receipt', () => {
  for (const text of [
    'Jul 23 09:30:45 h',
    '2026-07-23T09:30:45 h',
    '2026-07-23 09:30:45 h',
    'Jul 23 09:30:45 CST: %A',
    '*Jul 23 09:30:45 UTC: %A',
    '.Jul 23 09:30:45 UTC: %A',
  ]) {
    assert.match(at(text), /^- /, text);
  }
  assert.match(at('Jul 23 09:30:45 h', undefined, true), /^2026-07-23T09:30:45/);
  assert.match(at('2026-07-23 09:30:45,250 h', undefined, true), /^2026-07-23T09:30:45.250/);
});

test('a time without a year is the nearest one: on New Year’s night it is last year’s', () => {
  assert.match(at('Dec 31 23:59:58 UTC: x', '2026-01-01T00:00:03Z'), /^2025-12-31T23:59:58/);
  assert.match(at('Jan  1 00:00:03 UTC: x', '2025-12-31T23:59:58Z'), /^2026-01-01T00:00:03/);
  assert.match(at('Feb 29 12:00:00 UTC: x', '2024-02-29T12:00:00Z'), /^2024-02-29/);
});

test('what is no time is none', () => {
  for (const text of [
    '',
    'Jul',
    'Abc 12 10:00:00 x',
    'anF 12 10:00:00 x',
    'Jul 32 10:00:00 x',
    'Jul 12 24:00:00 x',
    '2026-13-01T00:00:00Z x',
    '12345 x',
    '2109: Jun 21',
  ]) {
    assert.equal(at(text), 'none', text);
  }
});

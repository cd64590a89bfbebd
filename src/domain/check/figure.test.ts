import assert from 'node:assert/strict';
import { test } from 'node:test';
import { days, hours, type Instant, millis } from '../../base/time.ts';
import {
  type FigureRule,
  judgeFigure,
  type Level,
  levelOf,
  type Point,
  settled,
  valueText,
} from './figure.ts';

const RULE: FigureRule = {
  unit: 'GBP',
  raise: { above: 100_000, below: -100_000 },
  clear: { above: 95_000, below: -95_000 },
  warn: { above: 90_000, below: -90_000 },
  compare: undefined,
  lateAfter: hours(2),
  settle: millis(0),
};
const NOW = 1_767_225_600_000 as Instant;

test('a level rises beyond its limit, and falls only behind the limit that clears', () => {
  const table: readonly (readonly [before: Level, value: number, is: Level])[] = [
    ['good', 90_000, 'good'],
    ['good', 90_001, 'warning'],
    ['good', 100_000, 'warning'],
    ['good', 100_000.01, 'raised'],
    ['raised', 99_000, 'raised'],
    ['raised', 95_000.01, 'raised'],
    ['raised', 95_000, 'warning'],
    ['raised', 0, 'good'],
    ['warning', 96_000, 'warning'],
    ['good', -100_000, 'warning'],
    ['good', -100_001, 'raised'],
    ['raised', -95_001, 'raised'],
    ['raised', -95_000, 'warning'],
    ['raised', -89_000, 'good'],
  ];
  for (const [before, value, is] of table)
    assert.equal(levelOf(RULE, before, value), is, `${before} ${value}`);
});

const at = (value: number, age = 0): Point => ({ at: (NOW - age) as Instant, value });
const told = (
  newest: Point | undefined,
  more: { compared?: number; rule?: Partial<FigureRule> } = {},
) =>
  judgeFigure({ ...RULE, ...more.rule }, 'major', {
    ...{ newest, before: 'good', compared: more.compared, now: NOW },
  }).map(({ type, severity, text }) => `${type} ${severity}: ${text}`);

test('what is said of a value names it, its moment and the limit', () => {
  assert.deepEqual(told(at(5)), []);
  assert.deepEqual(told(at(120_000.5)), [
    'figure.limit major: £120,000.5 at 2026-01-01 00:00: above £100,000',
  ]);
  assert.deepEqual(told(at(-100_001)), [
    'figure.limit major: -£100,001 at 2026-01-01 00:00: below -£100,000',
  ]);
  assert.deepEqual(told(at(95_000)), [
    'figure.warning warning: £95,000 at 2026-01-01 00:00, near the limit of £100,000',
  ]);
});

test('missing is late, and zero is a value', () => {
  assert.deepEqual(told(at(0)), []);
  assert.deepEqual(told(undefined), ['figure.late major: there is no value']);
  assert.deepEqual(told(at(500_000, hours(2) + 1)), [
    'figure.late major: the newest value is of 2025-12-31 21:59, 2h old; at most 2h',
  ]);
  assert.equal(told(at(500_000, hours(2))).length, 1, 'at the limit it is in time');
  assert.deepEqual(told(undefined, { rule: { lateAfter: undefined } }), []);
});

test('a value is compared with the period before, per cent, and with nothing when there is none', () => {
  const rule = { compare: { before: days(7), changeMax: 30 } };
  assert.deepEqual(told(at(130), { rule, compared: 100 }), []);
  assert.deepEqual(told(at(69), { rule, compared: 100 }), [
    'figure.changed major: £69 at 2026-01-01 00:00: -31.0 % against £100 7d before, at most 30 %',
  ]);
  assert.deepEqual(told(at(69), { rule }), []);
  assert.equal(told(at(1), { rule, compared: 0 }).length, 1);
  assert.equal(told(at(0), { rule, compared: 0 }).length, 0);
});

test('a value that may still change is not judged', () => {
  const points = [at(1, 30), at(2, 20), at(3, 10)];
  assert.equal(settled(points, millis(0), NOW)?.value, 3);
  assert.equal(settled(points, millis(20), NOW)?.value, 2);
  assert.equal(settled(points, millis(31), NOW), undefined);
});

test('units are told as people write them', () => {
  for (const [value, unit, text] of [
    [1_234_567.891, 'EUR', '€1,234,567.891'],
    [-0.5, '', '-0.5'],
    [12, 'ms', '12 ms'],
  ] as const)
    assert.equal(valueText(value, unit), text);
});

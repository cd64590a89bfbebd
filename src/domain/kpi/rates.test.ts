import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { FLOODS_TOLD_MAX, ratesOf } from './rates.ts';

const MINUTE = 60_000;

const spread = (counts: Readonly<Record<number, number>>, to = 60) =>
  ratesOf(
    Object.entries(counts).map(([minute, announced]) => ({ minute: Number(minute), announced })),
    0,
    to,
  );

test('averages are over the whole period, quiet minutes too', () => {
  const rates = spread({ 3: 12, 50: 12 }, 120);
  assert.deepEqual(
    [rates.announced, rates.perHour, rates.perTenMinutes, rates.perDay],
    [24, 12, 2, 288],
  );
});

test('ten minutes count above ten, hours above thirty', () => {
  const tens = (n: number) => spread({ 0: n }).tensAbove10;
  assert.deepEqual([tens(10), tens(11)], [0, 1 / 6]);
  const hours = (n: number) => spread({ 59: n }).hoursAbove30;
  assert.deepEqual([hours(30), hours(31)], [0, 1]);
  assert.deepEqual([spread({ 25: 7, 31: 9 }).tenMax, spread({ 31: 9 }).tenMaxAt], [9, 30 * MINUTE]);
  assert.equal(spread({}).tenMaxAt, undefined);
});

test('a flood begins above ten in any ten minutes and ends below five', () => {
  assert.equal(spread({ 5: 5, 14: 5 }).floodsTotal, 0, 'ten are none');
  const [flood] = spread({ 5: 5, 14: 6 }).floods;
  assert.deepEqual(flood, { from: 5 * MINUTE, to: 24 * MINUTE, announced: 11, peak: 11 });
  // At 10 the first eleven are gone, and what is left decides.
  const four = spread({ 0: 11, 9: 4 });
  assert.deepEqual([four.floods[0]?.to, four.inFlood], [10 * MINUTE, 10 / 60]);
  assert.equal(spread({ 0: 11, 9: 5 }).floods[0]?.to, 19 * MINUTE);
});

test('a flood that still goes on ends with the period', () => {
  assert.equal(spread({ 55: 20 }).floods[0]?.to, 60 * MINUTE);
});

test('of very many floods the greatest are told, and all are counted', () => {
  const many: Record<number, number> = {};
  for (let n = 0; n <= FLOODS_TOLD_MAX; n++) many[n * 20] = 11 + n;
  const rates = spread(many, (FLOODS_TOLD_MAX + 1) * 20);
  assert.equal(rates.floodsTotal, FLOODS_TOLD_MAX + 1);
  assert.equal(rates.floods.length, FLOODS_TOLD_MAX);
  assert.equal(rates.floods.at(-1)?.peak, 12, 'the least is left out');
});

const data = process.env['TOCSIN_DATA'];
test('240 days of a real network: acceptable on average, and floods all the same', {
  skip: data === undefined && 'TOCSIN_DATA is not set: the recorded alarms are not here',
}, () => {
  const archive = join(data ?? '', 'correlation/pcic2021/18V_55N_Wireless.tar.gz');
  const csv = execFileSync('tar', ['xzOf', archive, '18V_55N_Wireless/Alarm.csv'], {
    maxBuffer: 1e8,
    encoding: 'utf8',
  });
  const starts = csv
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => Math.floor(Number(line.split(',')[2]) / 60))
    .sort((a, b) => a - b);
  const [from = 0, last = 0] = [starts[0], starts.at(-1)];
  const counts = new Map<number, number>();
  for (const minute of starts) counts.set(minute, (counts.get(minute) ?? 0) + 1);
  const minutes = [...counts].map(([minute, announced]) => ({ minute, announced }));
  const rates = ratesOf(minutes, from, last + 1);
  assert.equal(rates.perTenMinutes.toFixed(2), '1.01');
  // By the clock; counted from the first alarm on, to the second, the most is 33.
  assert.equal(rates.tenMax, 32);
  assert.ok(rates.tensAbove10 > 0.005 && rates.tensAbove10 < 0.007, `${rates.tensAbove10}`);
  assert.ok(rates.floodsTotal > 0);
});

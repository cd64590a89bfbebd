import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Instant, instantText, parseInstant } from '../base/time.ts';
import { zoneExists } from '../base/zones.ts';
import { hereZone, ZONE_LIMITS, zoneTables } from './zones.ts';

const at = (text: string): Instant => parseInstant(text) as Instant;
const YEAR = ['2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z'] as const;
const drawn = (zone: string, from: string = YEAR[0], until: string = YEAR[1]): string[] =>
  zoneTables([zone], at(from), at(until)).flatMap((table) =>
    table.from.map((since, i) => `${instantText(since as Instant)} ${table.offsets[i]}`),
  );

test('a zone’s offsets change to the minute when its clocks do', () => {
  assert.deepEqual(drawn('Europe/Vienna'), [
    '2026-01-01T00:00:00.000Z 60',
    '2026-03-29T01:00:00.000Z 120',
    '2026-10-25T01:00:00.000Z 60',
  ]);
  assert.deepEqual(drawn('America/New_York'), [
    '2026-01-01T00:00:00.000Z -300',
    '2026-03-08T07:00:00.000Z -240',
    '2026-11-01T06:00:00.000Z -300',
  ]);
  assert.deepEqual(drawn('Asia/Kolkata'), ['2026-01-01T00:00:00.000Z 330']);
  assert.equal(drawn('Australia/Lord_Howe')[1], '2026-04-04T15:00:00.000Z 630', 'half an hour');
  // Morocco went back for Ramadan: two changes a month apart.
  const ramadan = ['2024-01-01T00:00:00Z', '2025-01-01T00:00:00Z'] as const;
  assert.equal(drawn('Africa/Casablanca', ...ramadan).length, 3);
});

test('a change right at the beginning belongs to the table, one right at its end does not', () => {
  const change = '2026-03-29T01:00:00Z';
  assert.deepEqual(drawn('Europe/Vienna', change, '2026-04-01T00:00:00Z'), [
    '2026-03-29T01:00:00.000Z 120',
  ]);
  assert.deepEqual(drawn('Europe/Vienna', '2026-03-28T00:00:00Z', change), [
    '2026-03-28T00:00:00.000Z 60',
  ]);
});

test('tables agree with the machine’s own clock at any minute', () => {
  for (const zone of [
    'Europe/Vienna',
    'America/St_Johns',
    'Pacific/Chatham',
    'Africa/Casablanca',
  ]) {
    const [table] = zoneTables([zone], at(YEAR[0]), at('2029-01-01T00:00:00Z'));
    const parts = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      dateStyle: 'short',
      timeStyle: 'short',
    });
    const utc = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'UTC',
      dateStyle: 'short',
      timeStyle: 'short',
    });
    for (let t: number = at(YEAR[0]); t < (table?.until ?? 0); t += 11 * 3_600_000 + 60_000) {
      const i = (table?.from ?? []).findLastIndex((since) => since <= t);
      const offset = table?.offsets[i] ?? Number.NaN;
      assert.equal(utc.format(t + offset * 60_000), parts.format(t), `${zone} ${t}`);
    }
  }
});

test('names of zones are those of IANA; offsets and nonsense are none', () => {
  for (const name of ['Europe/Vienna', 'UTC', 'US/Eastern', 'Etc/GMT+5', hereZone()])
    assert.ok(zoneExists(name), name);
  for (const name of ['', '+01:00', 'Europe/Gotham', 'CEST?', '__proto__', 'Europe/'])
    assert.ok(!zoneExists(name), name);
  assert.throws(() => zoneTables(['Europe/Gotham'], at(YEAR[0]), at(YEAR[1])), RangeError);
});

test('each zone has one table, sorted by name; as many as the limit and no more', () => {
  const ids = (names: readonly string[]) =>
    zoneTables(names, at(YEAR[0]), at(YEAR[0])).map((table) => table.id);
  assert.deepEqual(ids(['UTC', 'Asia/Tokyo', 'UTC']), ['Asia/Tokyo', 'UTC']);
  const { zones_max: max, table_days_max: days } = ZONE_LIMITS;
  assert.deepEqual(ids(new Array<string>(max).fill('UTC')), ['UTC']);
  assert.throws(() => ids(new Array<string>(max + 1).fill('UTC')), /more than 1000 time zones/);
  const until = (n: number) => (at(YEAR[0]) + n * 86_400_000) as Instant;
  assert.equal(zoneTables(['UTC'], at(YEAR[0]), until(days)).length, 1);
  assert.throws(() => zoneTables(['UTC'], at(YEAR[0]), until(days + 1)), /more than 18300 days/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numberIn, timeIn } from './numbers.ts';

const number = (text: string): number => numberIn(Buffer.from(text), 0, Buffer.byteLength(text));
const time = (text: string): number => timeIn(Buffer.from(text), 0, Buffer.byteLength(text));

test('numbers are read to the last bit, and nothing else is a number', () => {
  for (const text of ['0', '-0.5', '+7', '12.34', '.5', '5.', '123456789012345', '0.1', '1e3'])
    assert.equal(number(text), Number(text), text);
  for (const text of ['1234567890123456789', '-0.12345678901234567', '1.7976931348623157e308'])
    assert.equal(number(text), Number(text), text);
  for (const text of ['', '-', '.', '1,5', '0x10', 'Infinity', 'NaN', '1 2', '--1', '1.2.3', 'e5'])
    assert.ok(Number.isNaN(number(text)), text);
  let seed = 7;
  for (let i = 0; i < 20_000; i++) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    const text = `${seed % 2 === 0 ? '-' : ''}${seed % 1_000_003}.${String(seed).slice(0, seed % 9)}`;
    assert.equal(number(text), Number(text), text);
  }
});

test('times are read as they are written, without an offset as UTC', () => {
  for (const [text, want] of [
    ['2026-03-01', '2026-03-01T00:00:00Z'],
    ['2026-03-01 07:30', '2026-03-01T07:30:00Z'],
    ['2026-03-01T07:30:15.250Z', '2026-03-01T07:30:15.250Z'],
    ['2026-03-01T07:30:00+02:00', '2026-03-01T05:30:00Z'],
    ['2026-03-01 07:30:00-0130', '2026-03-01T09:00:00Z'],
    ['2026-03-01 07:30:00.5+01', '2026-03-01T06:30:00.5Z'],
    ['1772350200', '2026-03-01T07:30:00Z'],
    ['1772350200123', '2026-03-01T07:30:00.123Z'],
  ] as const)
    assert.equal(time(text), Date.parse(want), text);
  for (const text of ['', 'today', '2026-13-01', '01.03.2026', '2026-03-01x', '2026-03-01T7:30'])
    assert.ok(Number.isNaN(time(text)), text);
});

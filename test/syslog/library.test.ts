import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { AlarmEvent } from '../../src/domain/alarm/event.ts';
import { LIBRARY } from '../../src/sources/syslog/book.ts';
import { readRule } from '../../src/sources/syslog/rules.ts';
import { said } from './lines.ts';

interface Pair {
  readonly raise: string;
  /** '' where nothing clears it. */
  readonly clear: string;
  readonly alarm: string;
}

const PAIRS: readonly Pair[] = readFileSync(new URL('devices.txt', import.meta.url), 'utf8')
  .split('\n\n')
  .filter((paragraph) => paragraph.startsWith('> '))
  .map((paragraph) => {
    const behind = (mark: string): string =>
      paragraph
        .split('\n')
        .find((line) => line.startsWith(mark))
        ?.slice(2) ?? '';
    return { raise: behind('> '), clear: behind('< '), alarm: behind('= ') };
  });

const alarmOf = ({ resource, type, qualifier, severity }: AlarmEvent): string =>
  [resource, type, qualifier, severity].filter((part) => part !== '').join(' ');

test('the library reads: each rule of it can be used', () => {
  for (const rule of LIBRARY) assert.ok(!('error' in readRule(rule)), rule.name);
  assert.equal(new Set(LIBRARY.map(({ name }) => name)).size, LIBRARY.length);
});

test('what devices say raises an alarm, and what they say later clears the same one', () => {
  for (const { raise, clear, alarm } of PAIRS) {
    const raised = said(raise);
    assert.equal(alarmOf(raised), alarm, raise);
    assert.equal(raised.kind, clear === '' ? 'occurrence' : 'raise', raise);
    assert.ok(!/\{\w+\}/.test(raised.text), raised.text);
    if (clear === '') continue;
    const cleared = said(clear);
    assert.equal(cleared.kind, 'clear', clear);
    assert.equal(cleared.id, raised.id, clear);
    assert.ok(!/\{\w+\}/.test(cleared.text), cleared.text);
  }
});

test('every rule of the library has a line here', () => {
  const lines = PAIRS.flatMap(({ raise, clear }) => (clear === '' ? [raise] : [raise, clear]));
  const used = new Set(lines.map((line) => said(line).labels['rule']));
  const without = LIBRARY.map(({ name }) => name).filter((name) => !used.has(name));
  assert.deepEqual(without, []);
});

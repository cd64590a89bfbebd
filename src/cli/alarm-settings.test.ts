import assert from 'node:assert/strict';
import { test } from 'node:test';
import { days, hours, minutes } from '../base/time.ts';
import { alarmSettings } from './alarm-settings.ts';
import { readSettingsFile, SETTINGS_SECTIONS } from './settings-file.ts';

const read = (...lines: readonly string[]) =>
  alarmSettings(
    readSettingsFile(['alarms:', ...lines].join('\n'), 'tocsin.yml', SETTINGS_SECTIONS, {
      env: {},
      file: () => undefined,
    }),
  );

test('without a word an alarm is remembered for an hour, and a reminder comes after a day', () => {
  assert.deepEqual(alarmSettings(undefined), { clearMemory: hours(1), remindAfter: hours(24) });
});

test('both are set, to their limits and no further; a reminder may be switched off', () => {
  assert.deepEqual(read('  remember_cleared: 7d', '  remind_acknowledged_after: 30d'), {
    clearMemory: days(7),
    remindAfter: days(30),
  });
  assert.deepEqual(read('  remember_cleared: 10m', '  remind_acknowledged_after: 1m'), {
    clearMemory: minutes(10),
    remindAfter: minutes(1),
  });
  assert.equal(read('  remind_acknowledged_after: never').remindAfter, 0);
  for (const line of [
    'remember_cleared: 8d',
    'remember_cleared: 9m',
    'remember_cleared: long',
    'remind_acknowledged_after: 59s',
    'remind_acknowledged_after: 31d',
    'remembered: 1h',
  ]) {
    assert.throws(() => read(`  ${line}`), /tocsin\.yml:2/, line);
  }
});

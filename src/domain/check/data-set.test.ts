import assert from 'node:assert/strict';
import { test } from 'node:test';
import { days, hours, type Instant, minutes, parseInstant } from '../../base/time.ts';
import { type DataSetRule, judgeDataSet } from './data-set.ts';

const at = (text: string): Instant => parseInstant(`2026-03-${text}:00Z`) as Instant;

const RULE: DataSetRule = {
  expected: {
    ...{ cron: '30 7 * * *', zone: 'UTC', window: undefined },
    ...{ noticeBefore: minutes(15), grace: minutes(10) },
  },
  retires: at('31T00:00'),
  retireNotice: days(7),
};

/** Due daily at 07:30. */
function told(now: string, arrived: string | undefined, rule: Partial<DataSetRule> = {}): string[] {
  const moment = at(now);
  const day = 86_400_000;
  const today = Math.floor(moment / day) * day + hours(7) + minutes(30);
  const last = (today <= moment ? today : today - day) as Instant;
  const due = { before: (last - day) as Instant, last, next: (last + day) as Instant };
  const arrivedAt = arrived === undefined ? undefined : at(arrived);
  return judgeDataSet({ ...RULE, ...rule }, 'major', { arrivedAt, due, now: moment }).map(
    ({ type, severity, text }) => `${type} ${severity}: ${text}`,
  );
}

test('data is asked for before it is due, called late after, and then it comes', () => {
  assert.deepEqual(told('10T07:14', '09T07:20'), []);
  assert.deepEqual(told('10T07:15', '09T07:20'), [
    'data_set.due warning: due by 2026-03-10 07:30 and not there yet; the last came 2026-03-09 07:20',
  ]);
  assert.deepEqual(told('10T07:20', '10T07:18'), []);
  assert.deepEqual(told('10T07:40', '09T07:20'), [], 'up to the end of the grace');
  assert.deepEqual(told('10T07:41', '09T07:20'), [
    'data_set.late major: was due by 2026-03-10 07:30, 11m ago; the last came 2026-03-09 07:20',
  ]);
  assert.deepEqual(told('10T09:00', '10T08:55'), [], 'late data is data');
  assert.deepEqual(told('10T09:00', undefined), [
    'data_set.late major: was due by 2026-03-10 07:30, 1h30m ago; nothing has come yet',
  ]);
});

test('what came late for one day does not count for the next one', () => {
  assert.deepEqual(told('11T07:41', '10T18:00').length, 1);
  assert.deepEqual(told('11T07:41', '10T19:31').length, 0, 'from half the time between on');
  const expected = { ...(RULE.expected as object), window: hours(14) } as DataSetRule['expected'];
  assert.deepEqual(told('11T07:41', '10T18:00', { expected }), []);
});

test('while yesterday is late, today is asked for as well', () => {
  assert.deepEqual(
    told('10T07:20', '08T07:00').map((text) => text.split(' ')[0]),
    ['data_set.late', 'data_set.due'],
  );
});

test('its end is told before and after, and then nothing is expected of it', () => {
  assert.deepEqual(told('23T12:00', '23T07:00'), []);
  assert.deepEqual(told('24T00:00', '23T07:00'), [
    'data_set.retires warning: retires on 2026-03-31, in 7d',
  ]);
  assert.equal(told('30T09:00', undefined).length, 2);
  assert.deepEqual(told('31T00:00', undefined), [
    'data_set.retired warning: retired since 2026-03-31: take it and what reads it out',
  ]);
  assert.deepEqual(told('31T09:00', undefined, { retires: undefined }).length, 1);
  assert.deepEqual(told('10T09:00', undefined, { expected: undefined }), []);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '../../base/time.ts';
import type { Alarm } from '../../domain/alarm/alarm.ts';
import { labelValue } from '../../domain/alarm/matcher.ts';
import type { Applied, Desk } from '../desk.ts';
import { INDEX_IDLE, INDEX_LIMITS, LabelIndex } from './label-index.ts';

function open(count: number) {
  const alarms = new Map<string, Alarm>();
  let listener: (applied: Applied) => void = () => {};
  let now = 0;
  const make = (id: string, labels: Record<string, string>) => ({ id, labels }) as unknown as Alarm;
  const change = (was: Alarm | undefined, is: Alarm | undefined): void => {
    if (is) alarms.set(is.id, is);
    else if (was) alarms.delete(was.id);
    listener({ alarms: [[was, is]] } as unknown as Applied);
  };
  for (let i = 0; i < count; i++)
    alarms.set(`${i}`, make(`${i}`, { half: `${i % 2}`, own: `${i}` }));
  const desk = {
    clock: { now: () => now as Instant },
    memory: { all: () => alarms.values() },
    watch: (heard: (applied: Applied) => void) => {
      listener = heard;
      return () => {};
    },
  } as unknown as Pick<Desk, 'memory' | 'clock' | 'watch'>;
  const index = new LabelIndex(desk, (alarm, name) => labelValue(alarm.labels, name));
  return {
    index,
    alarms,
    make,
    change,
    pass: (ms: number) => {
      now += ms;
    },
    ids: (name: string, value: string): string[] => {
      while (!index.prepare(name));
      return [...index.ids(name, value)].sort();
    },
  };
}

test('building goes in slices of the named size', () => {
  const { index } = open(INDEX_LIMITS.slice_alarms_max + 1);
  assert.equal(index.prepare('half'), false);
  assert.equal(index.prepare('half'), true);
  assert.equal(index.ids('half', '0').size, INDEX_LIMITS.slice_alarms_max / 2 + 1);
});

test('what changes while an index is being built is in it once', () => {
  const { index, alarms, make, change } = open(INDEX_LIMITS.slice_alarms_max + 3);
  assert.equal(index.prepare('own'), false);
  const [last, first] = [`${INDEX_LIMITS.slice_alarms_max + 2}`, '0'];
  change(alarms.get(first), make(first, { own: 'moved' }));
  change(alarms.get(last), undefined);
  change(undefined, make('new', { own: 'moved' }));
  assert.equal(index.prepare('own'), true);
  assert.deepEqual([...index.ids('own', 'moved')].sort(), ['0', 'new']);
  assert.equal(index.ids('own', first).size + index.ids('own', last).size, 0);
});

test('an index follows values that come, move and go', () => {
  const { ids, alarms, make, change } = open(4);
  assert.deepEqual(ids('half', '0'), ['0', '2']);
  change(alarms.get('2'), make('2', { half: '1' }));
  assert.deepEqual([ids('half', '0'), ids('half', '1')], [['0'], ['1', '2', '3']]);
  change(alarms.get('0'), undefined);
  change(alarms.get('1'), make('1', {}));
  assert.deepEqual([ids('half', '0'), ids('half', '1')], [[], ['2', '3']]);
});

test('as many names as the limit are indexed; one more takes the place of the longest unused', () => {
  const { index, ids, pass } = open(2);
  for (let n = 0; n < INDEX_LIMITS.names_max; n++) {
    pass(1);
    ids(`name${n}`, 'x');
  }
  assert.equal(index.size, INDEX_LIMITS.names_max);
  pass(1);
  ids('name0', 'x');
  ids('half', '0');
  assert.equal(index.size, INDEX_LIMITS.names_max);
  assert.deepEqual(ids('half', '1'), ['1']);
});

test('an index nobody asks for is dropped after its idle time, at the next change', () => {
  const { index, ids, make, change, pass } = open(2);
  ids('half', '0');
  pass(INDEX_IDLE);
  change(undefined, make('x', { half: '0' }));
  assert.equal(index.size, 1);
  pass(1);
  change(undefined, make('y', { half: '0' }));
  assert.equal(index.size, 0);
  assert.deepEqual(ids('half', '0'), ['0', 'x', 'y']);
});

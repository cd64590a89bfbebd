import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '../../../test/support/routing.ts';
import type { Alarm } from '../../domain/alarm/alarm.ts';
import type { Labels } from '../../domain/alarm/event.ts';
import type { Applied, Desk } from '../desk.ts';
import { VALUE_LIMITS, ValueCounts } from './value-counts.ts';

function open(made: readonly Labels[], limits?: ConstructorParameters<typeof ValueCounts>[1]) {
  const alarms = new Map<string, Alarm>();
  let listener: (applied: Applied) => void = () => {};
  const make = (id: string, labels: Labels, context: Labels = {}): Alarm =>
    ({ id, labels, context }) as unknown as Alarm;
  const change = (id: string, is: Alarm | undefined): void => {
    const was = alarms.get(id);
    if (is) alarms.set(id, is);
    else alarms.delete(id);
    listener({ alarms: [[was, is]] } as unknown as Applied);
  };
  made.forEach((labels, i) => {
    alarms.set(`${i}`, make(`${i}`, labels));
  });
  const desk = {
    memory: { all: () => alarms.values() },
    watch: (heard: (applied: Applied) => void) => {
      listener = heard;
      return () => {};
    },
  } as unknown as Pick<Desk, 'memory' | 'watch'>;
  const counts = new ValueCounts(desk, limits);
  const built = () => {
    while (!counts.prepare());
  };
  const values = (name: string, typed = '') =>
    counts.values(name, typed, 12).map(({ text, count }) => `${text} ${count}`);
  return { alarms, counts, make, change, built, values };
}

/** Their mean is told: the processor's time is counted in milliseconds. */
const QUESTIONS = 50;

const FEW = {
  ...VALUE_LIMITS,
  ...{ names_max: 6, values_per_name_max: 8, values_max: 30, slice_alarms_max: 7 },
};

const valueIn = ({ labels, context }: Alarm, name: string): string =>
  labels[name] ?? context[name] ?? '';

function oneByOne(alarms: Iterable<Alarm>): Map<string, Map<string, number>> {
  const all = new Map<string, Map<string, number>>();
  for (const alarm of alarms) {
    for (const name of new Set([...Object.keys(alarm.labels), ...Object.keys(alarm.context)])) {
      const value = valueIn(alarm, name);
      const values = all.get(name) ?? new Map<string, number>();
      all.set(name, values);
      if (value !== '') values.set(value, (values.get(value) ?? 0) + 1);
    }
  }
  return all;
}

test('values that begin with what is typed come first, the most frequent of them first', () => {
  const d = open(['nbg', 'nbg', 'nue', 'inbg', 'inbg', 'inbg', 'fra'].map((site) => ({ site })));
  d.built();
  assert.deepEqual(d.values('site', 'NB'), ['nbg 2', 'inbg 3']);
  assert.deepEqual(d.values('site'), ['inbg 3', 'nbg 2', 'fra 1', 'nue 1']);
  assert.deepEqual(d.counts.names('si', 12), [{ text: 'site', count: 7, isInside: false }]);
});

test('counts follow what comes, changes and goes, also while they are built', () => {
  const { slice_alarms_max: slice } = VALUE_LIMITS;
  const d = open(Array.from({ length: slice + 2 }, (_, i) => ({ half: `${i % 2}` })));
  d.counts.prepare();
  d.change('0', d.make('0', { half: '1' }));
  d.change('1', undefined);
  d.change('1', d.make('1', { half: 'back' }));
  d.change(`${slice}`, undefined);
  d.change(`${slice + 1}`, d.make(`${slice + 1}`, { half: 'x' }));
  d.built();
  const half = slice / 2;
  assert.deepEqual(d.values('half'), [`1 ${half}`, `0 ${half - 1}`, 'back 1', 'x 1']);
  d.change('1', undefined);
  assert.deepEqual(d.values('half', 'back'), []);
  d.change('2', d.make('2', { half: '0', site: 'nbg' }, { site: 'fra', owner: 'noc' }));
  assert.deepEqual(d.values('site'), ['nbg 1'], 'the sender’s label goes before the inventory');
  assert.deepEqual(d.values('owner'), ['noc 1']);
});

test('beyond its maxima nothing is kept, and what goes leaves room once it is worth a count', () => {
  const { values_per_name_max: max, room_part_min, names_max } = VALUE_LIMITS;
  const d = open(Array.from({ length: max + 1 }, (_, i) => ({ own: `v${i}` })));
  d.built();
  assert.deepEqual(d.values('own', `v${max - 1}`), [`v${max - 1} 1`]);
  assert.deepEqual(d.values('own', `v${max}`), []);
  for (let i = 0; i < max * room_part_min; i++) d.change(`${i}`, undefined);
  d.change('new', d.make('new', { own: 'later' }));
  assert.deepEqual(d.values('own', 'later'), [], 'there are others, and one may have it');
  d.built();
  assert.deepEqual(d.values('own', 'later'), ['later 1']);
  assert.deepEqual(d.values('own', `v${max}`), [`v${max} 1`]);
  for (let i = 0; i <= names_max; i++) d.change(`n${i}`, d.make(`n${i}`, { [`name${i}`]: 'x' }));
  assert.equal(d.counts.names(`name${names_max - 2}`, 12).length, 1);
  assert.equal(d.counts.names(`name${names_max}`, 12).length, 0);
});

test('a value that found no room is not taken from those that are counted later', () => {
  const d = open([{ site: 'a' }, { site: 'b' }, { site: 'c' }], { ...FEW, values_per_name_max: 2 });
  d.built();
  d.change('0', undefined);
  d.change('again', d.make('again', { site: 'c' }));
  d.built();
  assert.deepEqual(d.values('site'), ['c 2', 'b 1']);
  d.change('2', undefined);
  assert.deepEqual(d.values('site'), ['b 1', 'c 1']);
});

test('at and beyond the maxima every count that is offered is what counting one by one gives', () => {
  for (let seed = 1; seed <= 8; seed++) {
    const below = seeded(seed);
    const d = open([], FEW);
    d.built();
    const labels = (): Labels =>
      Object.fromEntries(
        Array.from({ length: below(4) }, () => [`n${below(8)}`, below(5) && `v${below(12)}`]).map(
          ([name, value]) => [name, value || ''],
        ),
      );
    let [offered, turnedAway] = [0, 0];
    for (let step = 0; step < 900; step++) {
      const id = `${below(step % 300 < 150 ? 60 : 8)}`;
      d.change(id, below(3) ? d.make(id, labels(), labels()) : undefined);
      if (below(10) === 0) d.counts.prepare();
      if (step % 50 > 0) continue;
      const all = oneByOne(d.alarms.values());
      for (const [name, values] of all) {
        for (const { text, count } of d.counts.values(name, '', 99)) {
          assert.equal(count, values.get(text), `seed ${seed}, step ${step}: ${name} ${text}`);
          offered++;
          values.delete(text);
        }
        turnedAway += values.size;
      }
      for (const { text, count } of d.counts.names('', 99)) {
        const has = [...d.alarms.values()].filter((a) => valueIn(a, text) !== '').length;
        assert.equal(count, has, `seed ${seed}, step ${step}: ${text}`);
      }
    }
    assert.ok(offered > 100 && turnedAway > 100, `${offered} offered, ${turnedAway} turned away`);
  }
});

test('with 100,000 alarms of ten labels a question takes less than 10 ms of the processor', () => {
  const labels = Array.from({ length: 100_000 }, (_, i) => ({
    instance: `host-${i}`,
    ...Object.fromEntries(Array.from({ length: 9 }, (__, n) => [`name${n}`, `v${i % 10 ** n}`])),
  }));
  const d = open(labels);
  d.built();
  const from = process.threadCpuUsage();
  for (let i = 0; i < QUESTIONS; i++) {
    d.counts.values('instance', i % 2 ? '' : `${i}`, 12);
    d.counts.names('n', 12);
  }
  const { user, system } = process.threadCpuUsage(from);
  const each_ms = (user + system) / 1_000 / QUESTIONS;
  assert.ok(each_ms < 10, `${each_ms} ms`);
});

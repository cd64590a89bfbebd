import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '../base/time.ts';
import {
  DROPPED_PLACES_MAX,
  REFUSED_SAMPLE_BYTES_MAX,
  REFUSED_SAMPLES_MAX,
  sourceFigures,
} from './source-figures.ts';

const AT = 1_000 as Instant;

test('a source that was expected is listed before its first event', () => {
  const figures = sourceFigures();
  figures.expect('snmp');
  assert.equal(figures.get('snmp')?.events, 0);
  assert.equal(figures.get('snmp')?.lastEventAt, undefined);
});

test('the newest refused inputs are kept, each cut to its maximum; all are counted', () => {
  const figures = sourceFigures();
  for (let i = 0; i <= REFUSED_SAMPLES_MAX; i++) {
    const sample = new TextEncoder().encode('x'.repeat(REFUSED_SAMPLE_BYTES_MAX + i));
    figures.refused('webhook', `fault ${i}`, sample, AT);
  }
  const state = figures.get('webhook');
  assert.equal(state?.refused, REFUSED_SAMPLES_MAX + 1);
  assert.equal(state?.samples.length, REFUSED_SAMPLES_MAX);
  assert.equal(state?.samples[0]?.why, 'fault 1');
  for (const { sample } of state?.samples ?? []) {
    assert.equal(sample.length, REFUSED_SAMPLE_BYTES_MAX);
  }
});

test('places beyond the maximum are counted together, and nothing is lost', () => {
  const figures = sourceFigures();
  for (let i = 0; i < DROPPED_PLACES_MAX; i++) figures.dropped('snmp', `place ${i}`, 1);
  figures.dropped('snmp', 'one more', 2);
  figures.dropped('snmp', 'another', 3);
  figures.dropped('snmp', 'place 0', 1);
  const dropped = figures.get('snmp')?.dropped ?? {};
  assert.equal(dropped.other, 5);
  assert.equal(dropped['place 0'], 2);
  assert.equal(Object.keys(dropped).length, DROPPED_PLACES_MAX + 1);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alarm } from '../alarm/alarm.ts';
import type { Labels } from '../alarm/event.ts';
import { OWN_NAMES } from '../alarm/matcher.ts';
import { routingSubject } from './subject.ts';

const alarm = (byLabels: boolean, labels: Labels): Alarm =>
  ({
    id: 'id',
    byLabels,
    context: {},
    labels,
    severity: 'major',
    resource: 'core-1',
    type: 'link.down',
    source: 'traps',
    text: 'down',
    condition: { is: 'raised' },
    handling: { is: 'none' },
    suppressions: [],
  }) as unknown as Alarm;

test('a name is a label first, then one of the four that routing may ask for', () => {
  const own = routingSubject(alarm(false, { site: 's', '@type': 'mine', instance: '' }));
  const table: Readonly<Record<string, string>> = {
    site: 's',
    '@severity': 'major',
    '@resource': 'core-1',
    '@type': 'mine',
    '@source': 'traps',
    alertname: 'link.down',
    instance: 'core-1',
    nothing: '',
    constructor: '',
  };
  for (const [name, want] of Object.entries(table)) assert.equal(own.value(name), want, name);
  for (const name of OWN_NAMES.filter((n) => !Object.hasOwn(table, n))) {
    assert.equal(own.value(name), '', name);
  }
  assert.equal(own.id, 'id');
});

test('labels are as API v2 tells them, and those of an alert are not copied', () => {
  const labels = { alertname: 'Down' };
  const alert = routingSubject(alarm(true, labels));
  assert.equal(alert.labels, labels);
  assert.equal(alert.value('instance'), '');
  const own = routingSubject(alarm(false, { site: 's' }));
  assert.deepEqual(own.labels, { alertname: 'link.down', instance: 'core-1', site: 's' });
  assert.equal(own.labels, own.labels);
});

test('each label of the label set is what value says', () => {
  for (const byLabels of [true, false]) {
    const subject = routingSubject(alarm(byLabels, { alertname: 'Down', instance: 'x', a: 'b' }));
    for (const [name, value] of Object.entries(subject.labels)) {
      assert.equal(subject.value(name), value);
    }
  }
});

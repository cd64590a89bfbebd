import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classOf } from './about.ts';
import { upwards } from './caution.ts';

test('what the sender says of the class wins over the inventory, and a role over a job', () => {
  assert.equal(classOf({ role: 'core' }, { role: 'edge' }), 'role=core');
  assert.equal(classOf({ job: 'node' }, { role: 'edge' }), 'role=edge');
  assert.equal(classOf({ job: 'node', service: 'shop' }, {}), 'job=node');
  assert.equal(classOf({ class: 'olt', role: 'core' }, {}), 'class=olt');
  assert.equal(classOf({ instance: 'r1' }, { site: 'nbg' }), '');
});

test('a resource is part of all that its name begins with, up to a slash', () => {
  assert.deepEqual([...upwards('r1/slot 2/port 1')], ['r1/slot 2/port 1', 'r1/slot 2', 'r1']);
  assert.deepEqual([...upwards('r1')], ['r1']);
  assert.deepEqual([...upwards('/dev/sda')], ['/dev/sda', '/dev']);
});

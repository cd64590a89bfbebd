import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareFeed, putInForce } from '../../src/desk/inventory-import.ts';
import type { Sliced } from '../../src/desk/views/merge.ts';
import { RELATED_MAX, relatedTo } from '../../src/desk/views/related.ts';
import { readText } from '../../src/inventory/read-text.ts';
import { says } from '../console/desk.ts';
import { alert } from '../support/desk.ts';
import { NORA, type NotifiedDesk, openNotified } from '../support/notified.ts';
import { planWith } from '../support/plan.ts';
import { terms } from '../support/routing.ts';

function whole<T>(work: Sliced<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

const alarmOn = (d: NotifiedDesk, resource: string, type?: string) => {
  const all = [...d.desk.memory.all('alarms')];
  const found = all.find((a) => a.resource === resource && (!type || a.type === type));
  assert.ok(found, resource);
  return found;
};

/** `what it needs: osl-1 | same resource: osl-2 (2 more)`; a star: nobody is told of it. */
function near(d: NotifiedDesk, resource: string, type?: string): string {
  const groups = relatedTo(d.desk.memory, alarmOn(d, resource, type), d.clock.now());
  return groups
    .map(({ relation, alarms, more }) => {
      const names = alarms.map((one) => one.alarm.resource + (one.isInhibited ? '*' : ''));
      return `${relation}: ${names.join(', ')}${more > 0 ? ` (${more} more)` : ''}`;
    })
    .join(' | ');
}

test('what a thing needs and what needs it are told by the inventory, whichever is asked', async () => {
  const d = await openNotified();
  const yaml = `
devices:
  - {id: osl-1, ports: [{name: xe-1}]}
services:
  - {id: mail, depends_on: ["device:osl-1"]}
`;
  const read = readText({ format: 'yaml', bytes: Buffer.from(yaml), kind: '' }, []);
  assert.ok(read.ok, JSON.stringify(read));
  const change = whole(compareFeed(d.desk.memory, 'net', read.parts));
  const by = { by: NORA, from: 'a.yml', why: 'because' };
  await putInForce(d.desk, change, by, async (work) => whole(work));
  const all = ['osl-1', 'osl-1/xe-1', 'mail', 'far-away'].map((name) => says(name, 'down'));
  await d.desk.receive('test', [...all, says('osl-1', 'fan')]);
  assert.equal(near(d, 'osl-1/xe-1'), 'what it needs: osl-1, osl-1');
  assert.equal(near(d, 'osl-1', 'down'), 'needs it: osl-1/xe-1, mail | same resource: osl-1');
  assert.equal(near(d, 'far-away'), '');
});

test('an inhibition is told on both sides, and what is over is not told', async () => {
  const inhibitions = [
    {
      name: 'ring',
      source: terms('instance="core"'),
      target: terms('instance!="core"'),
      equal: [],
    },
  ];
  const d = await openNotified(planWith({}, { inhibitions }));
  await d.desk.receive('test', [alert('core'), alert('edge')]);
  const [core, edge] = [...d.desk.memory.all('alarms')];
  assert.ok(core && edge);
  assert.equal(near(d, edge.resource), `inhibits it: ${core.resource}`);
  const act = { verb: 'incident.open', title: 'Ring', note: '', lead: NORA } as const;
  await d.desk.act(NORA, { ...act, alarms: [core.id, edge.id] });
  assert.equal(near(d, core.resource), `same incident: ${edge.resource}*`);
  await d.desk.receive('test', [alert('edge', { kind: 'clear' })]);
  assert.equal(near(d, core.resource), '');
});

test('the worst are named, and the rest is counted', async () => {
  const d = await openNotified();
  const types = Array.from({ length: RELATED_MAX + 3 }, (_, n) => `t${n}`);
  const severity = (n: number) => (n === 5 ? 'critical' : 'minor');
  await d.desk.receive(
    'test',
    types.map((type, n) => says('r', type, { severity: severity(n) })),
  );
  const groups = relatedTo(d.desk.memory, alarmOn(d, 'r', 't0'), d.clock.now());
  const [group] = groups;
  assert.deepEqual([group?.alarms.length, group?.more], [RELATED_MAX, 2]);
  assert.equal(group?.alarms[0]?.alarm.type, 't5');
});

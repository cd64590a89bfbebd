import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Desk } from '../../src/desk/desk.ts';
import { compareFeed, putInForce } from '../../src/desk/inventory-import.ts';
import { AFFECTED_MAX, effectOf } from '../../src/desk/views/inventory-effect.ts';
import type { Sliced } from '../../src/desk/views/merge.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { readText } from '../../src/inventory/read-text.ts';
import { type Life, openLife, turn } from '../support/desk.ts';
import { clear, raise } from '../support/http.ts';

const NORA = 'nora' as UserId;

function whole<T>(work: Sliced<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

function changeTo(desk: Desk, feed: string, csv: string, kind = 'lookup') {
  const read = readText({ format: 'csv', bytes: Buffer.from(csv), kind }, []);
  assert.ok(read.ok && read.report.faultsTotal === 0, JSON.stringify(read));
  return whole(compareFeed(desk.memory, feed, read.parts));
}

async function load(
  { desk, clock }: Life,
  feed: string,
  csv: string,
  kind?: string,
): Promise<void> {
  const says = { by: NORA, from: 'test.csv', why: 'because' };
  const run = async (work: Sliced<undefined>) => whole(work);
  const { refused } = await putInForce(desk, changeTo(desk, feed, csv, kind), says, run);
  assert.equal(refused, undefined);
  clock.pass(1);
  await turn();
}

const contexts = (desk: Desk) => [...desk.memory.all('alarms')].map(({ context }) => context);

const CUSTOMERS = 'match.circuit,customer\nC-1,ACME\nC-2,Umbrella\n';

test('alarms learn from a table by what they say and by what the inventory knows', async () => {
  const life = await openLife();
  const { desk } = life;
  await load(life, 'customers', CUSTOMERS);
  await load(life, 'regions', 'prefix.host,region,customer\nosl-,east,nobody\n');
  await desk.receive('snmp', [raise('a', { labels: { host: 'osl-1', circuit: 'C-1' } })]);
  assert.deepEqual(contexts(desk), [{ customer: 'ACME', region: 'east' }]);
  await load(life, 'network', 'kind,id,circuit\ndevice,rt1,C-2\ncircuit,C-2,\n', '');
  await desk.receive('snmp', [clear('a'), raise('rt1')]);
  assert.deepEqual(contexts(desk)[1], { circuit: 'C-2', customer: 'Umbrella', device: 'rt1' });
});

test('a new version reaches alarms that are raised; a dry run says which, and changes nothing', async () => {
  const life = await openLife();
  const { desk } = life;
  const circuit = (name: string) => raise(name, { labels: { circuit: name } });
  await desk.receive('snmp', [circuit('C-1'), circuit('C-2'), circuit('C-3')]);
  const first = whole(effectOf(desk.memory, 'customers', changeTo(desk, 'customers', CUSTOMERS)));
  assert.deepEqual([first.open, first.affected], [3, 2]);
  assert.deepEqual(
    first.some.map(({ alarm, was, is }) => [alarm.resource, was, is]),
    [
      ['C-1', { customer: '' }, { customer: 'ACME' }],
      ['C-2', { customer: '' }, { customer: 'Umbrella' }],
    ],
  );
  assert.deepEqual(contexts(desk), [{}, {}, {}]);
  await load(life, 'customers', CUSTOMERS);
  assert.deepEqual(contexts(desk), [{ customer: 'ACME' }, { customer: 'Umbrella' }, {}]);
  const moved = changeTo(desk, 'customers', CUSTOMERS.replace('Umbrella', 'Initech'));
  assert.equal(whole(effectOf(desk.memory, 'customers', moved)).affected, 1);
  const gone = { parts: [], fresh: [] };
  assert.equal(whole(effectOf(desk.memory, 'customers', gone)).affected, 2);
  assert.equal(
    whole(effectOf(desk.memory, 'customers', changeTo(desk, 'x', CUSTOMERS))).affected,
    0,
  );
});

test('a dry run names so many alarms and counts the rest', async () => {
  const life = await openLife();
  const { desk } = life;
  const many = Array.from({ length: AFFECTED_MAX + 1 }, (_, i) =>
    raise(`r${i}`, { labels: { circuit: 'C-1' } }),
  );
  await desk.receive('snmp', many);
  const { some, affected } = whole(effectOf(desk.memory, 'c', changeTo(desk, 'c', CUSTOMERS)));
  assert.deepEqual([some.length, affected], [AFFECTED_MAX, AFFECTED_MAX + 1]);
});

test('tables outlive a crash and a restart from the store', async () => {
  const first = await openLife();
  await load(first, 'customers', CUSTOMERS);
  await first.desk.receive('snmp', [raise('a', { labels: { circuit: 'C-1' } })]);
  const fromJournal = await openLife(first.crash(1_000));
  await fromJournal.desk.receive('snmp', [raise('b', { labels: { circuit: 'C-2' } })]);
  fromJournal.clock.pass(1_000);
  await fromJournal.desk.close();
  const fromStore = await openLife({
    durable: fromJournal.journal.crash(),
    store: fromJournal.store,
    at: fromJournal.clock.now(),
  });
  await fromStore.desk.receive('snmp', [raise('c', { labels: { circuit: 'C-1' } })]);
  const customers = contexts(fromStore.desk).map((context) => context.customer);
  assert.deepEqual(customers, ['ACME', 'Umbrella', 'ACME']);
});

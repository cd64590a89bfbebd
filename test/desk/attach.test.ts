import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { attachmentAct } from '../../src/desk/attaching.ts';
import { THE_DESK } from '../../src/desk/draft.ts';
import type { Act } from '../../src/desk/entry.ts';
import { listDocuments } from '../../src/desk/views/documents.ts';
import { Attacher } from '../../src/documents/attacher.ts';
import type { AlarmId } from '../../src/domain/alarm/event.ts';
import { DOCUMENT_LIMITS, type Document } from '../../src/domain/document/document.ts';
import { alert, type Life, openLife, turn } from '../support/desk.ts';
import { dataFolder, NORA, openTestDocuments, templateOf } from '../support/documents.ts';
import { saidOf } from '../support/refusals.ts';

const template = (name: string, attach: string, more = '') =>
  templateOf(
    `---\nname: ${name}\nfor: incident\nattach: ${attach}\nvariables:\n` +
      `  title: {from: incident.title}\n${more}---\n# {{ .title }}\n`,
  );

const FILES = [
  template('log', '{on_open: yes, on_reopen: yes, on_merge: yes}'),
  template('report', '{on_open: yes, on_reopen: copy, on_merge: copy}', '  what: {}\n'),
  template('memo', '{}'),
];

async function opened(remains?: Parameters<typeof openLife>[0]) {
  const life = await openLife(remains);
  const documents = openTestDocuments(life, dataFolder());
  after(() => documents.stop());
  const attacher = new Attacher({
    clock: life.clock,
    log: silentLog,
    next: () => [...life.desk.memory.all('attachments')][0],
    isWritten: () => true,
    does: async (due) => {
      const act = await attachmentAct(
        { desk: life.desk, accounts: documents.accounts },
        FILES,
        due,
      );
      return saidOf((await life.desk.act(THE_DESK, act)).refused);
    },
  });
  const settled = () =>
    documents.until(() => {
      attacher.look();
      const isDone = life.desk.memory.count('attachments') === 0;
      return isDone && [...life.desk.memory.all('documents')].every(({ is }) => is !== 'wanted');
    });
  return { life, documents, attacher, settled };
}

const act = async (life: Life, what: Act): Promise<string> => {
  const { made, refused } = await life.desk.act(NORA, what);
  assert.ok(made, saidOf(refused));
  return made;
};

async function incident(life: Life, name: string): Promise<string> {
  await life.desk.receive('test', [alert(name, { since: life.clock.now() })]);
  const alarm = [...life.desk.memory.all('alarms')].find(({ resource }) => resource.includes(name));
  const alarms = [alarm?.id as AlarmId];
  return act(life, { verb: 'incident.open', alarms, title: name, lead: '', note: '' });
}

const told = ({ desk }: Life, of: string): readonly string[] =>
  listDocuments(desk.memory, { incident: of })
    .map(({ template: name, is, version = 1 }: Document) => `${name} ${is} v${version}`)
    .sort();

test('an incident that is opened has the documents its templates say: made, or waiting for people', async () => {
  const { life, settled, documents } = await opened();
  const id = await incident(life, 'core-1');
  await settled();
  assert.deepEqual(told(life, id), ['log rendered v1', 'report waiting v1']);
  const [waits] = listDocuments(life.desk.memory, { is: 'waiting' });
  assert.deepEqual(
    waits?.lacks?.map(({ name }) => name),
    ['what'],
  );
  assert.equal(waits?.by, THE_DESK);
  const wanted = { template: 'report', incident: id, waiting: waits?.id ?? '' };
  const made = await documents.ask({ ...wanted, asked: { what: 'Fibre' } }, FILES);
  assert.deepEqual(made, { made: waits?.id });
  await settled();
  assert.deepEqual(told(life, id), ['log rendered v1', 'report rendered v1']);
  await assert.rejects(
    documents.ask({ ...wanted, asked: { what: 'Fibre' } }, FILES),
    /does not wait any more/,
  );
});

test('reopened: yes is a new version of what is true now, copy waits with what was filled in', async () => {
  const { life, settled, documents } = await opened();
  const id = await incident(life, 'core-1');
  await settled();
  const [waits] = listDocuments(life.desk.memory, { is: 'waiting' });
  const wanted = { template: 'report', incident: id, waiting: waits?.id ?? '' };
  await documents.ask({ ...wanted, asked: { what: 'Fibre' } }, FILES);
  await documents.ask({ template: 'memo', incident: id, asked: {} }, FILES);
  await settled();
  await act(life, { verb: 'incident.close', incident: id as never, note: 'Spliced' });
  await act(life, { verb: 'incident.reopen', incident: id as never, note: 'Not so' });
  await act(life, { verb: 'incident.set', incident: id as never, title: 'core-1 again' });
  await settled();
  assert.deepEqual(told(life, id), [
    'log rendered v1',
    'log rendered v2',
    'memo rendered v1',
    'report rendered v1',
    'report waiting v1',
  ]);
  const [second, first] = listDocuments(life.desk.memory, { template: 'log' });
  assert.equal(second?.first, first?.id);
  assert.deepEqual(second?.frozen?.values['title'], { is: 'text', text: 'core-1 again' });
  assert.deepEqual(first?.frozen?.values['title'], { is: 'text', text: 'core-1' });
  const [copy] = listDocuments(life.desk.memory, { is: 'waiting' });
  assert.deepEqual([copy?.asked, copy?.lacks], [{ what: 'Fibre' }, []]);
});

test('merged: yes goes with it as it is, copy waits there, no stays', async () => {
  const { life, settled, documents } = await opened();
  const [from, into] = [await incident(life, 'core-1'), await incident(life, 'core-2')];
  await settled();
  await documents.ask({ template: 'memo', incident: from, asked: {} }, FILES);
  const [waits] = listDocuments(life.desk.memory, { incident: from, is: 'waiting' });
  const wanted = { template: 'report', incident: from, waiting: waits?.id ?? '' };
  await documents.ask({ ...wanted, asked: { what: 'Fibre' } }, FILES);
  const [own] = listDocuments(life.desk.memory, { incident: into, is: 'waiting' });
  await act(life, { verb: 'document.remove', document: own?.id ?? '', why: 'x' });
  await settled();
  await act(life, {
    verb: 'incident.merge',
    ...{ incident: from as never, into: into as never, note: '' },
  });
  await settled();
  assert.deepEqual(told(life, from), ['memo rendered v1', 'report rendered v1']);
  assert.deepEqual(told(life, into), ['log rendered v1', 'log rendered v1', 'report waiting v1']);
});

test('a desk that dies before or after it looked does it once', async () => {
  const first = await openLife();
  const id = await incident(first, 'core-1');
  assert.equal(first.desk.memory.count('attachments'), 1);
  const { life, settled, attacher, documents } = await opened(first.crash(1_000));
  assert.equal(life.desk.memory.count('attachments'), 1, 'it was not looked at');
  const [due] = life.desk.memory.all('attachments');
  assert.ok(due);
  const parts = { desk: life.desk, accounts: documents.accounts };
  const twice = await attachmentAct(parts, FILES, due);
  await settled();
  assert.equal(saidOf((await life.desk.act(THE_DESK, twice)).refused), 'It was looked at before.');
  assert.deepEqual(told(life, id), ['log rendered v1', 'report waiting v1']);
  attacher.stop();
  const again = await openLife(life.crash(1_000));
  assert.deepEqual(told(again, id), ['log rendered v1', 'report waiting v1']);
  assert.equal(again.desk.memory.count('attachments'), 0);
});

test('what is to be looked at has a limit: the oldest goes, and the audit log says so', async () => {
  const life = await openLife();
  const { attachments_max } = DOCUMENT_LIMITS;
  const id = await incident(life, 'core-1');
  const [first] = life.desk.memory.all('attachments');
  const again = async () => {
    await act(life, { verb: 'incident.close', incident: id as never, note: 'x' });
    await act(life, { verb: 'incident.reopen', incident: id as never, note: 'x' });
  };
  while (life.desk.memory.count('attachments') < attachments_max) await again();
  assert.ok(life.desk.memory.get('attachments', first?.id ?? ''));
  await again();
  assert.equal(life.desk.memory.count('attachments'), attachments_max);
  assert.equal(life.desk.memory.get('attachments', first?.id ?? ''), undefined);
  life.clock.pass(1_000);
  for (let i = 0; i < 1_000 && life.store.position < life.desk.memory.position; i++) await turn();
  const { items } = await life.store.audit(undefined, 20);
  assert.ok(items.some(({ verb }) => verb === 'document.unattached'));
});

test('one happening begins and moves so many documents at most', async () => {
  const life = await openLife();
  await incident(life, 'core-1');
  const [due] = life.desk.memory.all('attachments');
  const moved = (n: number) => Array.from({ length: n }, (_, i) => `doc${i}`);
  const attach = { verb: 'document.attach', attachment: due?.id ?? '', begun: [] } as const;
  const max = DOCUMENT_LIMITS.attached_max;
  const said = await life.desk.act(THE_DESK, { ...attach, moved: moved(max + 1) });
  assert.match(saidOf(said.refused), /^begun: at most 50/);
  assert.equal(
    (await life.desk.act(THE_DESK, { ...attach, moved: moved(max) })).refused,
    undefined,
  );
});

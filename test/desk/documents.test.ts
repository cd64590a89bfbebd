import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { hours } from '../../src/base/time.ts';
import type { DocumentAct } from '../../src/desk/document-acts.ts';
import { resolveDocument } from '../../src/desk/documents.ts';
import type { DocumentEntry } from '../../src/desk/entry.ts';
import type { AlarmId } from '../../src/domain/alarm/event.ts';
import { DOCUMENT_LIMITS, type Document } from '../../src/domain/document/document.ts';
import { type DocumentTemplate, TEMPLATE_MAXIMA } from '../../src/domain/document/template.ts';
import type { Incident } from '../../src/domain/incident/incident.ts';
import { alert, type Life, openLife, turn } from '../support/desk.ts';
import { dataFolder, NORA, openTestDocuments, templateOf } from '../support/documents.ts';
import { saidOf } from '../support/refusals.ts';

type Ask = Extract<DocumentAct, { verb: 'document.ask' }>;

const asking = (body = '# T', more: Partial<Ask['job']> = {}): Ask => ({
  verb: 'document.ask',
  job: {
    ...{ template: 't', title: 'T', kind: 'other', asked: {} },
    frozen: { body, values: {} },
    ...more,
  },
});

const documentOf = ({ desk }: Life, id: string | undefined): Document =>
  desk.memory.get('documents', id ?? '') ?? assert.fail(`no ${id}`);

const says = (life: Life, document: string, is: DocumentEntry['says'], attempt = 1) =>
  life.desk.report({
    ...{ kind: 'document', at: life.clock.now(), document, template: 't', says: is },
    ...{ detail: is === 'failed' ? 'why' : '', attempt, files: {} },
  });

/** Waits until the store has what the desk knows. */
async function written({ clock, desk, store }: Life): Promise<void> {
  clock.pass(1_000);
  for (let i = 0; i < 10_000 && store.position < desk.memory.position; i++) await turn();
}

test('a document ends once, whatever is told twice or late; what failed can be tried again', async () => {
  const life = await openLife();
  const { made = '' } = await life.desk.act(NORA, asking());
  await says(life, made, 'failed');
  const failed = documentOf(life, made);
  assert.deepEqual([failed.is, failed.detail, failed.attempt], ['failed', 'why', 1]);
  await says(life, made, 'rendered');
  assert.equal(documentOf(life, made), failed);
  const again = { verb: 'document.again', document: made } as const;
  assert.equal((await life.desk.act(NORA, again)).refused, undefined);
  assert.match(
    saidOf((await life.desk.act(NORA, again)).refused),
    /It has not failed: it is wanted/,
  );
  await says(life, made, 'rendered', 1);
  assert.equal(documentOf(life, made).is, 'wanted', 'that was the try before');
  await says(life, made, 'rendered', 2);
  await says(life, made, 'failed', 2);
  assert.equal(documentOf(life, made).is, 'rendered');
  const remove = { verb: 'document.remove', document: made, why: 'Wrong one' } as const;
  assert.equal((await life.desk.act(NORA, remove)).made, made);
  assert.match(saidOf((await life.desk.act(NORA, remove)).refused), /no such document/);
  await says(life, made, 'rendered', 2);
  assert.equal(life.desk.memory.count('documents'), 0);
});

test('the limits hold to the last one', async () => {
  const life = await openLife();
  const { open_max, attempts_max, why_chars_max, kept_max } = DOCUMENT_LIMITS;
  const refused = async (act: DocumentAct) => saidOf((await life.desk.act(NORA, act)).refused);
  const long = 'x'.repeat(TEMPLATE_MAXIMA.text_chars_max);
  assert.match(await refused(asking(`${long}x`)), /body: at most 65536/);
  const ids: string[] = [];
  for (let i = 0; i < open_max; i++)
    ids.push((await life.desk.act(NORA, asking(i === 0 ? long : '# T'))).made ?? '');
  assert.match(await refused(asking()), /100 documents are being rendered/);
  const [first = '', second = ''] = ids;
  for (let i = 1; i < attempts_max; i++) {
    await says(life, first, 'failed', i);
    assert.equal(await refused({ verb: 'document.again', document: first }), '');
  }
  await says(life, first, 'failed', attempts_max);
  assert.match(await refused({ verb: 'document.again', document: first }), /tried 20 times/);
  const why = 'x'.repeat(why_chars_max);
  const remove = { verb: 'document.remove', document: second } as const;
  assert.match(await refused({ ...remove, why: `${why}x` }), /why: at most 1000/);
  assert.equal(await refused({ ...remove, why }), '');
  for (const id of ids.slice(2)) await says(life, id, 'rendered');
  while (life.desk.memory.count('documents') < kept_max) {
    const { made = '' } = await life.desk.act(NORA, asking());
    await says(life, made, 'rendered');
  }
  assert.ok(life.desk.memory.get('documents', first));
  await life.desk.act(NORA, asking());
  assert.equal(life.desk.memory.count('documents'), kept_max);
  assert.equal(life.desk.memory.get('documents', first), undefined, 'the oldest went');
  await written(life);
  const { items } = await life.store.audit(undefined, 10);
  assert.ok(items.some(({ verb, subject }) => verb === 'document.forgotten' && subject === first));
});

test('what is kept has a weight, and the oldest go when it is too much', async () => {
  const life = await openLife();
  const text = 'x'.repeat(250_000);
  const heavy = asking('# T', {
    frozen: { body: 'y'.repeat(60_000), values: { x: { is: 'text', text } } },
  });
  const kept = Math.floor(DOCUMENT_LIMITS.kept_chars_max / 310_000);
  for (let i = 0; i < kept + 5; i++) {
    const { made = '' } = await life.desk.act(NORA, heavy);
    await says(life, made, 'rendered');
  }
  const weights = [...life.desk.memory.all('documents')].map(({ weight = 0 }) => weight);
  const sum = weights.reduce((a, b) => a + b, 0);
  assert.ok(sum <= DOCUMENT_LIMITS.kept_chars_max && sum > DOCUMENT_LIMITS.kept_chars_max * 0.97);
});

const TEMPLATE = `---
name: t
for: incident
variables:
  title: {from: incident.title}
  lead: {type: person, from: incident.lead}
  closed: {type: time, from: incident.closed, required: false}
  timeline: {type: table, from: incident.timeline}
  impact: {description: Who noticed}
  cost: {type: number}
  line: {type: choice, choices: [voice, data], default: data}
---
{{ .title }}
`;

async function troubled() {
  const life = await openLife();
  const at = life.clock.now();
  await life.desk.receive('test', [alert('core-1', { since: at })]);
  const [alarm] = life.desk.memory.all('alarms');
  const opened = await life.desk.act(NORA, {
    verb: 'incident.open',
    alarms: [alarm?.id as AlarmId],
    ...{ title: 'Bergen is dark', lead: '', note: 'Fibre' },
  });
  const incident = (): Incident =>
    life.desk.memory.get('incidents', opened.made ?? '') ?? assert.fail();
  const documents = openTestDocuments(life, dataFolder());
  after(() => documents.stop());
  return { life, incident, documents, alarm };
}

test('all that is missing or wrong is told at once, with what is expected and where; nothing begins', async () => {
  const { life, incident, documents } = await troubled();
  const files = [templateOf(TEMPLATE)];
  const told = await documents.ask(
    { template: 't', incident: incident().id, asked: { cost: 'a lot', colour: 'red' } },
    files,
  );
  assert.ok('lacks' in told);
  assert.deepEqual(
    told.lacks.map(({ name, expected, where }) => `${name}: ${expected} (${where})`),
    [
      'lead: a login (give the incident a lead, on its page)',
      'impact: a text: Who noticed (fill in impact)',
      'cost: a number, as 12.5 (fill in cost)',
      'colour: nothing: the template asks for no such thing (leave it out)',
    ],
  );
  assert.equal(life.desk.memory.count('documents'), 0);
  const without = await documents.ask({ template: 't', asked: {} }, files);
  assert.ok('lacks' in without && without.lacks.some(({ name }) => name === 'incident'));
  await assert.rejects(documents.ask({ template: 'u', asked: {} }, files), /no such template/);
});

test('what was asked for stays as it was, whatever happens to the incident after', async () => {
  const { life, incident, documents } = await troubled();
  const { id } = incident();
  await life.desk.act(NORA, { verb: 'incident.set', incident: id, lead: NORA });
  const asked = { cost: '12.5', impact: 'Everybody' };
  await written(life);
  const told = await documents.ask({ template: 't', incident: id, asked }, [templateOf(TEMPLATE)]);
  assert.ok('made' in told, JSON.stringify(told));
  await life.desk.act(NORA, { verb: 'incident.set', incident: id, title: 'Oslo is dark' });
  const { frozen, by, incident: about } = documentOf(life, told.made);
  assert.deepEqual([by, about], [NORA, id]);
  const { title, lead, closed, cost, line, timeline } = frozen?.values ?? {};
  assert.deepEqual(title, { is: 'text', text: 'Bergen is dark' });
  assert.deepEqual(lead, { is: 'people', people: [NORA] });
  assert.deepEqual(closed, { is: 'nothing', type: 'time' });
  assert.deepEqual(
    [cost, line],
    [
      { is: 'number', number: 12.5 },
      { is: 'text', text: 'data' },
    ],
  );
  assert.ok(timeline?.is === 'table');
  const words = timeline.rows.map(([, who, what]) => [JSON.stringify(who), what]);
  assert.deepEqual(words.at(-1), ['{"person":"nora"}', 'lead']);
  assert.ok(
    words.some(([, what]) => what === 'raised, critical'),
    JSON.stringify(words),
  );
  await documents.until(() => documentOf(life, told.made).is !== 'wanted');
  assert.equal(documentOf(life, told.made).is, 'rendered');
});

test('a review is of the incident: who was in it, what was decided, what is to be done', async () => {
  const { life, incident, documents, alarm } = await troubled();
  const { id } = incident();
  const about = { alarm: alarm?.id as AlarmId, resource: 'core-1', type: 'x', class: '' };
  await life.desk.act(NORA, {
    ...{ verb: 'decision.record', about: { ...about, severity: 'critical', text: '' } },
    ...{ situation: '', options: [], kind: 'call vendor', what: '', reason: 'It is their fibre' },
    ...{ incident: id, reviewAt: (life.clock.now() + hours(24)) as never },
  });
  await life.desk.act(NORA, {
    ...{ verb: 'action.set', title: 'Second fibre', detail: '', owner: NORA, step: 'planned' },
    incident: id,
  });
  await life.desk.act(NORA, { verb: 'incident.close', incident: id, note: 'Spliced' });
  const asked = {
    ...{ summary: 'Cut.', impact: 'All.', contributing_factors: 'One duct', went_well: 'Nora' },
  };
  const told = await documents.ask({ template: 'review', incident: id, asked });
  assert.ok('made' in told, JSON.stringify(told));
  await documents.until(() => documentOf(life, told.made).is === 'rendered');
  const markdown = await documents.file(documentOf(life, told.made), 'markdown');
  const text = new TextDecoder().decode(markdown);
  for (const said of [
    '# Review: Bergen is dark',
    'Spliced',
    'call vendor',
    'Second fibre',
    'One duct',
  ])
    assert.ok(text.includes(said), `${said} in ${text}`);
});

test('a hand-over is of the desk and the shift: what is open, hidden, decided', async () => {
  const { life, incident, documents, alarm } = await troubled();
  const until = (life.clock.now() + hours(2)) as never;
  const on = [{ id: alarm?.id as AlarmId }];
  await life.desk.act(NORA, { verb: 'shelve', on, until, reason: 'Vendor works on it' });
  const told = await documents.ask({ template: 'hand-over', asked: { watch: 'core-1' } });
  assert.ok('made' in told, JSON.stringify(told));
  const { since, frozen } = documentOf(life, told.made);
  assert.equal(since, life.clock.now() - hours(12));
  const { hidden, incidents } = frozen?.values ?? {};
  assert.ok(hidden?.is === 'table' && hidden.rows[0]?.at(-1) === 'Vendor works on it');
  assert.ok(incidents?.is === 'table' && incidents.rows[0]?.[0] === incident().id);
  const late = { template: 'hand-over', asked: { watch: 'x' }, since: 0 as never };
  const lacks = await documents.ask(late);
  assert.ok('lacks' in lacks && /last 31 days/.test(lacks.lacks[0]?.expected ?? ''));
});

test('values that are too much together are refused before anything begins', async () => {
  const { life, documents } = await troubled();
  const variables = Array.from({ length: 20 }, (_, i) => `  v${i}: {}`).join('\n');
  const file = templateOf(`---\nname: t\nvariables:\n${variables}\n---\nx`);
  assert.ok('template' in file);
  const template: DocumentTemplate = file.template;
  const full = (n: number) =>
    Object.fromEntries(Array.from({ length: n }, (_, i) => [`v${i}`, 'x'.repeat(19_000)]));
  const parts = { desk: life.desk, accounts: documents.accounts };
  const { lacks } = await resolveDocument(parts, { template, asked: full(20) });
  assert.deepEqual(
    lacks.map(({ name }) => name),
    ['values'],
  );
});

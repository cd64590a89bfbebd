import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { openApiServer } from '../support/api.ts';
import { dataFolder, openTestDocuments } from '../support/documents.ts';
import { openParts, raise } from '../support/http.ts';
import { ran } from './world.ts';

const parts = await openParts();
const cwd = dataFolder();
const own = openTestDocuments(parts, cwd);
const documents = { templates: own.templates, file: own.file };
const s = await openApiServer({ parts: { ...parts, documents } });
after(async () => {
  await own.stop();
  await s.close();
});
const env = { TOCSIN_TOKEN: s.operator.authorization.slice('Bearer '.length), TOCSIN_URL: s.url };
const cli = (...argv: readonly string[]) =>
  ran(argv, { env, cwd, replace: { clock: systemClock() } });
await s.desk.receive('test', [raise('core-1', { since: s.clock.now() })]);
const [alarm] = s.desk.memory.all('alarms');
const { made: incident = '' } = await s.desk.act(s.operator.id, {
  ...{ verb: 'incident.open', alarms: alarm ? [alarm.id] : [], title: 'Dark', lead: '', note: '' },
});

test('a document is asked for, found and fetched on the command line; what it lacks is told', async () => {
  const templates = (await cli('documents', 'templates')).out;
  assert.match(templates, /^review: Post-incident review \(review, about an incident\)$/m);
  assert.match(templates, /^ {2}-v impact=… {2}text, needed {2}Who could not/m);
  const lacking = await cli('documents', 'ask', 'review', '--incident', incident);
  assert.equal(lacking.exit, 2);
  assert.match(lacking.err, /Nothing was begun: 4 things are missing or wrong\. `summary`/);
  assert.match(lacking.err, /`went_well`: a line for each/);
  const given = ['summary=Cut', 'impact=All', 'contributing_factors=Duct', 'went_well=Nora'];
  const values = given.flatMap((one) => ['-v', one]);
  const asked = await cli('documents', 'ask', 'review', '--incident', incident, ...values);
  const [, id = ''] = /^(doc\d+) {2}Post-incident review: /.exec(asked.out) ?? [];
  assert.notEqual(id, '', asked.out + asked.err);
  await own.until(() => s.desk.memory.get('documents', id)?.is === 'rendered');
  assert.match(
    (await cli('documents', 'list')).out,
    new RegExp(`^${id} +Post-incident review`, 'm'),
  );
  assert.match((await cli('documents', 'show', id)).out, /^pdf, \d+ bytes: tocsin documents get/m);
  assert.match((await cli('documents', 'get', id)).out, /^# Review: Dark\n/);
  assert.equal((await cli('documents', 'get', id, '--format', 'pdf')).exit, 2);
  const got = await cli('documents', 'get', id, '--format', 'pdf', '-o', 'a.pdf');
  assert.equal(got.exit, 0, got.err);
  assert.equal(readFileSync(join(cwd, 'a.pdf')).toString('latin1', 0, 5), '%PDF-');
  assert.equal((await cli('documents', 'again', id)).exit, 5);
  assert.equal((await cli('documents', 'remove', id, '-r', 'Wrong')).out, `${id} is removed.\n`);
});

test('templates are tried against recorded incidents: what became different is shown and fails', async () => {
  const first = await cli('documents', 'try');
  assert.equal(first.exit, 1);
  assert.match(first.out, new RegExp(`^review/${incident}: missing from what is kept$`, 'm'));
  assert.equal((await cli('documents', 'try', '--accept')).exit, 0);
  const same = await cli('documents', 'try');
  assert.deepEqual([same.exit, same.out], [0, '2 rendered, 0 different, 0 faults.\n']);
  await s.desk.act(s.operator.id, {
    ...{ verb: 'incident.set', incident: incident as never, title: 'Bright' },
  });
  assert.equal((await cli('documents', 'try')).exit, 0, 'the incident is as it was recorded');
  const fresh = await cli('documents', 'try', '--fresh');
  assert.equal(fresh.exit, 1);
  assert.match(fresh.out, /^-# Review: Dark\n\+# Review: Bright$/m);
  mkdirSync(join(cwd, 'own'));
  const front = '---\nname: review\nfor: incident\nvariables:\n  title: {from: incident.title}\n';
  writeFileSync(
    join(cwd, 'own', 'review.md'),
    `${front}  lead: {from: incident.lead, type: person}\n---\nx`,
  );
  const offline = (...more: readonly string[]) =>
    ran(['documents', 'try', '--folder', 'own', ...more], { env: {}, cwd });
  const lacking = await offline();
  assert.equal(lacking.exit, 1);
  assert.match(lacking.out, /^\+lacks lead: a login/m);
  writeFileSync(join(cwd, 'own', 'bad.md'), 'x');
  const faulty = await offline('--accept');
  assert.equal(faulty.exit, 1);
  assert.match(faulty.out, /^bad\.md:1: the first line is ---/m);
  assert.equal((await offline('--against', 'a.pdf')).exit, 2);
});

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { days, minutes } from '../../src/base/time.ts';
import { outcomePhrase, recallView } from '../../src/desk/views/recall.ts';
import { phraseText } from '../../src/desk/views/words.ts';
import type { Render } from '../../src/documents/thread.ts';
import type { Alarm } from '../../src/domain/alarm/alarm.ts';
import type { IncidentId } from '../../src/domain/incident/incident.ts';
import { aboutOf } from '../../src/domain/memory/about.ts';
import type { DecisionId } from '../../src/domain/memory/decision.ts';
import type { Settings } from '../../src/sources/snmp/settings.ts';
import { snmp } from '../../src/sources/snmp/snmp.ts';
import { datagramOf } from '../snmp/datagram.ts';
import { defaultsOf } from '../sources/fixtures.ts';
import { dataFolder, openTestDocuments } from '../support/documents.ts';
import { type NotifiedDesk, openNotified } from '../support/notified.ts';
import {
  ADA,
  always,
  BOB,
  dutyWith,
  onlyPage,
  openPaging,
  paged,
  pages,
  person,
} from '../support/paging.ts';
import { farSide, openTestRuns } from '../support/runs.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-night-'));
const documentsFolder = dataFolder();
const far = await farSide();
after(async () => {
  await far.close();
  rmSync(folder, { recursive: true });
});
writeFileSync(
  join(folder, 'restart.md'),
  `---
name: restart-port
parameters: {port: {type: number}}
---
# Restart a port that hangs
## Restart it
\`\`\`http
POST ${far.url}/ports/{{port}}/restart
Authorization: Bearer {{secret.r1}}
\`\`\`
## Let it come up
\`\`\`wait 5m
\`\`\`
## Look at the light
`,
);

const settings = defaultsOf(snmp.settings) as Settings;
const LINK = { down: '1.3.6.1.6.3.1.1.5.3', up: '1.3.6.1.6.3.1.1.5.4' } as const;

/** What a router says of its port 7. */
async function trap(d: NotifiedDesk, says: keyof typeof LINK): Promise<void> {
  const varbinds = [['1.3.6.1.2.1.2.2.1.1.7', { integer: 7 }]] as const;
  const body = datagramOf({ trap: LINK[says], varbinds: varbinds.map(([o, v]) => [o, v]) });
  const input = { body, at: d.clock.now(), from: '192.0.2.1', contentType: '' };
  const { events, refused } = snmp.translate(input, settings);
  assert.deepEqual(refused, []);
  await d.desk.receive('snmp', events);
  await d.pump();
}

/** The runbook, with the power cut while it waits: port 7 is restarted once, and a person looks. */
async function restartPort(first: NotifiedDesk): Promise<NotifiedDesk> {
  let d = first;
  let runs = openTestRuns(d, folder);
  const [alarm] = d.desk.memory.all('alarms');
  const id = await runs.start('restart-port', { port: '7' }, BOB, alarm?.id);
  const run = () => d.desk.memory.get('runs', id);
  await runs.until(() => run()?.step === 1 && run()?.tries?.length === 2);
  await runs.stop();
  d = await powerCut(d);
  runs = openTestRuns(d, folder);
  await d.pass(minutes(5));
  await runs.until(() => run()?.step === 2);
  const tick = { verb: 'run.tick' as const, run: id, step: 2, how: 'done' as const, note: 'lit' };
  await d.desk.act(BOB, tick);
  await runs.stop();
  assert.deepEqual(
    [run()?.is, run()?.by, run()?.why, run()?.parameters],
    ['done', BOB, 'It hangs', { port: '7' }],
  );
  assert.deepEqual(
    far.asked.map(({ url }) => url),
    ['/ports/7/restart'],
    'over a power cut the port is restarted once',
  );
  return d;
}

/** The review, with the power cut before it is rendered: half of it is never written. */
async function review(first: NotifiedDesk, alarm: Alarm): Promise<NotifiedDesk> {
  let d = first;
  const words = { title: 'Port 7 went dark', lead: BOB, note: '' };
  const opened = await d.desk.act(BOB, { verb: 'incident.open', alarms: [alarm.id], ...words });
  const incident = opened.made as IncidentId;
  await d.desk.act(BOB, { verb: 'incident.close', incident, note: 'the light is back' });
  const never: Render = (_, signal) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve({ is: 'failed', why: 'stopped' }));
    });
  let documents = openTestDocuments(d, documentsFolder, never);
  const ask = (asked: Record<string, string>) =>
    documents.ask({ template: 'review', incident, asked });
  const lacking = await ask({ summary: 'A port lost its light.' });
  assert.deepEqual(
    'lacks' in lacking && lacking.lacks.map(({ name }) => name),
    ['impact', 'contributing_factors', 'went_well'],
    'all that is missing is told at once',
  );
  assert.equal(d.desk.memory.count('documents'), 0, 'and nothing is begun');
  const factors = { contributing_factors: 'Old optics', went_well: 'Bob came' };
  const made = await ask({ summary: 'A port lost its light.', impact: 'None', ...factors });
  assert.ok('made' in made);
  const after = d.crash(minutes(1));
  await documents.stop();
  d = await openNotified(undefined, after);
  documents = openTestDocuments(d, documentsFolder);
  const document = () => d.desk.memory.get('documents', made.made);
  await documents.until(() => document()?.is === 'rendered');
  const rendered = document();
  assert.ok(rendered);
  const text = String(Buffer.from((await documents.file(rendered, 'markdown')) ?? []));
  for (const said of [
    /restart: port 7/,
    /Restart a port that hangs/,
    /\| ada \| on call.*\n.*\| bob \| named/,
  ]) {
    assert.match(text, said);
  }
  const pdf = await documents.file(rendered, 'pdf');
  assert.equal(String(Buffer.from(pdf ?? []).subarray(0, 5)), '%PDF-');
  await documents.stop();
  return d;
}

const powerCut = (d: NotifiedDesk): Promise<NotifiedDesk> =>
  openNotified(undefined, d.crash(minutes(1)));

test('a trap raises; the first on duty sleeps, the second answers from the message, runs a runbook and has the review written; a week later the desk says what was decided, that it did not hold, and that the work is still open', async () => {
  const first = { targets: [{ is: 'schedule' as const, schedule: 'first' }], wait: minutes(5) };
  const second = { targets: [person(BOB)], wait: minutes(5) };
  const duty = dutyWith({ steps: [first, second] }, { schedules: [always('first', [ADA])] });
  let d = await openPaging(duty);
  await trap(d, 'down');
  assert.deepEqual(
    [d.notices.at(-1)?.page?.person, d.notices.at(-1)?.page?.why],
    [ADA, 'on call in first'],
  );
  d = await powerCut(d);
  await d.pass(minutes(5));
  assert.deepEqual(
    d.notices.map(({ page }) => page?.person),
    [BOB],
    'nobody is told twice over a power cut, and nobody is left out',
  );
  const page = onlyPage(d);
  const answer = { verb: 'page.answer' as const, page: page.id, how: 'message' as const };
  await d.desk.act(BOB, { ...answer, note: '' });
  await d.pump();
  d = await powerCut(d);
  await d.pass(minutes(30));
  assert.deepEqual(paged(d), [], 'nobody is woken after the answer');
  assert.deepEqual([onlyPage(d).is, onlyPage(d).answer?.by], ['answered', BOB]);

  d = await restartPort(d);
  const [alarm] = d.desk.memory.all('alarms');
  assert.ok(alarm);
  const { made } = await d.desk.act(BOB, {
    verb: 'decision.record',
    ...{ about: aboutOf(alarm), situation: 'the optics lost their light', options: [] },
    ...{ kind: 'restart' as const, what: 'port 7', reason: 'quickest', reviewAt: d.at(days(30)) },
  });
  await d.desk.act(BOB, {
    verb: 'action.set',
    ...{ title: 'Replace the optics', detail: '', owner: BOB, step: 'planned' as const },
    decision: made as DecisionId,
  });
  await trap(d, 'up');
  d = await review(d, alarm);
  await d.pass(days(7), days(1));

  await trap(d, 'down');
  assert.equal(d.notices.at(-1)?.page?.person, ADA, 'whoever is on call is woken for it anew');
  assert.equal(pages(d).length, 2);
  const again = [...d.desk.memory.all('alarms')].find(({ type }) => type === alarm.type);
  assert.ok(again);
  const { answers, actions } = await recallView(d.desk, again);
  const [known] = answers;
  assert.equal(known?.rung, 'same alarm');
  assert.equal(known.decision.what, 'port 7');
  assert.match(phraseText(outcomePhrase(known.decision), d.clock.now()), /^came back after 7 d/);
  assert.deepEqual(
    actions.map(({ title, step }) => [title, step]),
    [['Replace the optics', 'soon']],
  );
});

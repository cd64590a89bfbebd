import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { minutes } from '../../src/base/time.ts';
import { pageFindings } from '../../src/desk/views/pages.ts';
import type { PageId } from '../../src/domain/escalation/page.ts';
import { type Run, waitsFor } from '../../src/domain/run/run.ts';
import { raise } from '../support/happenings.ts';
import { openNotified } from '../support/notified.ts';
import {
  ADA,
  always,
  applyDuty,
  BOB,
  CYD,
  dutyWith,
  onlyPage,
  openPaging,
  type PagingDesk,
  pages,
} from '../support/paging.ts';
import { saidOf } from '../support/refusals.ts';
import { NORA, openTestRuns } from '../support/runs.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-page-steps-'));
after(() => rmSync(folder, { recursive: true }));

const write = (name: string, whom: string): void =>
  writeFileSync(
    join(folder, `${name}.md`),
    `---\nname: ${name}\nparameters: {port: {type: number}}\n---\n# Restart a port\n## Ask\n` +
      `\`\`\`page ${whom}\nPort {{port}} is dark.\n\`\`\`\n## Look\n`,
  );
write('asks', 'policy=noc');
write('asks-ada', 'person=ada wait=10m');
write('asks-net', 'team=net wait=10m');
write('asks-first', 'schedule=first wait=10m');

const duty = dutyWith(
  {},
  { teams: [{ name: 'net', members: [BOB, CYD] }], schedules: [always('first', [CYD])] },
);

async function begun(runbook = 'asks', d: PagingDesk | undefined = undefined) {
  const desk = d ?? (await openPaging(duty));
  const runs = openTestRuns(desk, folder);
  const id = await runs.start(runbook, { port: '7' });
  await desk.pump();
  const run = (): Run => desk.desk.memory.get('runs', id) ?? assert.fail();
  return { d: desk, runs, id, run };
}

const says = (d: PagingDesk) =>
  d.notices.map(({ page, alerts }) => `${page?.person} ${page?.run}: ${alerts[0]?.text}`);
const answer = (d: PagingDesk, page: PageId, by = ADA) =>
  d.desk.act(by, { verb: 'page.answer', page, how: 'message', note: '' });
const tried = ({ tries = [] }: Run) => tries.map(({ attempt, is, by }) => [attempt, is, by]);

test('a step pages by a policy and is done by whoever answers', async () => {
  const { d, id, run, runs } = await begun();
  assert.deepEqual(says(d), [`ada ${id}: Port 7 is dark.`]);
  await d.pass(minutes(5));
  assert.deepEqual(says(d).slice(1), [`bob ${id}: Port 7 is dark.`]);
  assert.deepEqual([run().step, waitsFor(run())], [0, 'desk']);
  const page = onlyPage(d);
  assert.equal(run().tries?.[0]?.page, page.id);
  assert.equal((await answer(d, page.id, BOB)).refused, undefined);
  assert.deepEqual(tried(run()), [[1, 'done', BOB]]);
  assert.match(run().tries?.[0]?.output ?? '', /^Answered from the message/);
  assert.match(run().tries?.[0]?.input ?? '', /^page policy=noc\nPort 7 is dark\.$/);
  assert.deepEqual([onlyPage(d).is, run().step], ['answered', 1]);
  assert.match(saidOf((await answer(d, page.id)).refused), /bob has answered/);
  await d.pass(minutes(30));
  assert.equal(says(d).length, 2, 'nobody is woken after the answer');
  await runs.stop();
});

test('when nobody answers the step has failed, and whoever answers later is taken for it', async () => {
  const { d, run, runs } = await begun();
  await d.pass(minutes(15));
  assert.deepEqual(tried(run()), [[1, 'failed', undefined]]);
  assert.match(run().tries?.[0]?.output ?? '', /^Nobody answered/);
  assert.equal(waitsFor(run()), 'person');
  const now = d.clock.now();
  const found = pageFindings(d.desk.memory, (who) => who, now).map(({ type }) => type);
  assert.deepEqual(found, ['desk.page-unanswered']);
  await answer(d, onlyPage(d).id, CYD);
  assert.deepEqual(tried(run()), [[1, 'done', CYD]]);
  assert.deepEqual([run().step, onlyPage(d).is], [1, 'answered']);
  await runs.stop();
});

test('tried again, somebody is paged anew; the page of before is over', async () => {
  const { d, id, run, runs } = await begun();
  await d.pass(minutes(15));
  const [first] = pages(d);
  const tick = { verb: 'run.tick', run: id, step: 0, how: 'again', note: '' } as const;
  assert.equal((await d.desk.act(NORA, tick)).refused, undefined);
  await d.pump();
  assert.deepEqual(
    pages(d).map(({ is, run: of }) => [is, of?.attempt]),
    [
      ['ended', 1],
      ['open', 2],
    ],
  );
  assert.match(saidOf((await answer(d, first?.id ?? assert.fail())).refused), /it is over/);
  assert.equal(run().step, 0, 'the page of before answers nothing');
  await runs.stop();
});

test('a run that is stopped pages nobody any more', async () => {
  const { d, id, runs } = await begun();
  await d.desk.act(NORA, { verb: 'run.stop', run: id, why: 'wrong port' });
  await d.pass(minutes(60));
  assert.deepEqual([onlyPage(d).is, says(d).length], ['ended', 1]);
  assert.match(saidOf((await answer(d, onlyPage(d).id)).refused), /nothing to answer/);
  await runs.stop();
});

test('a person, a team and whoever is on call are paged without a policy', async () => {
  for (const [runbook, who] of [
    ['asks-ada', ['ada']],
    ['asks-net', ['bob', 'cyd']],
    ['asks-first', ['cyd']],
  ] as const) {
    const { d, id, run, runs } = await begun(runbook);
    assert.deepEqual(
      says(d),
      who.map((one) => `${one} ${id}: Port 7 is dark.`),
      runbook,
    );
    await d.pass(minutes(10) - 1);
    assert.equal(waitsFor(run()), 'desk');
    await d.pass(1);
    assert.equal(waitsFor(run()), 'person', runbook);
    await runs.stop();
  }
});

test('the power goes while somebody is asked: nobody is asked twice, and the answer counts', async () => {
  const first = await begun();
  const remains = first.d.crash(minutes(5));
  await first.runs.stop();
  const d = await openNotified(undefined, remains);
  const runs = openTestRuns(d, folder);
  await d.pass(1_000);
  assert.deepEqual(says(d), [`bob ${first.id}: Port 7 is dark.`], 'it climbed meanwhile');
  await answer(d, onlyPage(d).id);
  assert.equal(d.desk.memory.get('runs', first.id)?.step, 1);
  await runs.stop();
});

test('whom nobody knows is a fault of the file, and nothing is started', async () => {
  const d = await openPaging(duty);
  const runs = openTestRuns(d, folder);
  const bad = ['policy=nic', 'schedule=fist', 'team=nett', 'person=dan'];
  for (const [i, whom] of bad.entries()) write(`bad-${i}`, whom);
  const faults = (await runs.runbooks()).flatMap((one) => ('faults' in one ? one.faults : []));
  assert.deepEqual(
    faults.map(({ line, why }) => `${line}: ${why}`),
    [
      '7: there is no escalation policy "nic"; did you mean noc?',
      '7: there is no schedule "fist"; did you mean first?',
      '7: there is no team "nett"; did you mean net?',
      '7: there is no user "dan" on this desk',
    ],
  );
  await assert.rejects(
    runs.start('bad-0', { port: '7' }),
    /Nothing was started: bad-0\.md:7: there is no escalation policy "nic"/,
  );
  assert.equal(d.desk.memory.count('runs'), 0);
  for (const i of bad.keys()) rmSync(join(folder, `bad-${i}.md`));
  await runs.stop();
});

test('the policy of the moment is gone by; one that went is kept to', async () => {
  for (const [policies, who] of [
    [dutyWith({ steps: [{ targets: [{ is: 'person', person: BOB }], wait: minutes(5) }] }), 'bob'],
    [{ ...duty, policies: [] }, 'ada'],
  ] as const) {
    writeFileSync(
      join(folder, 'late.md'),
      '---\nname: late\nparameters: {port: {}}\n---\n# Late\n## Look\n## Ask\n```page policy=noc\nCome.\n```\n',
    );
    const { d, id, runs } = await begun('late', await openPaging(duty));
    await applyDuty(d, policies);
    const tick = { verb: 'run.tick', run: id, step: 0, how: 'done', note: '' } as const;
    await d.desk.act(NORA, tick);
    await d.pump();
    assert.deepEqual(says(d), [`${who} ${id}: Come.`]);
    await runs.stop();
    rmSync(join(folder, 'late.md'));
  }
});

test('a page says what the run’s alarm is on', async () => {
  const d = await openPaging(duty);
  const alarm = await raise(d, 'web-1');
  await d.desk.act(NORA, { verb: 'acknowledge', on: [{ id: alarm }], note: '' });
  const runs = openTestRuns(d, folder);
  const [book] = await runs.runbooks();
  assert.ok(book && 'runbook' in book);
  const { name, title, steps } = book.runbook;
  const about = { runbook: { name, title, steps }, parameters: { port: '7' }, why: 'x', alarm };
  await d.desk.act(NORA, { verb: 'run.start', ...about });
  await d.pump();
  const page = pages(d).find(({ run }) => run);
  assert.equal(page?.alerts[0]?.labels['instance'], 'web-1');
  await runs.stop();
});

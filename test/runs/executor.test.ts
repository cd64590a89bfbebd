import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { minutes } from '../../src/base/time.ts';
import { type Run, waitsFor } from '../../src/domain/run/run.ts';
import { type Life, openLife } from '../support/desk.ts';
import { farSide, NORA, openTestRuns } from '../support/runs.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-runbooks-'));
const far = await farSide();
after(async () => {
  await far.close();
  rmSync(folder, { recursive: true });
});

const write = (name: string, ...steps: string[]) =>
  writeFileSync(
    join(folder, `${name}.md`),
    `---\nname: ${name}\nparameters: {port: {type: number}}\n---\n# Restart\n${steps.join('\n')}\n`,
  );
const ask = (options = '') =>
  `## Ask\n\`\`\`http ${options}\nPOST ${far.url}/ports/{{port}}\nAuthorization: Bearer ` +
  '{{secret.r1}}\n\n{"port": {{port}}}\n```';
const LOOK = '## Look\nAt the rack.';
const WAIT = '## Wait\n```wait 5m\n```';
write('restart', ask(), WAIT, LOOK);
write('asks', ask(), LOOK);
write('asks-again', ask('repeatable=true'), LOOK);
write('expects', ask('expect=404'));

const runOf = ({ desk }: Pick<Life, 'desk'>, id: string): Run => {
  const run = desk.memory.get('runs', id);
  assert.ok(run);
  return run;
};
const tried = (run: Run) => (run.tries ?? []).map(({ step, attempt, is }) => [step, attempt, is]);

test('a run asks, waits, and waits for a person; its record has no secret', async () => {
  const life = await openLife();
  const runs = openTestRuns(life, folder);
  far.says.body = 'restarted with hush-hush-hush';
  const id = await runs.start('restart', { port: '7' });
  await runs.until(() => runOf(life, id).step === 1 && runOf(life, id).tries?.length === 2);
  const [request] = far.asked.splice(0);
  assert.deepEqual(
    [request?.method, request?.url, request?.body, request?.headers['authorization']],
    ['POST', '/ports/7', '{"port": 7}', 'Bearer hush-hush-hush'],
  );
  life.clock.pass(minutes(5) - 1);
  assert.equal(runOf(life, id).step, 1);
  life.clock.pass(1);
  await runs.until(() => waitsFor(runOf(life, id)) === 'person');
  const tick = { verb: 'run.tick', run: id, step: 2, how: 'done', note: 'is lit' } as const;
  await life.desk.act(NORA, tick);
  const run = runOf(life, id);
  assert.deepEqual([run.is, run.by, run.why], ['done', NORA, 'It hangs']);
  assert.deepEqual(tried(run), [
    [0, 1, 'done'],
    [1, 1, 'done'],
    [2, 1, 'done'],
  ]);
  assert.match(run.tries?.[0]?.input ?? '', /POST .*\/ports\/7\nAuthorization: <secret>/);
  assert.match(run.tries?.[0]?.output ?? '', /^status 200\nrestarted with /);
  let journal = '';
  for await (const { text } of life.journal.read(1)) journal += text;
  assert.match(journal, /run\.start/);
  assert.doesNotMatch(journal, /hush/);
  await runs.stop();
});

test('a request that failed waits for a person, and is tried again when they say so', async () => {
  const life = await openLife();
  const runs = openTestRuns(life, folder);
  Object.assign(far.says, { status: 500, body: 'no' });
  const id = await runs.start('asks', { port: '7' });
  await runs.until(() => waitsFor(runOf(life, id)) === 'person');
  assert.deepEqual(tried(runOf(life, id)), [[0, 1, 'failed']]);
  far.says.status = 200;
  const tick = { verb: 'run.tick', run: id, step: 0, note: '' } as const;
  await life.desk.act(NORA, { ...tick, how: 'again' });
  await runs.until(() => runOf(life, id).step === 1);
  assert.deepEqual(tried(runOf(life, id)), [
    [0, 1, 'failed'],
    [0, 2, 'done'],
  ]);
  assert.equal(far.asked.splice(0).length, 2);
  await runs.stop();
});

test('the expected status is a success, whatever it is', async () => {
  const life = await openLife();
  const runs = openTestRuns(life, folder);
  far.says.status = 404;
  const id = await runs.start('expects', { port: '7' });
  await runs.until(() => runOf(life, id).is === 'done');
  far.says.status = 200;
  far.asked.splice(0);
  await runs.stop();
});

for (const [name, comes] of [
  ['asks', 'waits for a person to say'],
  ['asks-again', 'is asked again, because the runbook allows it'],
] as const) {
  test(`a request that was under way when the power went ${comes}`, async () => {
    const first = await openLife();
    const before = openTestRuns(first, folder);
    far.says.isSilent = true;
    const id = await before.start(name, { port: '7' });
    await before.until(() => far.asked.length === 1);
    const remains = first.crash(1_000);
    await before.stop();
    far.says.isSilent = false;
    const life = await openLife(remains);
    const runs = openTestRuns(life, folder);
    if (name === 'asks-again') {
      await runs.until(() => runOf(life, id).step === 1);
      assert.equal(far.asked.splice(0).length, 2);
      assert.deepEqual(tried(runOf(life, id)), [[0, 1, 'done']]);
    } else {
      await runs.until(() => waitsFor(runOf(life, id)) === 'person');
      assert.equal(far.asked.splice(0).length, 1, 'nobody asked a second time');
      assert.deepEqual(tried(runOf(life, id)), [[0, 1, 'unsure']]);
      const tick = { verb: 'run.tick', run: id, step: 0, how: 'done', note: 'it was' } as const;
      await life.desk.act(NORA, tick);
      assert.equal(runOf(life, id).step, 1);
    }
    await runs.stop();
  });
}

test('a wait goes on where it was when the desk comes back', async () => {
  const first = await openLife();
  const before = openTestRuns(first, folder);
  const id = await before.start('restart', { port: '7' });
  await before.until(() => runOf(first, id).tries?.length === 2);
  const remains = first.crash(minutes(4));
  await before.stop();
  const life = await openLife(remains);
  const runs = openTestRuns(life, folder);
  life.clock.pass(minutes(1) - 1);
  assert.equal(runOf(life, id).step, 1);
  life.clock.pass(1);
  await runs.until(() => runOf(life, id).step === 2);
  assert.equal(far.asked.splice(0).length, 1);
  await runs.stop();
});

test('a run that is stopped does not go on, whatever comes back', async () => {
  const life = await openLife();
  const runs = openTestRuns(life, folder);
  far.says.isSilent = true;
  const id = await runs.start('asks', { port: '7' });
  await runs.until(() => far.asked.length === 1);
  await life.desk.act(NORA, { verb: 'run.stop', run: id, why: 'wrong port' });
  far.says.isSilent = false;
  const run = runOf(life, id);
  assert.deepEqual(
    [run.is, run.step, run.stopped],
    ['stopped', 0, { by: NORA, why: 'wrong port' }],
  );
  far.asked.splice(0);
  await runs.stop();
});

test('a file with faults is told, and cannot be started', async () => {
  const life = await openLife();
  const runs = openTestRuns(life, folder);
  const text =
    '---\nname: bad\n---\n# T\n## S\n```http\nGET http://a.example.org/\nX: {{secret.x}}\n```\n';
  writeFileSync(join(folder, 'bad.md'), text);
  writeFileSync(join(folder, 'twin.md'), '---\nname: asks\n---\n# T\n## S\n');
  const faults = (await runs.runbooks()).flatMap((one) =>
    'faults' in one ? one.faults.map(({ why }) => `${one.file}: ${why}`) : [],
  );
  assert.deepEqual(faults, [
    'bad.md: the configuration has no secret "x" for runbooks',
    'twin.md: another file has a runbook of this name',
  ]);
  await assert.rejects(runs.start('bad'), /Nothing was started: bad.md:6: the configuration/);
  await assert.rejects(runs.start('asks', { port: 'seven' }), /port: a number expected/);
  assert.equal(life.desk.memory.count('runs'), 0);
  await runs.stop();
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StepEntry } from '../../src/desk/entry.ts';
import type { RunAct } from '../../src/desk/run-acts.ts';
import type { AlarmId } from '../../src/domain/alarm/event.ts';
import { RUN_LIMITS, type Run } from '../../src/domain/run/run.ts';
import { type HttpStep, RUNBOOK_LIMITS, type RunbookStep } from '../../src/domain/run/runbook.ts';
import { type Life, openLife } from '../support/desk.ts';
import { saidOf } from '../support/refusals.ts';
import { NORA } from '../support/runs.ts';

const http: HttpStep = {
  ...{ is: 'http', method: 'POST', url: 'https://r1.example.org/', headers: {}, body: '' },
  statuses: [],
  repeatable: false,
};
const LOOK: RunbookStep = { title: 'Look', says: '', does: { is: 'manual' } };
const ASK: RunbookStep = { title: 'Ask', says: '', does: http };
type Start = Extract<RunAct, { verb: 'run.start' }>;

const starting = (steps: readonly RunbookStep[], more: Partial<Start> = {}): Start => ({
  ...{ verb: 'run.start', runbook: { name: 'restart', title: 'Restart', steps } },
  ...{ parameters: {}, why: 'It hangs', ...more },
});

async function started(life: Life, steps: readonly RunbookStep[]): Promise<string> {
  const { made } = await life.desk.act(NORA, starting(steps));
  assert.ok(made);
  return made;
}

const runOf = ({ desk }: Life, id: string): Run => desk.memory.get('runs', id) ?? assert.fail();

const says = (life: Life, run: string, is: StepEntry['says'], more: Partial<StepEntry> = {}) =>
  life.desk.report({
    ...{ kind: 'step', at: life.clock.now(), run, runbook: 'restart', step: 0, stepsTotal: 2 },
    ...{ says: is, output: '', ...more },
  });

test('a step told twice, or out of turn, changes nothing', async () => {
  const life = await openLife();
  const id = await started(life, [ASK, LOOK]);
  const unchanged = async (is: StepEntry['says'], more: Partial<StepEntry> = {}) => {
    const before = runOf(life, id);
    await says(life, id, is, more);
    assert.equal(runOf(life, id), before, `${is} ${JSON.stringify(more)}`);
  };
  await unchanged('done');
  await unchanged('begun', { step: 1 });
  await unchanged('begun', { attempt: 2 });
  await says(life, id, 'begun');
  await unchanged('begun');
  await unchanged('done', { attempt: 2 });
  await says(life, id, 'failed');
  await unchanged('done');
  const again = { verb: 'run.tick', run: id, step: 0, how: 'again', note: '' } as const;
  assert.equal((await life.desk.act(NORA, again)).refused, undefined);
  assert.match(saidOf((await life.desk.act(NORA, again)).refused), /waits for nobody/);
  await unchanged('done');
  await says(life, id, 'begun', { attempt: 2 });
  await unchanged('done', { attempt: 1 });
  await says(life, id, 'done', { attempt: 2 });
  assert.equal(runOf(life, id).step, 1);
  await unchanged('begun', { step: 1 });
});

test('a tick is for the step the person saw, and for one that waits for a person', async () => {
  const life = await openLife();
  const id = await started(life, [LOOK, ASK]);
  const tick = async (step: number, how: 'done' | 'again' = 'done') =>
    saidOf((await life.desk.act(NORA, { verb: 'run.tick', run: id, step, how, note: '' })).refused);
  assert.match(await tick(1), /at step 1 now/);
  assert.match(await tick(0, 'again'), /A person does this step/);
  assert.equal(await tick(0), '');
  assert.match(await tick(0), /at step 2 now/);
  assert.match(await tick(1), /waits for nobody/);
  await life.desk.act(NORA, { verb: 'run.stop', run: id, why: 'enough' });
  assert.match(await tick(1), /It is over: stopped/);
});

test('a run says who and why, and knows its alarm', async () => {
  const life = await openLife();
  const refused = async (act: RunAct) => saidOf((await life.desk.act(NORA, act)).refused);
  assert.match(await refused(starting([LOOK], { why: ' ' })), /^why: 1 to/);
  assert.match(await refused(starting([])), /^steps: 1 to/);
  const none = 'none' as AlarmId;
  assert.match(await refused(starting([LOOK], { alarm: none })), /^alarm: there is no such/);
  const stop = { verb: 'run.stop', run: 'run1', why: 'x' } as const;
  assert.match(await refused(stop), /no such run/);
  const id = await started(life, [LOOK]);
  assert.match(await refused({ ...stop, run: id, why: '' }), /^why: 1 to/);
});

test('the maxima hold to the last one', async () => {
  const life = await openLife();
  const refused = async (act: RunAct) => saidOf((await life.desk.act(NORA, act)).refused);
  const { why_chars_max, open_max, input_chars_max, output_chars_max, attempts_max } = RUN_LIMITS;
  const many = (n: number) => Array.from({ length: n }, () => LOOK);
  assert.equal(await refused(starting(many(RUNBOOK_LIMITS.steps_max))), '');
  assert.match(await refused(starting(many(RUNBOOK_LIMITS.steps_max + 1))), /1 to 50/);
  assert.equal(await refused(starting([LOOK], { why: 'x'.repeat(why_chars_max) })), '');
  const long = 'x'.repeat(why_chars_max + 1);
  assert.match(await refused(starting([LOOK], { why: long })), /^why/);
  const id = await started(life, [ASK, LOOK]);
  const input = 'i'.repeat(input_chars_max + 1);
  const output = 'o'.repeat(output_chars_max + 1);
  for (let attempt = 1; attempt <= attempts_max; attempt++) {
    await says(life, id, 'begun', { attempt, input });
    await says(life, id, 'failed', { attempt, output });
    const again = { verb: 'run.tick', run: id, step: 0, how: 'again', note: '' } as const;
    const why = await refused(again);
    if (attempt < attempts_max) assert.equal(why, '');
    else assert.match(why, /tried 20 times/);
  }
  const [first] = runOf(life, id).tries ?? [];
  assert.deepEqual(
    [first?.input?.length, first?.output?.length],
    [input_chars_max, output_chars_max],
  );
  while (life.desk.memory.count('runs') < open_max)
    assert.equal(await refused(starting([LOOK])), '');
  assert.match(await refused(starting([LOOK])), /100 runs are going on/);
});

test('at the limit the run that began first of those that are over is forgotten', async () => {
  const life = await openLife();
  const open = await started(life, [LOOK]);
  const ids: string[] = [];
  while (life.desk.memory.count('runs') < RUN_LIMITS.kept_max) {
    const run = await started(life, [LOOK]);
    ids.push(run);
    life.clock.pass(1);
    await life.desk.act(NORA, { verb: 'run.tick', run, step: 0, how: 'done', note: '' });
  }
  await started(life, [LOOK]);
  assert.equal(life.desk.memory.count('runs'), RUN_LIMITS.kept_max);
  assert.equal(life.desk.memory.get('runs', ids[0] ?? ''), undefined);
  assert.ok(life.desk.memory.get('runs', ids[1] ?? ''));
  assert.ok(life.desk.memory.get('runs', open));
});

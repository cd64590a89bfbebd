import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { RunbookSettings } from '../../src/config/sections/runbooks.ts';
import { COMMAND_LIMITS } from '../../src/domain/run/command.ts';
import { type Run, waitsFor } from '../../src/domain/run/run.ts';
import type { ChildSpec } from '../../src/runs/child.ts';
import type { Sent } from '../../src/runs/sent.ts';
import { type Life, openLife } from '../support/desk.ts';
import { NORA, openTestRuns } from '../support/runs.ts';

type Commands = NonNullable<RunbookSettings['commands']>;

const folder = mkdtempSync(join(tmpdir(), 'tocsin-command-steps-'));
after(() => rmSync(folder, { recursive: true }));

const write = (name: string, block: string): void =>
  writeFileSync(
    join(folder, `${name}.md`),
    `---\nname: ${name}\nparameters: {device: {required: false}}\n---\n# Restart\n## Run it\n` +
      `\`\`\`command ${block}\n\`\`\`\n## Look\n`,
  );
write('restart', 'restart\ndevice: {{device}}');
write('hang', 'hang\ndevice: x');
write('hang-again', 'hang-again\ndevice: x');

/** A command that runs a line of JavaScript with the device as its argument. */
const command = (script: string, more: Partial<Commands[string]> = {}): Commands[string] => ({
  ...{ path: process.execPath, arguments: ['-e', script, '--', '{{device}}'], directory: folder },
  parameters: {
    device: { type: 'text', pattern: '[a-z0-9-]*', choices: [], may_begin_with_dash: false },
  },
  ...{ timeout: '1m', repeatable: false, ...more },
});

/** Says that it is up, and goes on until somebody ends it. */
const HANGS = 'require("fs").appendFileSync("up", "x"); setInterval(() => {}, 9)';
const COMMANDS: Commands = {
  restart: command('console.log(process.argv[1], process.env.TOKEN)', {
    environment: { TOKEN: 'is {{secret.r1}}' },
  }),
  hang: command(HANGS),
  'hang-again': command(HANGS, { repeatable: true }),
};

const runOf = ({ desk }: Pick<Life, 'desk'>, id: string): Run =>
  desk.memory.get('runs', id) ?? assert.fail();
const tried = ({ tries = [] }: Run) => tries.map(({ attempt, is }) => [attempt, is]);
const ups = (): number =>
  existsSync(join(folder, 'up')) ? readFileSync(join(folder, 'up')).length : 0;

test('a command of the list is run with its arguments and secrets; none is in the record', async () => {
  const life = await openLife();
  const runs = openTestRuns(life, folder, COMMANDS);
  const id = await runs.start('restart', { device: 'sw-1' });
  await runs.until(() => waitsFor(runOf(life, id)) === 'person');
  const [one] = runOf(life, id).tries ?? [];
  assert.deepEqual([one?.is, one?.output], ['done', 'exit 0\nsw-1 is <secret>']);
  assert.match(one?.input ?? '', /^restart\n\["\/.*","--","sw-1"\]$/);
  let journal = '';
  for await (const { text } of life.journal.read(1)) journal += text;
  assert.doesNotMatch(journal, /hush/);
  await runs.stop();
});

test('what a command may not be given is told before anything starts', async () => {
  const life = await openLife();
  const runs = openTestRuns(life, folder, COMMANDS);
  await assert.rejects(
    runs.start('restart', { device: 'SW 1' }),
    /step 1, restart, device: it must match \[a-z0-9-\]\*/,
  );
  await assert.rejects(runs.start('restart', { device: '-f' }), /it may not begin with a dash/);
  await assert.rejects(runs.start('restart', {}), /device: it is needed/);
  assert.equal(life.desk.memory.count('runs'), 0);
  const device = { ...COMMANDS['restart']?.parameters?.['device'], may_begin_with_dash: true };
  const restart = { ...COMMANDS['restart'], parameters: { device } } as Commands[string];
  const bold = openTestRuns(life, folder, { ...COMMANDS, restart });
  const id = await bold.start('restart', { device: '-f' });
  await bold.until(() => waitsFor(runOf(life, id)) === 'person');
  await runs.stop();
  await bold.stop();
});

test('a command that is not on the list, or a value it does not take, is a fault of the file', async () => {
  const life = await openLife();
  const runs = openTestRuns(life, folder, COMMANDS);
  const bad = [
    'restrat\ndevice: a',
    'rm',
    'restart',
    'restart\ndevice: A',
    'restart\nx: a\ndevice: a',
  ];
  for (const [i, block] of bad.entries()) write(`bad-${i}`, block);
  const faults = (await runs.runbooks()).flatMap((one) => ('faults' in one ? one.faults : []));
  assert.deepEqual(
    faults.map(({ line, why }) => `${line}: ${why}`),
    [
      '7: there is no command "restrat" under runbooks.commands; did you mean restart?',
      '7: there is no command "rm" under runbooks.commands',
      '7: restart: device: it is needed',
      '7: restart: device: it must match [a-z0-9-]*',
      '7: restart: x: this runbook has no such parameter',
    ],
  );
  for (const i of bad.keys()) rmSync(join(folder, `bad-${i}.md`));
  await runs.stop();
});

test('a command that was taken off the list meanwhile is not run', async () => {
  const life = await openLife();
  const before = openTestRuns(life, folder, COMMANDS);
  const [book] = (await before.runbooks()).filter((one) => one.file === 'restart.md');
  await before.stop();
  assert.ok(book && 'runbook' in book);
  const { name, title, steps } = book.runbook;
  const runs = openTestRuns(life, folder, {});
  const runbook = { name, title, steps };
  const start = { verb: 'run.start', runbook, parameters: { device: 'a' }, why: 'x' } as const;
  const { made = '' } = await life.desk.act(NORA, start);
  await runs.until(() => waitsFor(runOf(life, made)) === 'person');
  const [one] = runOf(life, made).tries ?? [];
  assert.deepEqual([one?.is, one?.input], ['failed', 'restart']);
  assert.match(one?.output ?? '', /no command "restart" any more/);
  await runs.stop();
});

/** Whether the old ones have ended is looked at now and then. */
const passed = ({ clock }: Life): boolean => {
  clock.pass(1);
  return true;
};

for (const [runbook, comes] of [
  ['hang', 'is ended, and a person has to look'],
  ['hang-again', 'is ended and run again, because the list allows it'],
] as const) {
  test(`a command that ran when the power went ${comes}`, async () => {
    const first = await openLife();
    const before = openTestRuns(first, folder, COMMANDS);
    const were = ups();
    const id = await before.start(runbook);
    await before.until(() => ups() === were + 1);
    const life = await openLife(first.crash(1_000));
    const runs = openTestRuns(life, folder, COMMANDS);
    if (runbook === 'hang') {
      await runs.until(() => passed(life) && waitsFor(runOf(life, id)) === 'person');
      assert.deepEqual(tried(runOf(life, id)), [[1, 'unsure']]);
      const output = runOf(life, id).tries?.[0]?.output ?? '';
      assert.match(output, /^The desk stopped while this ran\. It still ran, and was ended\./);
      assert.equal(ups(), were + 1, 'it was not run again');
    } else {
      await runs.until(() => passed(life) && ups() === were + 2);
      assert.deepEqual(tried(runOf(life, id)), [[1, 'begun']]);
    }
    await before.stop();
    await runs.stop();
  });
}

test('a run that is stopped ends its command and says that nobody knows how far it came', async () => {
  const life = await openLife();
  const runs = openTestRuns(life, folder, COMMANDS);
  const were = ups();
  const id = await runs.start('hang');
  await runs.until(() => ups() === were + 1);
  await life.desk.act(NORA, { verb: 'run.stop', run: id, why: 'wrong device' });
  const run = runOf(life, id);
  assert.deepEqual([run.is, tried(run)], ['stopped', [[1, 'unsure']]]);
  await runs.stop(); // waits until the child has ended
});

test('so many commands run at once, and the next waits for its turn without being begun', async () => {
  const life = await openLife();
  const ends: ((sent: Sent) => void)[] = [];
  const program = (_: ChildSpec): Promise<Sent> => new Promise((resolve) => ends.push(resolve));
  const runs = openTestRuns(life, folder, COMMANDS, program);
  const ids: string[] = [];
  for (let i = 0; i <= COMMAND_LIMITS.at_once_max; i++) ids.push(await runs.start('hang'));
  await runs.until(() => ends.length === COMMAND_LIMITS.at_once_max);
  const last = ids.at(-1) ?? '';
  assert.deepEqual(tried(runOf(life, last)), []);
  ends[0]?.({ is: 'done', output: 'exit 0' });
  await runs.until(() => ends.length === COMMAND_LIMITS.at_once_max + 1);
  assert.deepEqual(tried(runOf(life, last)), [[1, 'begun']]);
  assert.equal(runOf(life, ids[0] ?? '').step, 1);
  for (const end of ends) end({ is: 'failed', output: 'exit 1' });
  await runs.stop();
});

test('a command that waits for its turn in a run that is stopped takes no turn', async () => {
  const life = await openLife();
  const ends: ((sent: Sent) => void)[] = [];
  const program = (_: ChildSpec): Promise<Sent> => new Promise((resolve) => ends.push(resolve));
  const runs = openTestRuns(life, folder, COMMANDS, program);
  const ids: string[] = [];
  for (let i = 0; i < COMMAND_LIMITS.at_once_max + 2; i++) ids.push(await runs.start('hang'));
  await runs.until(() => ends.length === COMMAND_LIMITS.at_once_max);
  const [gone = '', next = ''] = ids.slice(-2);
  await life.desk.act(NORA, { verb: 'run.stop', run: gone, why: 'not needed' });
  ends[0]?.({ is: 'done', output: 'exit 0' });
  await runs.until(() => tried(runOf(life, next)).length === 1);
  assert.deepEqual(tried(runOf(life, gone)), []);
  for (const end of ends) end({ is: 'failed', output: 'exit 1' });
  await runs.stop();
});

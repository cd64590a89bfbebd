import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Program, startProgram } from '../crash/program.ts';
import { farSide } from '../support/runs.ts';

const root = mkdtempSync(join(tmpdir(), 'tocsin-runs-story-'));
const far = await farSide();
const running: Program[] = [];
after(async () => {
  for (const desk of running) await desk.end('SIGKILL');
  await far.close();
  rmSync(root, { recursive: true });
});

const pause = (ms: number): Promise<void> => new Promise((again) => setTimeout(again, ms));
const [data, config, says] = ['data', 'am.yml', 'says'].map((name) => join(root, name));
const HANGS =
  'require("fs").appendFileSync(process.argv[1], process.pid + "\\n"); setInterval(()=>{},9)';
mkdirSync(join(root, 'books'));
writeFileSync(
  config ?? '',
  JSON.stringify({
    route: { receiver: 'ops' },
    receivers: [{ name: 'ops' }],
    runbooks: {
      folder: 'books',
      secrets: { r1: 'hush-hush-hush' },
      commands: {
        slow: { path: process.execPath, arguments: ['-e', HANGS, says], environment: {} },
      },
    },
  }),
);
writeFileSync(
  join(root, 'books', 'restart.md'),
  [
    '---\nname: restart\nparameters: {port: {type: number}}\n---\n# Restart a port',
    `## Ask\n\`\`\`http\nPOST ${far.url}/{{port}}\nAuthorization: {{secret.r1}}\n\`\`\``,
    '## Wait\n```wait 1s\n```',
    '## Run\n```command slow\n```',
    '## Call\n```page person=nora\nPort {{port}} is dark.\n```',
    '## Look\nAt the rack.\n',
  ].join('\n'),
);

interface Told {
  readonly id: string;
  readonly is: string;
  readonly step: number;
  readonly waitsFor: string;
  readonly by: { readonly id: string };
  readonly tries: readonly { step: number; is: string; output: string; page: string | null }[];
}

async function start(): Promise<Program> {
  const desk = await startProgram(data ?? '', [`--config.file=${config}`]);
  running.push(desk);
  return desk;
}

async function ask<T = Told>(desk: Program, method: string, path: string, body?: unknown) {
  const headers = { authorization: `Bearer ${desk.token()}`, 'content-type': 'application/json' };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(`${desk.url}/api/v1${path}`, { method, headers, ...sent });
  return { status: answer.status, body: (await answer.json()) as T };
}

/** Asks until it is so: nothing tells a story's end but the desk itself. */
async function until(desk: Program, id: string, holds: (run: Told) => boolean): Promise<Told> {
  for (;;) {
    const { body } = await ask(desk, 'GET', `/runs/${id}`);
    if (holds(body)) return body;
    await pause(20);
  }
}

const pidsOf = (): readonly number[] => {
  try {
    return readFileSync(says ?? '', 'utf8')
      .trim()
      .split('\n')
      .map(Number);
  } catch {
    return [];
  }
};

function lives(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

test('a run goes through a kill -9 in the midst of a command: nothing is done twice, nothing lost', {
  skip: process.platform === 'linux' ? false : 'processes are found in /proc, which Linux has',
}, async () => {
  const desk = await start();
  const nora = { login: 'nora', name: 'Nora', role: 'operator' };
  assert.equal((await ask(desk, 'POST', '/users', nora)).status, 201);
  const wrong = await ask<{ detail: string }>(desk, 'POST', '/runs', {
    ...{ runbook: 'restart', why: 'It hangs', parameters: { port: 'x' } },
  });
  assert.equal(wrong.status, 422);
  const made = await ask(desk, 'POST', '/runs', {
    ...{ runbook: 'restart', why: 'It hangs', parameters: { port: '7' } },
  });
  assert.equal(made.status, 201);
  const { id } = made.body;
  while (pidsOf().length === 0) await pause(20);
  await desk.end('SIGKILL');
  const [pid = 0] = pidsOf();
  assert.ok(lives(pid), 'the command outlived the desk');

  const again = await start();
  const unsure = await until(again, id, ({ waitsFor }) => waitsFor === 'person');
  assert.equal(unsure.step, 2);
  assert.deepEqual(
    unsure.tries.map(({ step, is }) => [step, is]),
    [
      [0, 'done'],
      [1, 'done'],
      [2, 'unsure'],
    ],
  );
  assert.match(unsure.tries[2]?.output ?? '', /It still ran, and was ended/);
  assert.ok(!lives(pid), 'and nobody runs it any more');
  assert.match(again.log(), /run\.leftover/);
  assert.deepEqual([far.asked.length, pidsOf().length], [1, 1], 'asked once, run once');

  await ask(again, 'POST', `/runs/${id}/tick`, { step: 2, note: 'It had come up' });
  const paged = await until(again, id, ({ tries }) => tries.at(-1)?.page != null);
  await again.end('SIGKILL');
  const third = await start();
  const page = paged.tries.at(-1)?.page ?? '';
  assert.equal((await ask(third, 'POST', `/pages/${page}/answer`, {})).status, 200);
  const called = await until(third, id, ({ step }) => step === 4);
  assert.match(called.tries.at(-1)?.output ?? '', /Answered at the desk/);
  const done = await ask(third, 'POST', `/runs/${id}/tick`, { step: 4, note: 'green' });
  assert.equal(done.body.is, 'done');
  const found = await ask<{ total: number }>(third, 'GET', '/runs?text=had%20come%20up');
  assert.equal(found.body.total, 1);
  assert.doesNotMatch(JSON.stringify(done.body), /hush/);
});

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { Started } from '../../src/base/started.ts';
import { minutes } from '../../src/base/time.ts';
import type { RunbookSettings } from '../../src/config/sections/runbooks.ts';
import type { ConfigDocument } from '../../src/desk/entry.ts';
import { startRun } from '../../src/desk/runs.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import type { AlarmId } from '../../src/domain/alarm/event.ts';
import type { RunProgram } from '../../src/runs/command-thread.ts';
import { openRuns } from '../../src/wiring/runs.ts';
import type { Life } from './desk.ts';
import { turn } from './desk.ts';
import { saidOf } from './refusals.ts';

export const NORA = 'nora' as UserId;

/** How long something real may take on a busy machine. */
const PATIENCE_MS = 30_000;

/** A far side that answers as it is told, and remembers what it was asked. */
export async function farSide() {
  const asked: { method: string; url: string; headers: NodeJS.Dict<unknown>; body: string }[] = [];
  const says = { status: 200, body: 'ok', isSilent: false };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      asked.push({ method, url, headers, body });
      if (says.isSilent) return;
      response.writeHead(says.status);
      response.end(says.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    says,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The runs of one life of a desk, with the runbooks of a folder. */
export function openTestRuns(
  { desk, clock }: { readonly desk: Life['desk']; readonly clock: Clock },
  folder: string,
  commands: RunbookSettings['commands'] = {},
  program?: RunProgram,
) {
  const started = new Started(silentLog);
  const secrets = { get: (ref: string) => (ref === 'r1' ? 'hush-hush-hush' : undefined) };
  const personOf = (login: string) => desk.memory.get('users', login)?.id;
  const world = () => ({ externalUrl: '' });
  const mark = `${desk.journal.id}-${process.pid}`;
  const parts = { desk, mark, clock, log: silentLog, started, secrets, personOf, world };
  const runs = openRuns({ ...parts, ...(program ? { program } : {}) });
  const sections = { runbooks: { folder, commands, secrets: { r1: { $secret: 'r1' } } } };
  runs.follow({ global: {}, receivers: [], templates: [], sections } as ConfigDocument);
  runs.begin();
  return {
    ...runs,
    stop: () => started.stop(),
    start: async (
      runbook: string,
      parameters: Record<string, string> = {},
      by = NORA,
      alarm?: AlarmId,
    ) => {
      const about = alarm === undefined ? {} : { alarm };
      const asked = { runbook, parameters, why: 'It hangs', ...about };
      const { made, refused } = await startRun(desk, await runs.runbooks(), by, asked);
      if (made === undefined) throw new Error(saidOf(refused));
      return made;
    },
    /** Waits until something holds; the far side is real, so nobody knows how long. */
    until: async (holds: () => boolean) => {
      const { now } = systemClock();
      const last = now() + PATIENCE_MS;
      while (!holds() && now() < last) await turn();
      if (!holds()) throw new Error('it did not come to hold');
    },
  };
}

/** A run that asks the desk's people, under way; no page of it can reach anybody yet. */
export async function asking(desk: Life['desk'], by: UserId): Promise<string> {
  const targets = [{ is: 'person' as const, person: by }];
  const policy = { name: 'noc', steps: [{ targets, wait: minutes(5) }], repeat: 0, fallback: [] };
  const whom = { whom: 'policy', name: 'noc', waitSeconds: 900 } as const;
  const does = { is: 'page', ...whom, text: 'Port {{port}} is dark.', policy } as const;
  const steps = [{ title: 'Ask', says: '', does }];
  const runbook = { name: 'asks', title: 'Restart a port', steps };
  const start = { verb: 'run.start', runbook, parameters: { port: '7' }, why: 'It hangs' } as const;
  const { made = '' } = await desk.act(by, start);
  const at = desk.clock.now();
  const step = { kind: 'step', at, run: made, runbook: 'asks', step: 0, stepsTotal: 1 } as const;
  await desk.report({ ...step, says: 'begun', output: '' });
  return made;
}

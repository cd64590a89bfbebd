import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Started } from '../base/started.ts';
import { readMarkdownFolder } from '../config/markdown-folder.ts';
import { readRunbook } from '../config/runbook.ts';
import { commandsOf, type RunbookSettings } from '../config/sections/runbooks.ts';
import type { Desk } from '../desk/desk.ts';
import type { ConfigDocument } from '../desk/entry.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import { RUNBOOK_LIMITS, type RunbookFile } from '../domain/run/runbook.ts';
import type { RunsDoor } from '../http/runs-door.ts';
import type { SendWorld } from '../ports/channel.ts';
import type { Secrets } from '../ports/secrets.ts';
import { CommandThread, type RunProgram } from '../runs/command-thread.ts';
import { Commands, KILL_GRACE } from '../runs/commands.ts';
import { RunExecutor } from '../runs/executor.ts';
import { endLeftovers, type Leftovers } from '../runs/leftovers.ts';
import { sendStep } from '../runs/send-step.ts';
import { type Known, settled } from '../runs/settle.ts';
import { revealed } from './ways.ts';

/** Runbooks of one folder; what is beyond is not read. */
const FILES_MAX = 500;

export interface Runs extends RunsDoor {
  /** The runbooks of this configuration hold from now on; runs keep the steps they began with. */
  follow(document: ConfigDocument): void;
  /** From now on runs go on. */
  begin(): void;
}

export interface RunsParts {
  readonly desk: Desk;
  /** Of what this desk runs, and of what it left running when it died. */
  readonly mark: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly started: Started;
  readonly secrets: Pick<Secrets, 'get'>;
  readonly personOf: (loginOrId: string) => UserId | undefined;
  /** How requests reach the world; their time and trust are the step's. */
  readonly world: () => Pick<SendWorld, 'externalUrl' | 'proxies' | 'version' | 'allowedNetworks'>;
  /** In a thread of its own, unless a test says otherwise. */
  readonly program?: RunProgram;
}

export function openRuns(parts: RunsParts): Runs {
  const { desk, clock, log, started, secrets, personOf, world } = parts;
  let settings: RunbookSettings = {};
  const known = (): Readonly<Record<string, string>> =>
    revealed(settings.secrets ?? {}, secrets) as Record<string, string>;
  // Those of a desk that died are looked for once, before anything is run again.
  let leftovers: Promise<Leftovers | undefined> | undefined;
  const ended = (): Promise<Leftovers | undefined> => {
    leftovers ??= endLeftovers(parts.mark, clock, KILL_GRACE);
    return leftovers;
  };
  const thread = new CommandThread();
  const under = new Set<Promise<unknown>>();
  const program: RunProgram = (spec, signal) => {
    const sent = (parts.program ?? thread.run)(spec, signal);
    under.add(sent);
    void sent.then(() => under.delete(sent));
    return sent;
  };
  const commands = new Commands({
    desk: parts.mark,
    run: program,
    list: () => commandsOf(settings),
    secrets: known,
    leftovers: ended,
  });
  const executor = new RunExecutor({
    commands,
    clock,
    log,
    current: (id) => desk.memory.get('runs', id),
    send: (run, step, signal) =>
      sendStep(step, run.parameters ?? {}, known(), { ...world(), clock, log, signal }),
    tell: async ({ id, runbook, stepsTotal }, said) => {
      const entry = { kind: 'step' as const, at: clock.now(), run: id, runbook, stepsTotal };
      return (await desk.report({ ...entry, ...said })).ok;
    },
  });
  const look = (): void => {
    for (const run of desk.memory.all('runs')) executor.look(run);
  };
  started.add('runs', async () => {
    executor.stop();
    await Promise.all(under); // a command is ended before the desk is
  });
  return {
    follow: ({ sections }) => {
      settings = (sections?.runbooks ?? {}) as RunbookSettings;
    },
    begin: () => {
      void ended().then((all) => {
        for (const [of, processes] of all ?? []) log.warn('run.leftover', { of, processes });
      });
      const leave = desk.watch(({ tables }) => {
        if (tables.has('runs')) look();
      });
      started.add('follower of runs', leave);
      look();
    },
    runbooks: () =>
      readFolder(settings.folder, {
        secrets: Object.keys(settings.secrets ?? {}),
        commands: commandsOf(settings),
        duty: desk.memory.get('duties', 'duty')?.duty,
        personOf,
      }),
  };
}

const readFolder = (folder: string | undefined, known: Known): Promise<readonly RunbookFile[]> =>
  readMarkdownFolder<RunbookFile>(folder, {
    what: 'runbook',
    files_max: FILES_MAX,
    chars_max: RUNBOOK_LIMITS.text_chars_max,
    read: (text, file) => {
      const read = readRunbook(text, file);
      if ('faults' in read) return { file, faults: read.faults };
      const whole = settled(read, known);
      return 'faults' in whole ? { file, name: read.name, ...whole } : { file, runbook: whole };
    },
    nameOf: (one) => ('runbook' in one ? one.runbook.name : undefined),
  });

import { Started } from '../../src/base/started.ts';
import { whyOf } from '../../src/checks/engine/run.ts';
import { runJob } from '../../src/checks/job.ts';
import type { RunJob } from '../../src/checks/thread.ts';
import { readConfig } from '../../src/config/read.ts';
import type { ConfigDocument } from '../../src/desk/entry.ts';
import { openChecks } from '../../src/wiring/checks.ts';
import type { Parts } from './http.ts';
import { KINDS } from './kinds.ts';

/** A reference that holds its secret: good for a test, which keeps nothing. */
const keep = (value: string): string => `kept:${value}`;
const SECRETS = { get: (ref: string) => ref.slice(keep('').length) };

/** Runs in this thread, so that a test can move the clock. */
export const runHere: RunJob = async (job) => {
  try {
    return { is: 'done', result: await runJob(job) };
  } catch (error) {
    return { is: 'broken', why: whyOf(error) };
  }
};

/** The document of a configuration with these sections, read as the desk reads it. */
export function documentOf(sections: string, file = 'am.yml'): ConfigDocument {
  const text = `route: {receiver: ops}\nreceivers: [{name: ops}]\n${sections}`;
  const read = readConfig(text, file, KINDS, { keep });
  if ('faults' in read) throw new Error(read.faults.map((f) => `${f.line}: ${f.why}`).join('\n'));
  return read.document;
}

/** Checks of a desk in this process; `settled` waits until nothing is run any more. */
export function openTestChecks(
  { desk, clock, log }: Pick<Parts, 'desk' | 'clock' | 'log'>,
  dataFolder: string,
  run: RunJob = runHere,
) {
  const started = new Started(log);
  const checks = openChecks({ desk, clock, log, started, dataFolder, secrets: SECRETS, run });
  return {
    ...checks,
    stop: () => started.stop(),
    async settled() {
      do await new Promise((resolve) => setImmediate(resolve));
      while ([...checks.all(), ...checks.slos.all()].some(({ isRunning }) => isRunning));
    },
  };
}

import type { AlarmId } from '../domain/alarm/event.ts';
import type { Run } from '../domain/run/run.ts';
import type { RunbookStep } from '../domain/run/runbook.ts';

/**
 * run.start  somebody has the desk go through a runbook
 * run.tick   the step that waits for a person is done, or is to be tried again
 * run.stop   it goes no further
 */
export type RunAct =
  | {
      readonly verb: 'run.start';
      /** As it was when it was asked for: a runbook changed since changes no run. */
      readonly runbook: {
        readonly name: string;
        readonly title: string;
        readonly steps: readonly RunbookStep[];
      };
      readonly alarm?: AlarmId;
      readonly parameters: Readonly<Record<string, string>>;
      readonly why: string;
    }
  | {
      readonly verb: 'run.tick';
      readonly run: Run['id'];
      /** 0-based: the one the person saw. */
      readonly step: number;
      readonly how: 'done' | 'again';
      readonly note: string;
    }
  | { readonly verb: 'run.stop'; readonly run: Run['id']; readonly why: string };

import type { FailureCode } from '../base/errors.ts';
import type { Instant } from '../base/time.ts';
import type { PlanAsk } from '../desk/plan.ts';
import type { Routing } from '../desk/plan-course.ts';
import type { PlanPlace, PlanReport } from '../desk/plan-report.ts';
import type { Block, Position } from '../ports/journal.ts';

/** What the thread of a trial is started with. */
export interface PlanWork {
  /** Absent: from the journal's beginning. */
  readonly checkpoint: { readonly folder: string; readonly position: Position } | undefined;
  readonly journalId: string;
  readonly old: Routing;
  readonly fresh: Routing;
  readonly since: Instant;
  readonly limits: PlanAsk['limits'];
}

/** Blocks in their order; none when the journal ends. */
export type ToPlan = readonly Block[];

export type FromPlan =
  | { readonly is: 'next' }
  | { readonly is: 'progress'; readonly place: PlanPlace }
  | { readonly is: 'done'; readonly report: PlanReport }
  | {
      readonly is: 'failed';
      readonly message: string;
      readonly known:
        | {
            readonly code: FailureCode;
            readonly facts: Readonly<Record<string, string | number>>;
          }
        | undefined;
    };

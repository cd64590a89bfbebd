import type { PlanChange, PlanReport } from '../plan-report.ts';
import { PLAN_CHANGES } from '../plan-report.ts';
import { grouped } from './words.ts';

/** What becomes of an alarm under the new routing, said of one and of many. */
export const PLAN_CHANGE_WORDS: Readonly<
  Record<PlanChange, { readonly short: string; readonly one: string; readonly many: string }>
> = {
  lost: {
    short: 'nobody told',
    one: 'alarm would reach nobody any more',
    many: 'alarms would reach nobody any more',
  },
  moved: {
    short: 'somebody else',
    one: 'alarm would go to somebody else',
    many: 'alarms would go to somebody else',
  },
  added: {
    short: 'told now',
    one: 'alarm that reached nobody would reach somebody',
    many: 'alarms that reached nobody would reach somebody',
  },
  later: { short: 'later', one: 'alarm would be told later', many: 'alarms would be told later' },
  earlier: {
    short: 'earlier',
    one: 'alarm would be told earlier',
    many: 'alarms would be told earlier',
  },
};

/** What would change, the worst first; what would not is left out. */
export const planChanges = (
  report: Pick<PlanReport, 'changes'>,
): readonly { readonly change: PlanChange; readonly count: number; readonly says: string }[] =>
  PLAN_CHANGES.flatMap((change) => {
    const count = report.changes[change];
    const { one, many } = PLAN_CHANGE_WORDS[change];
    return count === 0 ? [] : [{ change, count, says: count === 1 ? one : many }];
  });

/** The sentence that is read first. */
export function planVerdict(report: Pick<PlanReport, 'changes' | 'episodes' | 'same'>): string {
  const { episodes, same } = report;
  const alarms = (n: number): string => `${grouped(n)} alarm${n === 1 ? '' : 's'}`;
  if (episodes === 0)
    return 'Nobody was told of anything in this time: there is nothing to compare.';
  if (same === episodes)
    return `Nothing would change: ${alarms(same)}, the same people, the same time.`;
  return `${grouped(episodes - same)} of ${alarms(episodes)} would be told differently.`;
}

export const noticesText = ({ notices }: Pick<PlanReport, 'notices'>): string =>
  `Messages sent: ${grouped(notices.old)} as it is, ${grouped(notices.new)} with this text ` +
  '(repeats and all-clears included).';

/** Why the trial did not come to the end of the history; '' when it did. */
export const stoppedText = ({ stopped }: Pick<PlanReport, 'stopped'>): string =>
  ({
    '': '',
    time: 'It took too long and was ended before the present: try fewer days.',
    entries: 'There was too much in it and it was ended before the present: try fewer days.',
  })[stopped];

import { lengthText } from '../check/words.ts';
import type { BudgetLeft, Measures, RowView, SloRule, SloStanding } from './judge.ts';

/** `14.9×` */
export const burnText = (burn: number): string => `${Math.round(burn * 10) / 10}×`;

/** `0.144 %`, of a share: four digits that count are enough to compare. */
export function percentText(share: number): string {
  const percent = share * 100;
  const digits = Math.abs(percent) >= 1 ? 100 : 10_000;
  return `${Math.round(percent * digits) / digits} %`;
}

/** `12 % left, gone in 41h` */
export function budgetText({ left, goneIn }: BudgetLeft): string {
  if (left <= 0) return 'spent';
  const gone = goneIn === undefined ? '' : `, gone in ${lengthText(goneIn)}`;
  return `${percentText(Math.round(left * 1000) / 1000)} left${gone}`;
}

/** What an alarm of a burn rate says. */
export function burnSays({ row, state }: RowView, budget: BudgetLeft | undefined): string {
  const [long, short] = [lengthText(row.long), lengthText(row.short)];
  const left = budget ? ` (budget: ${budgetText(budget)})` : '';
  if (state.is === 'unknown') return `it burned; now nothing is known: ${state.why}${left}`;
  const over = `over ${long} and ${burnText(state.short)} over ${short}`;
  return `burns ${burnText(state.long)} ${over}, ${row.raise} above ${burnText(row.burn)}${left}`;
}

/** How an objective stands, in one line. */
export function standingText(rule: SloRule, standing: SloStanding, measures: Measures): string {
  const { by, budget } = standing;
  if (by) return burnSays(by, budget);
  const missing = [...measures.values()].find(({ is }) => is === 'no data');
  if (missing?.is === 'no data') return `no data: ${missing.why}`;
  const unknown = standing.rows.find(({ state }) => state.is === 'unknown');
  if (unknown?.state.is === 'unknown') return `no ratio: ${unknown.state.why}`;
  const left = budget ? `, budget: ${budgetText(budget)}` : '';
  const over = standing.rows.find(({ state }) => state.is === 'over');
  if (over?.state.is === 'over') {
    const length = lengthText(over.row.long);
    const wait = lengthText(over.row.holds);
    return `burns ${burnText(over.state.long)} over ${length}, not yet for ${wait}${left}`;
  }
  return `${standing.rows.length} burn rates within bounds of ${rule.objective} %${left}`;
}

import { type Instant, parseInstant } from '../base/time.ts';
import { ageText, printable } from './terminal.ts';

export interface DecisionAnswer {
  readonly id: string;
  readonly about: { readonly alarm: string; readonly resource: string; readonly type: string };
  readonly kind: string;
  readonly what: string;
  readonly reason: string;
  readonly by: { readonly name: string } | null;
  readonly at: string;
  readonly outcome: { readonly says: string };
}

export interface ActionAnswer {
  readonly id: string;
  readonly title: string;
  readonly step: string;
  readonly dueAt: string | null;
  readonly overdue: boolean;
  readonly about: { readonly resource: string; readonly type: string } | null;
  readonly says: string;
}

export interface CautionAnswer {
  readonly id: string;
  readonly resource: string;
  readonly text: string;
  readonly owner: string;
  readonly reviewAt: string;
  readonly pastReview: boolean;
}

/** What was decided, why and by whom; and what came of it. */
export function decisionText(d: DecisionAnswer, now: Instant): string {
  const what = d.what === '' ? d.kind : `${d.kind}: ${d.what}`;
  const who = `${d.by?.name ?? 'somebody'}, ${agoText(d.at, now)}`;
  return `${what}: ${d.reason} (${who})\nIt ${d.outcome.says}`;
}

export function agoText(text: string, now: Instant): string {
  const at = parseInstant(text);
  return at === undefined ? text : `${ageText(Math.max(0, now - at))} ago`;
}

/** Several lines, each behind the same space. */
export const indented = (text: string, by: number): string =>
  text
    .split('\n')
    .map((line) => `${' '.repeat(by)}${printable(line)}\n`)
    .join('');

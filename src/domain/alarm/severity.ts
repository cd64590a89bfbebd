/**
 * Perceived severity of an alarm (X.733, RFC 8632 §4.1). Names, never numbers: four standards
 * number them in four ways. "cleared" is not among them: it is a condition.
 */
export type Severity = 'critical' | 'major' | 'minor' | 'warning' | 'indeterminate';

/** From the one to look at first to the one that says least. */
export const SEVERITIES: readonly Severity[] = [
  'critical',
  'major',
  'minor',
  'warning',
  'indeterminate',
];

const RANKS: Readonly<Record<Severity, number>> = {
  critical: 5,
  major: 4,
  minor: 3,
  warning: 2,
  indeterminate: 1,
};

/** 5 for critical down to 1 for indeterminate. For comparing only: never stored, never sent. */
export const rank = (severity: Severity): number => RANKS[severity];

export const parseSeverity = (text: string): Severity | undefined =>
  Object.hasOwn(RANKS, text) ? (text as Severity) : undefined;

/** What senders write where X.733 has a name. Anything else is `undefined`. */
const SPOKEN: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  crit: 'critical',
  fatal: 'critical',
  emergency: 'critical',
  page: 'critical',
  disaster: 'critical',
  major: 'major',
  error: 'major',
  err: 'major',
  high: 'major',
  minor: 'minor',
  average: 'minor',
  medium: 'minor',
  warning: 'warning',
  warn: 'warning',
  low: 'warning',
  info: 'indeterminate',
  informational: 'indeterminate',
  notice: 'indeterminate',
  none: 'indeterminate',
  unknown: 'indeterminate',
  indeterminate: 'indeterminate',
};

/** The severity a sender's word means. The word itself stays in its label, never rewritten. */
export const severityFromWord = (word: string): Severity | undefined => {
  const spoken = word.toLowerCase();
  return Object.hasOwn(SPOKEN, spoken) ? SPOKEN[spoken] : undefined;
};

import type { AlertStatus } from '../desk/views/alert-status.ts';
import type { Alarm } from '../domain/alarm/alarm.ts';
import { alertValue } from '../domain/alarm/as-alert.ts';
import { type Matcher, parseMatcher } from '../domain/alarm/matcher.ts';
import { compilePattern } from '../domain/alarm/pattern.ts';

const TRUE = new Set('true 1 yes ok y on selected checked t enabled'.split(' '));

/** True when absent; a word that is no truth is false, as in Alertmanager (`active=maybe`). */
export const flag = (text: string | null): boolean => !text || TRUE.has(text.toLowerCase());

/** Matchers of one request, so that it cannot make the desk compile patterns without end. */
export const FILTERS_MAX = 64;

/** The matchers of every parameter of that name; a text says which is none. */
export function readMatchers(query: URLSearchParams, name: string): readonly Matcher[] | string {
  const texts = query.getAll(name);
  if (texts.length > FILTERS_MAX) return `more than ${FILTERS_MAX} matchers in one request`;
  const matchers: Matcher[] = [];
  for (const text of texts) {
    const matcher = parseMatcher(text);
    if ('error' in matcher) return matcher.error;
    matchers.push(matcher);
  }
  return matchers;
}

/** A receiver as the configuration has it. */
export interface Receiver {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Whether one of these receivers is asked for; undefined when every one is. */
export type ReceiverTest = ((names: readonly string[]) => boolean) | undefined;

/** `receiver`, an anchored pattern, and `receiver_matchers`, which look at its labels. */
export function readReceivers(
  query: URLSearchParams,
  receivers: () => readonly Receiver[],
): { readonly test: ReceiverTest } | string {
  const text = query.get('receiver') ?? '';
  const pattern = text === '' ? undefined : compilePattern(text);
  if (pattern && 'error' in pattern) return `failed to parse receiver param: ${pattern.error}`;
  const matchers = readMatchers(query, 'receiver_matchers');
  if (typeof matchers === 'string') return `failed to parse receiver_matchers param: ${matchers}`;
  if (!pattern && matchers.length === 0) return { test: undefined };
  const labelled =
    matchers.length === 0
      ? undefined
      : new Set(receivers().flatMap((r) => (receiverMatches(r, matchers) ? [r.name] : [])));
  return {
    test: (names) =>
      (!pattern || names.some((name) => pattern.matches(name))) &&
      (!labelled || names.some((name) => labelled.has(name))),
  };
}

export const receiverMatches = ({ labels }: Receiver, matchers: readonly Matcher[]): boolean =>
  matchers.every((matcher) => {
    const value: unknown = labels[matcher.name];
    return matcher.matches(typeof value === 'string' ? value : '');
  });

/** What a request asks for, read. */
export interface Wanted {
  readonly matchers: readonly Matcher[];
  readonly active: boolean;
  readonly silenced: boolean;
  readonly inhibited: boolean;
  readonly receives: ReceiverTest;
}

export function readWanted(
  query: URLSearchParams,
  receivers: () => readonly Receiver[],
): Wanted | string {
  const matchers = readMatchers(query, 'filter');
  if (typeof matchers === 'string') return matchers;
  const received = readReceivers(query, receivers);
  if (typeof received === 'string') return received;
  return {
    matchers,
    active: flag(query.get('active')),
    silenced: flag(query.get('silenced')),
    inhibited: flag(query.get('inhibited')),
    receives: received.test,
  };
}

/** Whether the request looks at more than labels: then each candidate's status is read. */
export const asksStatus = ({ active, silenced, inhibited }: Wanted): boolean =>
  !active || !silenced || !inhibited;

export const matchesWanted = (alarm: Alarm, { matchers }: Wanted): boolean => {
  for (const matcher of matchers) {
    if (!matcher.matches(alertValue(alarm, matcher.name))) return false;
  }
  return true;
};

/** A shelf and a maintenance count as silences, a parent in trouble as an inhibition. */
export function statusWanted(status: AlertStatus, wanted: Wanted): boolean {
  const { silencedBy, inhibitedBy, hiddenBy } = status;
  const byParent = inhibitedBy.length > 0 || hiddenBy.includes('parent');
  const bySilence = silencedBy.length > 0 || hiddenBy.some((by) => by !== 'parent');
  if (!wanted.active && !byParent && !bySilence) return false;
  return (wanted.silenced || !bySilence) && (wanted.inhibited || !byParent);
}

export const everything = (wanted: Wanted): boolean =>
  wanted.matchers.length === 0 && !wanted.receives && !asksStatus(wanted);

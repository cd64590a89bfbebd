import { SEVERITIES, type Severity } from '../domain/alarm/severity.ts';
import type { AlarmAnswer } from './answers.ts';
import { type Paint, printable } from './terminal.ts';

/** A severity this program has a colour for, whatever the desk says. */
export const severityOf = (alarm: AlarmAnswer | undefined): Severity =>
  SEVERITIES.find((s) => s === alarm?.severity) ?? 'indeterminate';

/** One alarm on one line, for the stream: no table can be as wide as what has not come yet. */
export function lineOf(alarm: AlarmAnswer, paint: Paint): string {
  const severity = paint(severityOf(alarm), alarm.severity.padEnd(13));
  const rest = [alarm.standing.padEnd(12), alarm.id, alarm.resource, alarm.text].map(printable);
  return `${severity} ${rest.join('  ')}`;
}

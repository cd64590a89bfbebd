import { EVENT_LIMITS } from '../../domain/alarm/event.ts';
import { parseSeverity, type Severity } from '../../domain/alarm/severity.ts';
import type { Message } from './message.ts';

/** What an `[alarm …]` element says, RFC 5674 §3. */
export interface AlarmData {
  readonly resource: string;
  readonly type: string;
  /** Undefined: cleared. */
  readonly severity: Severity | undefined;
}

/**
 * The alarm of a message with an `alarm@…` or `alarm` element; undefined without one that has the
 * three obligatory parameters. perceivedSeverity wins over PRI (§2): the RFC's own examples carry
 * a notice with a major alarm.
 */
export function alarmDataOf({ elements }: Message): AlarmData | undefined {
  const element = elements.find(({ id }) => id === 'alarm' || id.startsWith('alarm@'));
  if (!element) return undefined;
  const param = (name: string): string =>
    element.params.find(([own]) => own === name)?.[1].trim() ?? '';
  const [resource, cause] = [param('resource'), param('probableCause')];
  const word = param('perceivedSeverity').toLowerCase();
  const severity = parseSeverity(word);
  if (resource === '' || cause === '' || (severity === undefined && word !== 'cleared')) {
    return undefined;
  }
  const kind = param('eventType');
  const type = kind === '' ? cause : `${kind}.${cause}`;
  return { resource, type: type.slice(0, EVENT_LIMITS.type_chars_max), severity };
}

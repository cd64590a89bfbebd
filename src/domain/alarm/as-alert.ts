import type { Alarm } from './alarm.ts';
import { hasLabels, identifyLabels, type Labels } from './event.ts';
import { alarmValue } from './matcher.ts';

/**
 * Every alarm as an alert of Alertmanager's API, where a label set is all there is. Alarms of other
 * sources get the two labels that its clients look for, unless the source gave them itself.
 */
export function alertLabels(alarm: Alarm): Labels {
  const own = ownLabels(alarm);
  return hasLabels(alarm.context) ? sorted({ ...alarm.context, ...own }) : own;
}

/** Without context: what its identity is made of. */
function ownLabels(alarm: Alarm): Labels {
  if (alarm.byLabels) return alarm.labels;
  const all: Record<string, string> = { alertname: alarm.type, instance: alarm.resource };
  for (const [name, value] of Object.entries(alarm.labels)) if (value !== '') all[name] = value;
  return sorted(all);
}

const sorted = (labels: Labels): Labels =>
  Object.fromEntries(
    Object.keys(labels)
      .sort()
      .map((name) => [name, labels[name] ?? '']),
  );

function added(alarm: Alarm, name: string): string {
  if (name === 'alertname') return alarm.type;
  return name === 'instance' ? alarm.resource : '';
}

/** One label of it, or one of the desk's own `@` names; '' when there is none. */
export function alertValue(alarm: Alarm, name: string): string {
  const value = alarmValue(alarm, name);
  return value !== '' || alarm.byLabels ? value : added(alarm, name);
}

/** 16 hex digits over its labels, as Alertmanager makes them. */
export const alertFingerprint = (alarm: Alarm): string =>
  alarm.byLabels ? alarm.qualifier : identifyLabels(ownLabels(alarm));

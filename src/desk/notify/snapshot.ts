import { type Alarm, isFlapping, isStanding } from '../../domain/alarm/alarm.ts';
import { alertFingerprint, alertLabels } from '../../domain/alarm/as-alert.ts';
import type { NotifiedAlert } from '../../domain/routing/notice.ts';

/** The alarm as a notification says it from now on, whatever becomes of the alarm. */
export function snapshot(alarm: Alarm): NotifiedAlert {
  const { condition } = alarm;
  const said = {
    alarm: alarm.id,
    fingerprint: alertFingerprint(alarm),
    status: isStanding(alarm) ? ('firing' as const) : ('resolved' as const),
    labels: alertLabels(alarm),
    annotations: isFlapping(alarm) ? flapping(alarm) : annotationsOf(alarm),
    severity: alarm.severity,
    text: alarm.text,
    startsAt: condition.since,
    link: alarm.link,
  };
  return condition.is === 'cleared' && !isStanding(alarm)
    ? { ...said, endsAt: condition.at }
    : said;
}

/** Whoever is told of it once must see that it will come and go. */
const flapping = (alarm: Alarm): NotifiedAlert['annotations'] => {
  const annotations = annotationsOf(alarm);
  return { ...annotations, summary: `Flapping: ${annotations['summary'] ?? alarm.text}` };
};

/** Sources other than API v2 say one text: templates look for it as the summary. */
const annotationsOf = (alarm: Alarm): NotifiedAlert['annotations'] =>
  alarm.byLabels || alarm.annotations['summary'] !== undefined || alarm.text === ''
    ? alarm.annotations
    : { ...alarm.annotations, summary: alarm.text };

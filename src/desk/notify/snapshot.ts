import { type Alarm, isFlapping, isStanding } from '../../domain/alarm/alarm.ts';
import { alertFingerprint, alertLabels } from '../../domain/alarm/as-alert.ts';
import type { Caution } from '../../domain/memory/caution.ts';
import type { NotifiedAlert } from '../../domain/routing/notice.ts';
import type { Memory } from '../desk.ts';

/** The alarm as a notification says it from now on, whatever becomes of the alarm. */
export function snapshot(
  alarm: Alarm,
  { remembered, inventory }: Pick<Memory, 'remembered' | 'inventory'>,
): NotifiedAlert {
  const { condition } = alarm;
  const cautions = remembered.cautionsOn(alarm, inventory);
  const said = {
    alarm: alarm.id,
    fingerprint: alertFingerprint(alarm),
    status: isStanding(alarm) ? ('firing' as const) : ('resolved' as const),
    labels: alertLabels(alarm),
    annotations: warned(isFlapping(alarm) ? flapping(alarm) : annotationsOf(alarm), cautions),
    severity: alarm.severity,
    text: alarm.text,
    startsAt: condition.since,
    link: alarm.link,
  };
  return condition.is === 'cleared' && !isStanding(alarm)
    ? { ...said, endsAt: condition.at }
    : said;
}

/** Whoever goes there must know before touching it; what the sender says of it stands first. */
function warned(
  annotations: NotifiedAlert['annotations'],
  cautions: readonly Caution[],
): NotifiedAlert['annotations'] {
  if (cautions.length === 0) return annotations;
  const own = annotations['caution'] === undefined ? [] : [annotations['caution']];
  const ours = cautions.map(({ text, owner }) => `${text} (${owner})`);
  return { ...annotations, caution: [...own, ...ours].join('; ') };
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

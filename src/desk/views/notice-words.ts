import type { QuietReason, SendReason } from '../../domain/routing/notice.ts';
import type { OnAcknowledge } from '../../domain/routing/plan.ts';

/** Why a way is told or left alone, as the end of a sentence that begins with "because". */
export const REASON_SAYS: Readonly<Record<SendReason | QuietReason, string>> = {
  first: 'it has not been told of this group yet',
  'new alarms': 'there is an alarm that it has not been told of',
  'severity rose': 'an alarm got worse since it was told',
  reopened: 'an alarm that was closed is open again',
  'shelf ended': 'an alarm that was hidden is shown again',
  'shown again': 'an alarm that a rule or planned work hid is shown again',
  flapping: 'an alarm began to come and go: it is told once, and again when it calms',
  'flapping ended': 'an alarm that came and went has calmed, and it stands',
  'hold ended': 'an alarm stayed for as long as was waited',
  'acknowledgement ended': 'an acknowledgement ended, and nobody has the alarm',
  'all resolved': 'everything it was told of is over',
  'some resolved': 'something it was told of is over',
  repeat: 'it still fires, and the repeat interval has passed',
  test: 'somebody asked for a test',
  fallback: 'another receiver could not be reached',
  'hand-over': 'a shift changes hands',
  page: 'a page wants an answer from this person',
  'nothing fires': 'nothing in the group fires that it is to hear of',
  'nothing new': 'it has been told everything there is to tell',
  'repeat not due': 'it has been told, and the repeat interval has not passed',
  acknowledged: 'somebody acknowledged it',
  'all muted': 'everything in the group is muted',
  'in a mute interval': 'the route is in a mute interval',
  'outside its active intervals': 'the route is outside its active intervals',
  'still delivering': 'an earlier notice is still being delivered',
};

export const ON_ACKNOWLEDGE_SAYS: Readonly<Record<OnAcknowledge, string>> = {
  'stop-repeats': 'an acknowledgement stops the repeats',
  'stop-all': 'an acknowledgement stops everything but the end',
  nothing: 'an acknowledgement changes nothing',
};

const UNITS: readonly (readonly [unit: string, ms: number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
];

/** A length of time as the configuration writes it: `5m`, `1h30m`, `0s`. */
export function lengthText(ms: number): string {
  let rest = ms;
  let text = '';
  for (const [unit, size] of UNITS) {
    const n = Math.floor(rest / size);
    if (n > 0) text += `${n}${unit}`;
    rest -= n * size;
  }
  return text || '0s';
}

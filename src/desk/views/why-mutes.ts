import type { Instant } from '../../base/time.ts';
import type { Alarm, Suppression } from '../../domain/alarm/alarm.ts';
import type { AlarmId } from '../../domain/alarm/event.ts';
import type { Mute } from '../../domain/routing/notice.ts';
import type { Memory } from '../desk.ts';
import { type NameOf, type Phrase, SUPPRESSION_WORDS } from './words.ts';

/** What keeps an alarm from being told, in words. */
export interface WhyMute {
  readonly by: Mute['by'];
  /** Id of a silence, name of a rule, a shelf. */
  readonly rule: string;
  /** The end of a sentence that begins with "because it is". */
  readonly says: Phrase;
  readonly until: Instant | undefined;
  /** The alarm that inhibits it. */
  readonly source: AlarmId | undefined;
}

/** `alarm` as it is, when the desk still holds it: only that knows of shelves. */
export function whyMute(
  memory: Pick<Memory, 'get'>,
  mute: Mute,
  alarm: Alarm | undefined,
  nameOf: NameOf,
): WhyMute {
  const { by, rule, source } = mute;
  const bare = { by, rule, source: undefined, until: undefined };
  if (by === 'silence') {
    const silence = memory.get('silences', rule);
    if (!silence) return { ...bare, says: [`silenced (silence ${rule}, no longer kept)`] };
    const { createdBy, comment, endsAt } = silence;
    const who = createdBy || nameOf(silence.by);
    const said = comment === '' ? '' : `: ${inSentence(comment)}`;
    return {
      ...bare,
      until: endsAt,
      says: [`silenced by ${who} until `, { at: endsAt, as: 'clock' }, said],
    };
  }
  if (by === 'inhibition') {
    const cause = source && memory.get('alarms', source);
    const name = cause ? `${cause.type} on ${cause.resource}` : `alarm ${source ?? 'unknown'}`;
    return { ...bare, source, says: [`inhibited by ${name} (rule ${rule})`] };
  }
  const suppression = alarm?.suppressions.find((s) => s.kind === by && s.rule === rule);
  if (!suppression) return { ...bare, says: [SUPPRESSION_WORDS[by]] };
  const { until, reason } = suppression;
  const who = nameOf(suppression.by);
  return {
    ...bare,
    until,
    says: [
      `${SUPPRESSION_WORDS[by]}${nameIn(memory, suppression)} by ${who} until `,
      { at: until, as: 'clock' },
      `: ${inSentence(reason)}`,
    ],
  };
}

/** ` "CHG 4711"`, where what hides it has a name. */
export function nameIn(memory: Pick<Memory, 'get'>, { kind, rule }: Suppression): string {
  const table = kind === 'maintenance' ? 'maintenances' : 'rules';
  const isNamed = kind === 'maintenance' || kind === 'design' || kind === 'hold';
  const name = isNamed ? memory.get(table, rule)?.name : undefined;
  return name === undefined ? '' : ` "${name}"`;
}

/** What a person wrote stands inside a sentence of ours, which ends with a full stop of its own. */
const inSentence = (text: string): string => text.replace(/\.$/, '');

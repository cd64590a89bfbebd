import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { days, type Millis, millis, minutes } from '../base/time.ts';
import { durationExpected, durationText, parseDuration } from './settings.ts';
import type { SettingsFile } from './settings-file.ts';

export const ALARM_LIMITS = {
  remember_cleared_ms_min: minutes(10),
  remember_cleared_ms_max: days(7),
  remind_ms_min: minutes(1),
  remind_ms_max: days(30),
} as const;

/** Section `alarms` of tocsin.yml. */
export const alarmSchema = Type.Object(
  {
    remember_cleared: Type.String({
      default: '1h',
      description:
        'An alarm that comes back within so long after its end is the same row, with its first ' +
        'beginning and its counts. Costs about 3 KiB for each alarm that ended.',
    }),
    remind_acknowledged_after: Type.String({
      default: '24h',
      description:
        'Who acknowledged an alarm that is still raised so long after is reminded. `never`: not.',
    }),
  },
  { additionalProperties: false },
);

/** What tocsin.yml says about alarms, in numbers. */
export interface AlarmSettings {
  readonly clearMemory: Millis;
  /** 0: never. */
  readonly remindAfter: Millis;
}

/** Throws DeskError SETTINGS_INVALID with line and column of what is wrong. */
export function alarmSettings(file: SettingsFile | undefined): AlarmSettings {
  const whole = Value.Default(alarmSchema, file?.section('alarms') ?? {}) as Given;
  const fail = (name: string, why: string): Error =>
    file?.fault(['alarms', name], why) ?? new Error(`alarms.${name}: ${why}`);
  const unknown = Object.keys(whole).find((name) => !(name in alarmSchema.properties));
  if (unknown !== undefined) throw fail(unknown, 'is not known');
  const read = (name: keyof Given, least: Millis, most: Millis): Millis => {
    const found = parseDuration(String(whole[name]));
    if (found === undefined) throw fail(name, `expected ${durationExpected}`);
    if (found >= least && found <= most) return found;
    throw fail(name, `expected ${durationText(least)} to ${durationText(most)}`);
  };
  const { remember_cleared_ms_min, remember_cleared_ms_max, remind_ms_min, remind_ms_max } =
    ALARM_LIMITS;
  return {
    clearMemory: read('remember_cleared', remember_cleared_ms_min, remember_cleared_ms_max),
    remindAfter:
      whole.remind_acknowledged_after === 'never'
        ? millis(0)
        : read('remind_acknowledged_after', remind_ms_min, remind_ms_max),
  };
}

type Given = Static<typeof alarmSchema>;

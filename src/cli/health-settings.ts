import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { meant } from '../base/near.ts';
import { days, type Millis, seconds } from '../base/time.ts';
import type { DeviceRule, SilenceRules, SilentAfter } from '../desk/health/hearing.ts';
import { parseMatchers } from '../domain/alarm/matcher.ts';
import { durationExpected, durationText, parseDuration } from './settings.ts';
import type { SettingsFile } from './settings-file.ts';

export const HEALTH_LIMITS = {
  silent_after_ms_min: seconds(30),
  silent_after_ms_max: days(30),
  device_rules_max: 1_000,
} as const;

const silentAfter = Type.String({
  description: 'Silent for longer is an alarm: 10m, 24h. `never`: it may be quiet.',
});

/** Section `health` of tocsin.yml. */
export const healthSchema = Type.Object(
  {
    learn: Type.Boolean({
      default: true,
      description: 'Learn from each source and device how long it is usually quiet.',
    }),
    sources: Type.Record(
      Type.String(),
      Type.Object({ silent_after: silentAfter }, { additionalProperties: false }),
      { default: {}, description: 'By the name of the source.' },
    ),
    devices: Type.Array(
      Type.Object(
        {
          match: Type.String({
            description: 'Matchers over `source` and `device`; the first entry that matches holds.',
          }),
          silent_after: silentAfter,
        },
        { additionalProperties: false },
      ),
      { default: [], maxItems: HEALTH_LIMITS.device_rules_max },
    ),
  },
  { additionalProperties: false },
);

type Given = Static<typeof healthSchema>;
type Fail = (path: readonly (string | number)[], why: string) => Error;

/**
 * How long sources and devices may be silent. `sources` are the names there are. Throws DeskError
 * SETTINGS_INVALID with line and column of what is wrong.
 */
export function healthSettings(
  file: SettingsFile | undefined,
  sources: readonly string[],
): SilenceRules {
  const whole = Value.Default(healthSchema, file?.section('health') ?? {}) as Given;
  const fail: Fail = (path, why) =>
    file?.fault(['health', ...path], why) ?? new Error(`health.${path.join('.')}: ${why}`);
  const [fault] = Value.Errors(healthSchema, whole).filter((e) => e.keyword !== 'boolean');
  if (fault) throw fail(fault.instancePath.split('/').slice(1), unknownIn(fault) ?? fault.message);
  const bySource = Object.entries(whole.sources).map(([name, { silent_after: text }]) => {
    const why = `there is no source "${name}"${meant(name, sources)}`;
    if (!sources.includes(name)) throw fail(['sources', name], why);
    return [name, lengthOf(['sources', name, 'silent_after'], text, fail)] as const;
  });
  const devices = whole.devices.map((given, i) => deviceRule(given, i, fail));
  return { learn: whole.learn, sources: new Map(bySource), devices };
}

function unknownIn({ params }: { readonly params: object }): string | undefined {
  const { additionalProperties: names } = params as { additionalProperties?: readonly string[] };
  return names && `${names.join(', ')} is not known`;
}

function deviceRule(given: Given['devices'][number], i: number, fail: Fail): DeviceRule {
  const matchers = parseMatchers(given.match);
  if ('error' in matchers) throw fail(['devices', i, 'match'], matchers.error);
  const strange = matchers.find(({ name }) => name !== 'source' && name !== 'device');
  if (strange) {
    throw fail(['devices', i, 'match'], `expected source or device, found ${strange.name}`);
  }
  return { matchers, after: lengthOf(['devices', i, 'silent_after'], given.silent_after, fail) };
}

function lengthOf(path: readonly (string | number)[], text: string, fail: Fail): SilentAfter {
  if (text === 'never') return 'never';
  const found: Millis | undefined = parseDuration(text);
  if (found === undefined) throw fail(path, `expected never, or ${durationExpected}`);
  const { silent_after_ms_min: min, silent_after_ms_max: max } = HEALTH_LIMITS;
  if (found >= min && found <= max) return found;
  throw fail(path, `expected ${durationText(min)} to ${durationText(max)}, or never`);
}

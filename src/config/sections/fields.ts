import { type Static, Type } from 'typebox';
import { zoneExists } from '../../base/zones.ts';
import { SEVERITIES } from '../../domain/alarm/severity.ts';
import { CHECK_LIMITS } from '../../domain/check/test.ts';
import type { Reader } from '../reader.ts';
import { CONFIG_LIMITS } from '../schema.ts';

const opt = Type.Optional;

export const text = (description: string, marks: object = {}) =>
  Type.String({ minLength: 1, maxLength: CONFIG_LIMITS.name_chars_max, description, ...marks });
export const maybeText = (description: string, marks: object = {}) => opt(text(description, marks));
export const duration = (description: string, marks: object = {}) =>
  opt(Type.String({ format: 'duration', description, ...marks }));
export const texts = (description: string, max: number) =>
  Type.Array(Type.String({ maxLength: CONFIG_LIMITS.name_chars_max }), {
    maxItems: max,
    description,
  });
export const textMap = (description: string) =>
  opt(
    Type.Record(Type.String(), Type.String(), {
      maxProperties: CHECK_LIMITS.labels_max,
      description,
    }),
  );

/** When something is run; one of `every` and `cron`. */
export const scheduleFields = {
  every: duration('How often it is run: 10m, 1h. Not together with cron.'),
  cron: maybeText('When it is run, five fields: minute, hour, day, month, weekday.', {
    examples: ['30 7 * * 1-5'],
  }),
  zone: opt(
    Type.String({ default: 'UTC', description: 'IANA zone of `cron`, such as Europe/Vienna.' }),
  ),
};

/** Who is concerned by what is watched. */
export const aboutFields = {
  description: maybeText('What it is and what to do, in the alarm.'),
  severity: opt(
    Type.Enum([...SEVERITIES], { default: 'major', description: 'Severity of its alarms.' }),
  ),
  owner: maybeText('Whose it is; a label of its alarms.'),
  team: maybeText('Who looks after it; a label of its alarms.'),
  labels: textMap('More labels of its alarms, for routes.'),
  timeout: duration('A run that takes longer is ended and broken.', { default: '5m' }),
};

export type ScheduleSettings = {
  readonly every?: string;
  readonly cron?: string;
  readonly zone?: string;
};

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** Names are parts of addresses and of file names. */
export function nameFaults(reader: Reader, of: object): void {
  for (const name of Object.keys(of)) nameFault(reader, of, [name], name);
}

export function nameFault(reader: Reader, of: object, path: readonly string[], name: string): void {
  if (!NAME.test(name))
    reader.say(of, path, `"${name}": a name is 1 to 100 of A-Z, 0-9, dot, dash and underscore`);
}

const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Labels the desk gives itself. */
const OWN_LABELS = new Set(['alertname', 'check', 'figure', 'data_set', 'test']);

export function labelFaults(
  reader: Reader,
  of: object,
  field: string,
  names: readonly string[],
  ownBesides: readonly string[] = [],
): void {
  for (const name of names) {
    const isOwn = OWN_LABELS.has(name) || ownBesides.includes(name);
    const why = isOwn ? 'is a label the desk gives itself' : 'is no label name';
    if (!LABEL_NAME.test(name) || isOwn)
      reader.say(of, [field, name], `${field}: "${name}" ${why}`);
  }
}

export function zoneFault(reader: Reader, of: object, zone: string): void {
  if (zone !== 'UTC' && !zoneExists(zone))
    reader.say(of, ['zone'], `zone: there is no time zone "${zone}"`);
}

export type AboutSettings = Static<ReturnType<typeof aboutObject>>;
const aboutObject = () => Type.Object(aboutFields);

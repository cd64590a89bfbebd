import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { meant } from '../base/near.ts';
import { LABEL_RULE_LIMITS, type LabelSettings } from '../domain/alarm/relabel.ts';
import type { SettingsFile } from './settings-file.ts';

const { names_max, name_chars_max, value_chars_max } = LABEL_RULE_LIMITS;
const strict = { additionalProperties: false };
const name = { minLength: 1, maxLength: name_chars_max };

const rules = {
  drop: Type.Optional(
    Type.Array(Type.String(name), { maxItems: names_max, description: 'Names to take off.' }),
  ),
  rename: Type.Optional(
    Type.Record(Type.String(), Type.String(name), {
      maxProperties: names_max,
      description: 'From a name to another.',
    }),
  ),
  set: Type.Optional(
    Type.Record(Type.String(), Type.String({ maxLength: value_chars_max }), {
      maxProperties: names_max,
      description: 'Labels to add.',
    }),
  ),
  conflict: Type.Optional(
    Type.Enum(['keep', 'replace'], {
      description: 'When the name is taken: keep what the sender said (the default), or replace.',
    }),
  ),
};

/** Section `labels` of tocsin.yml. */
const schema = Type.Object(
  {
    ...rules,
    sources: Type.Optional(
      Type.Record(Type.String(), Type.Object(rules, strict), {
        description: 'More of the same for one source, by its name.',
      }),
    ),
  },
  strict,
);

/**
 * What is done to labels before alarms are told apart by them. `sources` are the names there are.
 * Throws DeskError SETTINGS_INVALID with line and column of what is wrong.
 */
export function labelSettings(
  file: SettingsFile | undefined,
  sources: readonly string[],
): LabelSettings {
  const given = (file?.section('labels') ?? {}) as LabelSettings;
  const fail = (path: readonly string[], why: string): Error =>
    file?.fault(['labels', ...path], why) ?? new Error(`labels.${path.join('.')}: ${why}`);
  const [fault] = Value.Errors(schema, given).filter((e) => e.keyword !== 'boolean');
  if (fault) throw fail(fault.instancePath.split('/').slice(1), unknownIn(fault) ?? fault.message);
  for (const name of Object.keys(given.sources ?? {})) {
    if (sources.includes(name)) continue;
    throw fail(['sources', name], `there is no source "${name}"${meant(name, sources)}`);
  }
  const all = [{ path: [] as string[], said: given as LabelSettings }];
  for (const [name, said] of Object.entries(given.sources ?? {})) {
    all.push({ path: ['sources', name], said });
  }
  for (const { path, said } of all) {
    const why = 'it is what kind of alarm it is, and stays';
    if (said.drop?.includes('alertname')) throw fail([...path, 'drop'], `alertname: ${why}`);
    if (Object.hasOwn(said.rename ?? {}, 'alertname')) {
      throw fail([...path, 'rename', 'alertname'], why);
    }
  }
  return given;
}

function unknownIn({ params }: { readonly params: object }): string | undefined {
  const { additionalProperties: names } = params as { additionalProperties?: readonly string[] };
  return names && `${names.join(', ')} is not known`;
}

import { resolve } from 'node:path';
import { type Static, Type } from 'typebox';
import { nameFaults, text } from './fields.ts';
import type { Section } from './section.ts';

export const RUNBOOKS_LIMITS = { secrets_max: 100, secret_chars_max: 4_096 } as const;

const settings = Type.Object(
  {
    folder: text('The folder with the runbooks, one Markdown file each.'),
    secrets: Type.Optional(
      Type.Record(
        Type.String(),
        Type.String({
          maxLength: RUNBOOKS_LIMITS.secret_chars_max,
          secret: true,
          description: 'Kept encrypted; never shown, never in the record of a run.',
        }),
        {
          maxProperties: RUNBOOKS_LIMITS.secrets_max,
          description: 'What requests sign in with: {{secret.NAME}} in a header or a body.',
        },
      ),
    ),
  },
  {
    additionalProperties: false,
    description: 'Runbooks: what the desk goes through when somebody says so.',
    ours: true,
  },
);
type Settings = Static<typeof settings>;

export const runbooks: Section = {
  name: 'runbooks',
  schema: settings,
  faults: ({ reader, value }) => {
    const { secrets } = value as Settings;
    if (secrets && !reader.isFaulty(value as object)) nameFaults(reader, secrets);
  },
  finish: (value, folder) => {
    const given = value as Settings;
    return { ...given, folder: resolve(folder, given.folder) };
  },
};

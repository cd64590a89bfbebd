import { resolve } from 'node:path';
import { Type } from 'typebox';
import { CHECK_LIMITS } from '../../domain/check/test.ts';
import { maybeText, nameFaults } from './fields.ts';
import type { Section, SectionReading } from './section.ts';

const opt = Type.Optional;

const source = Type.Object(
  {
    csv: maybeText('A CSV file whose first line names the columns.'),
    delimiter: opt(
      Type.String({
        minLength: 1,
        maxLength: 1,
        default: ',',
        description: 'What stands between cells.',
      }),
    ),
    sqlite: maybeText('A SQLite file; opened for reading only.'),
    query: maybeText('What is read out of the database.', { maxLength: 65_536 }),
  },
  {
    additionalProperties: false,
    title: 'a data source',
    description: 'Where the rows of a table come from: one of csv and sqlite.',
  },
);

export interface SourceSettings {
  readonly csv?: string;
  readonly delimiter?: string;
  readonly sqlite?: string;
  readonly query?: string;
}

/** Names of files among the settings. */
const FILES = ['csv', 'sqlite'] as const;
const KINDS = ['csv', 'sqlite'] as const;

export const dataSources: Section = {
  name: 'data_sources',
  schema: Type.Record(Type.String(), source, {
    maxProperties: CHECK_LIMITS.sources_max,
    description: 'Tables that checks, figures and data sets read, by name.',
    ours: true,
  }),
  faults: ({ reader, value }) => {
    nameFaults(reader, value as object);
    for (const one of Object.values(value as Record<string, SourceSettings>))
      sourceFaults(reader, one);
  },
  finish: (value, folder) =>
    Object.fromEntries(
      Object.entries(value as Record<string, SourceSettings>).map(([name, one]) => {
        const out: Record<string, unknown> = { ...one };
        for (const key of FILES) {
          const path = one[key];
          if (path !== undefined) out[key] = resolve(folder, path);
        }
        return [name, out];
      }),
    ),
};

function sourceFaults(reader: SectionReading['reader'], one: SourceSettings): void {
  if (reader.isFaulty(one)) return;
  const given = KINDS.filter((kind) => one[kind] !== undefined);
  const kinds = KINDS.join(', ');
  if (given.length !== 1) reader.say(one, [], `a data source has one of ${kinds}`);
  const [kind] = given;
  if (kind === 'sqlite' && one.query === undefined) reader.say(one, [], 'sqlite needs a `query`');
  if (kind === 'csv' && one.query !== undefined) reader.say(one, ['query'], 'csv has no `query`');
}
